"""How fast prices are moving, and whether they have gone far."""

from __future__ import annotations

from . import cci, roc, rsi, stochastic, williams

INDICATORS = (
    *rsi.INDICATORS,
    *stochastic.INDICATORS,
    *williams.INDICATORS,
    *cci.INDICATORS,
    *roc.INDICATORS,
)
