"""The newest close held against a level that another step gives."""

from __future__ import annotations

from .kinds import ValueStep
from .recent import Recent, State


def over(level: ValueStep) -> ValueStep:
    """Return the step of close / level - 1, for levels above 0.

    >>> recent = Recent(reach=1)
    >>> recent.push((1.0, 3.0, 1.0, 3.0, 5.0))
    >>> over(lambda state, recent: (None, 2.0))(None, recent)
    (None, 0.5)
    """

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, value = level(state, recent)
        return state, recent.close[-1] / value - 1.0

    return step


def from_level(level: ValueStep) -> ValueStep:
    """Return the step of (close - level) / close, for levels that may be 0 or below.

    >>> recent = Recent(reach=1)
    >>> recent.push((1.0, 4.0, 1.0, 4.0, 5.0))
    >>> from_level(lambda state, recent: (None, 2.0))(None, recent)
    (None, 0.5)
    """

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, value = level(state, recent)
        close = recent.close[-1]
        return state, (close - value) / close

    return step


def in_closes(amount: ValueStep) -> ValueStep:
    """Return the step of amount / close.

    >>> recent = Recent(reach=1)
    >>> recent.push((1.0, 4.0, 1.0, 4.0, 5.0))
    >>> in_closes(lambda state, recent: (None, 2.0))(None, recent)
    (None, 0.5)
    """

    def step(state: State, recent: Recent) -> tuple[State, float]:
        state, value = amount(state, recent)
        return state, value / recent.close[-1]

    return step
