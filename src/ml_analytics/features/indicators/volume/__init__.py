"""What was traded, and on which side of the move."""

from __future__ import annotations

from . import accumulation, average, chaikin, mfi, obv, vpt, vwap

INDICATORS = (
    *obv.INDICATORS,
    *vpt.INDICATORS,
    *accumulation.INDICATORS,
    *chaikin.INDICATORS,
    *vwap.INDICATORS,
    *mfi.INDICATORS,
    *average.INDICATORS,
)
