"""On-balance volume (Granville 1963). Cumulative: its level depends on where the series begins."""

from __future__ import annotations

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step


def obv(close: Array, volume: Array) -> Array:
    """Volume added when the close rises, taken away when it falls; starts with the first volume."""
    return ta.OBV(close, volume)


def obv_stepper() -> Step:
    """Return the step of :func:`obv`."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        volume = recent.volume[-1]
        if recent.bar == 0:
            return volume, volume
        move = recent.close[-1] - recent.close[-2]
        total = state + volume if move > 0 else state - volume if move < 0 else state
        return total, total

    return step


INDICATORS = declare(
    "obv",
    "volume",
    ["obv"],
    ["close", "volume"],
    obv,
    stepper=obv_stepper,
    reach=2,
    warm_up=0,
    unit="volume",
    cumulative=True,
    formula="obv[t] = obv[t-1] + sign(close[t] - close[t-1]) * volume[t]",
    source="TA-Lib OBV",
)
