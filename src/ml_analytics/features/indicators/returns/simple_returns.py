"""Simple returns of the close: what the money made."""

from __future__ import annotations

from math import nan

from ...indicator import declare, periods
from ...moves import simple_return
from ...stepping import Recent, State
from ...stepping.kinds import ValueStep


def simple_return_stepper(period: int) -> ValueStep:
    """Return the step of :func:`~ml_analytics.features.moves.simple_return`."""
    place = -1 - period

    def step(state: State, recent: Recent) -> tuple[State, float]:
        return None, recent.close[-1] / recent.close[place] - 1.0 if recent.bar >= period else nan

    return step


INDICATORS = declare(
    "return",
    "returns",
    ["return_{period}"],
    ["close"],
    simple_return,
    stepper=simple_return_stepper,
    warm_up=lambda period: period,
    unit="fraction",
    formula="close[t] / close[t-{period}] - 1",
    source="own; one division",
    aliases=["returns", "simple_return"],
    over=periods(1, 2, 3, 5, 10, 20, 60),
)
