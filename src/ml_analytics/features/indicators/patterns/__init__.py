"""Shapes of bars."""

from __future__ import annotations

from . import candlesticks

INDICATORS = (*candlesticks.INDICATORS,)
