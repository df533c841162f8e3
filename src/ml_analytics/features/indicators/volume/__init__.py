"""What was traded, and on which side of the move."""

from __future__ import annotations

from . import (
    accumulation,
    average,
    chaikin,
    ease,
    flow,
    force,
    klinger,
    mfi,
    obv,
    oscillator,
    price_rank,
    relative,
    volume_indices,
    vpt,
    vwap,
)

INDICATORS = (
    *obv.INDICATORS,
    *vpt.INDICATORS,
    *accumulation.INDICATORS,
    *chaikin.INDICATORS,
    *vwap.INDICATORS,
    *mfi.INDICATORS,
    *force.INDICATORS,
    *volume_indices.INDICATORS,
    *ease.INDICATORS,
    *flow.INDICATORS,
    *average.INDICATORS,
    *oscillator.INDICATORS,
    *relative.INDICATORS,
    *klinger.INDICATORS,
    *price_rank.INDICATORS,
)
