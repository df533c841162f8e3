"""Laguerre RSI: rises and falls between four stages of a filter that delays slow waves most (Ehlers 2002)."""

from __future__ import annotations

from math import nan

from ...indicator import Array, declare
from ...stepping import Recent, State, Step

_WARM_UP = 4  # stages
_STILL = 1e-12


def laguerre_rsi(close: Array, damping: float) -> Array:
    """Rises as a percentage of rises and falls between the stages; 0 where there are none."""
    from ...stepping import recursions  # numba: a quarter of a second

    made: Array = 100.0 * recursions.laguerre(close, damping)
    made[:_WARM_UP] = nan
    return made


def laguerre_rsi_stepper(damping: float) -> Step:
    """Return the step of :func:`laguerre_rsi`."""
    fresh = 1.0 - damping

    def step(state: State, recent: Recent) -> tuple[State, float]:
        close = recent.close[-1]
        one, two, three, four = before, between, behind, _ = state or (close,) * 4
        one = fresh * close + damping * one
        two = before + damping * (two - one)
        three = between + damping * (three - two)
        four = behind + damping * (four - three)
        up = max(one - two, 0.0) + max(two - three, 0.0) + max(three - four, 0.0)
        down = max(two - one, 0.0) + max(three - two, 0.0) + max(four - three, 0.0)
        total = up + down
        return (one, two, three, four), 100.0 * (up / total) if total > _STILL * close else 0.0

    return step


INDICATORS = declare(
    "lrsi",
    "momentum",
    ["lrsi"],
    ["close"],
    laguerre_rsi,
    stepper=laguerre_rsi_stepper,
    warm_up=_WARM_UP,
    unit="percent",
    formula="100 * up / (up + down) of a[i] - a[i+1], i = 0 … 2; a[0] = (1 - g) * close + g * a[0][t-1], "
    "a[i] = a[i-1][t-1] + g * (a[i][t-1] - a[i-1]), g = {damping}",
    source="Ehlers 2002, Time Warp; own, TA-Lib has none",
    aliases=["laguerre_rsi"],
    over=[{"damping": 0.5}],
    optional=True,
)
