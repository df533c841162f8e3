"""TA-Lib's 61 candlestick patterns one bar at a time: the very integers that TA-Lib gives.

A pattern is a rule over the last candles, written down beside the thresholds that it needs; a file is a
family of them. Definitions and settings are TA-Lib's defaults. In every rule ``op hi lo cl`` are the
recent opens, highs, lows and closes, newest last.

>>> len(PATTERNS), PATTERNS["3INSIDE"].warm_up
(61, 12)
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from . import doji, engulfing, hikkake, lines, marches, pairs, runs, stars
from .pattern import Pattern

PATTERNS: Mapping[str, Pattern] = MappingProxyType(
    {
        one.name: one
        for family in (doji, lines, engulfing, pairs, stars, marches, runs, hikkake)
        for one in family.PATTERNS
    }
)
"""Every pattern by TA-Lib's name, without ``CDL``."""

__all__ = ["PATTERNS", "Pattern"]
