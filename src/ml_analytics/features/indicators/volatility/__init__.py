"""How much prices move, whichever way."""

from __future__ import annotations

from . import (
    acceleration_bands,
    atr,
    bollinger,
    choppiness,
    exponential,
    mean_deviation,
    percentiles,
    range_based,
    ranges,
    ratios,
    realised,
    rvi,
    semideviation,
    shape,
    squeeze,
    standard_deviation,
    ulcer,
    volatility_of_volatility,
)

INDICATORS = (
    *bollinger.INDICATORS,
    *squeeze.INDICATORS,
    *atr.INDICATORS,
    *ranges.INDICATORS,
    *standard_deviation.INDICATORS,
    *semideviation.INDICATORS,
    *exponential.INDICATORS,
    *realised.INDICATORS,
    *ratios.INDICATORS,
    *percentiles.INDICATORS,
    *volatility_of_volatility.INDICATORS,
    *rvi.INDICATORS,
    *ulcer.INDICATORS,
    *range_based.INDICATORS,
    *shape.INDICATORS,
    *mean_deviation.INDICATORS,
    *acceleration_bands.INDICATORS,
    *choppiness.INDICATORS,
)
