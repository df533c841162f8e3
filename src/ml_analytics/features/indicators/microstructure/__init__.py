"""Liquidity, estimated from bars where trades and quotes are absent."""

from __future__ import annotations

from . import (
    abdi_ranaldo,
    amihud,
    corwin_schultz,
    depth,
    garch,
    order_flow,
    price_impact,
    roll,
    stillness,
)

INDICATORS = (
    *amihud.INDICATORS,
    *roll.INDICATORS,
    *corwin_schultz.INDICATORS,
    *abdi_ranaldo.INDICATORS,
    *price_impact.INDICATORS,
    *order_flow.INDICATORS,
    *depth.INDICATORS,
    *stillness.INDICATORS,
    *garch.INDICATORS,
)
