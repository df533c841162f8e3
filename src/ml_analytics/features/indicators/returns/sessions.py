"""The two halves of a bar's log return: between the bars, and within (Lou, Polk, Skouras 2019).

They add up to ``log_return_1``. Where the market never closes the first is about 0.
"""

from __future__ import annotations

from math import log, nan

import numpy as np

from ...indicator import Array, declare
from ...stepping import Recent, State
from ...stepping.kinds import ValueStep


def overnight_return(open_: Array, close: Array) -> Array:
    """Log of the open over the close before."""
    out = np.full_like(close, np.nan)
    np.log(open_[1:] / close[:-1], out=out[1:])
    return out


def intraday_return(open_: Array, close: Array) -> Array:
    """Log of the close over the open."""
    result: Array = np.log(close / open_)
    return result


def overnight_return_stepper() -> ValueStep:
    """Return the step of :func:`overnight_return`."""

    def step(state: State, recent: Recent) -> tuple[State, float]:
        return None, log(recent.open[-1] / recent.close[-2]) if recent.bar else nan

    return step


def intraday_return_stepper() -> ValueStep:
    """Return the step of :func:`intraday_return`."""
    return lambda state, recent: (None, log(recent.close[-1] / recent.open[-1]))


INDICATORS = (
    *declare(
        "overnight_return",
        "returns",
        ["overnight_return"],
        ["open", "close"],
        overnight_return,
        stepper=overnight_return_stepper,
        warm_up=1,
        unit="fraction",
        formula="ln(open[t] / close[t-1])",
        source="own; one logarithm",
    ),
    *declare(
        "intraday_return",
        "returns",
        ["intraday_return"],
        ["open", "close"],
        intraday_return,
        stepper=intraday_return_stepper,
        warm_up=0,
        unit="fraction",
        formula="ln(close[t] / open[t])",
        source="own; one logarithm",
    ),
)
