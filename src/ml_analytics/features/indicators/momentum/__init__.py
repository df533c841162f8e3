"""How fast prices are moving, and whether they have gone far."""

from __future__ import annotations

from . import (
    awesome,
    balance_of_power,
    bodies,
    cci,
    cmo,
    coppock,
    efficiency_ratio,
    elder_ray,
    forecast_oscillator,
    kdj,
    price_oscillators,
    roc,
    rsi,
    stochastic,
    stochastic_momentum,
    stochastic_rsi,
    true_strength,
    ultimate,
    williams,
)

INDICATORS = (
    *rsi.INDICATORS,
    *stochastic.INDICATORS,
    *williams.INDICATORS,
    *cci.INDICATORS,
    *roc.INDICATORS,
    *stochastic_rsi.INDICATORS,
    *kdj.INDICATORS,
    *cmo.INDICATORS,
    *price_oscillators.INDICATORS,
    *balance_of_power.INDICATORS,
    *true_strength.INDICATORS,
    *awesome.INDICATORS,
    *ultimate.INDICATORS,
    *coppock.INDICATORS,
    *stochastic_momentum.INDICATORS,
    *bodies.INDICATORS,
    *efficiency_ratio.INDICATORS,
    *elder_ray.INDICATORS,
    *forecast_oscillator.INDICATORS,
)
