"""Where prices are going."""

from __future__ import annotations

from . import adx, ichimoku, macd, moving_averages, psar

INDICATORS = (
    *moving_averages.INDICATORS,
    *macd.INDICATORS,
    *psar.INDICATORS,
    *adx.INDICATORS,
    *ichimoku.INDICATORS,
)
