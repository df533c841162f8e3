"""Force index: how far the price moved, times what was traded (Elder 1993)."""

from __future__ import annotations

from math import nan

from ... import stepping, ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step


def force_index(close: Array, volume: Array, period: int) -> Array:
    """Exponential average of the close's change times the volume, in money; 0 where nothing moves or trades."""
    return ta.EFI(close, volume, timeperiod=period)


def force_index_stepper(period: int) -> Step:
    """Return the step of :func:`force_index`."""
    push = stepping.ema(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar == 0:
            return None, nan
        return push(state, (recent.close[-1] - recent.close[-2]) * recent.volume[-1])

    return step


INDICATORS = declare(
    "efi",
    "volume",
    ["efi_{period}"],
    ["close", "volume"],
    force_index,
    stepper=force_index_stepper,
    warm_up=lambda period: period,
    unit="volume",
    formula="ema((close[t] - close[t-1]) * volume, {period}), in units of price times volume",
    source="TA-Lib EFI",
    aliases=["force_index"],
    over=periods(2, 13),
)
