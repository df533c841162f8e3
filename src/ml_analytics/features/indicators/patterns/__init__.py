"""Shapes of bars, and of the swings that bars make."""

from __future__ import annotations

from . import candlesticks, chart_patterns, support_resistance, swings, trend_lines

INDICATORS = (
    *candlesticks.INDICATORS,
    *swings.INDICATORS,
    *support_resistance.INDICATORS,
    *trend_lines.INDICATORS,
    *chart_patterns.INDICATORS,
)
