"""How much prices move, whichever way."""

from __future__ import annotations

from . import atr, bollinger, percentiles, range_based, ratios, standard_deviation

INDICATORS = (
    *bollinger.INDICATORS,
    *atr.INDICATORS,
    *standard_deviation.INDICATORS,
    *ratios.INDICATORS,
    *percentiles.INDICATORS,
    *range_based.INDICATORS,
)
