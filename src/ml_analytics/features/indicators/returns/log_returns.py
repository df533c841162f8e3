"""Log returns of the close."""

from __future__ import annotations

from math import log, nan

from ...indicator import declare, periods
from ...moves import log_return
from ...stepping import Recent, State
from ...stepping.kinds import ValueStep


def log_return_stepper(period: int) -> ValueStep:
    """Return the step of :func:`~ml_analytics.features.moves.log_return`."""
    place = -1 - period

    def step(state: State, recent: Recent) -> tuple[State, float]:
        return None, log(recent.close[-1] / recent.close[place]) if recent.bar >= period else nan

    return step


INDICATORS = declare(
    "log_return",
    "returns",
    ["log_return_{period}"],
    ["close"],
    log_return,
    stepper=log_return_stepper,
    warm_up=lambda period: period,
    unit="fraction",
    formula="ln(close[t] / close[t-{period}])",
    source="own; one logarithm",
    aliases=["log_returns"],
    over=periods(1, 2, 3, 5, 10, 20, 60),
)
