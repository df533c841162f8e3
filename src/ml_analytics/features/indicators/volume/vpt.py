"""Volume-price trend. Cumulative: its level depends on where the series begins."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step


def vpt(close: Array, volume: Array) -> Array:
    """Volume times the fractional change of the close, added up; starts at 0."""
    return ta.PVT(close, volume)


def vpt_stepper() -> Step:
    """Return the step of :func:`vpt`."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar == 0:
            return 0.0, 0.0
        now, before = recent.close[-1], recent.close[-2]
        total = state + (now - before) / before * recent.volume[-1]
        return total, total

    return step


INDICATORS = declare(
    "vpt",
    "volume",
    ["vpt"],
    ["close", "volume"],
    vpt,
    stepper=vpt_stepper,
    reach=2,
    warm_up=0,
    unit="volume",
    cumulative=True,
    formula="vpt[t] = vpt[t-1] + volume[t] * (close[t] / close[t-1] - 1)",
    source="TA-Lib PVT",
    aliases=["pvt"],
)
