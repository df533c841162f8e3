"""A candlestick pattern: one rule over the last candles, and the mean sizes that it compares with.

TA-Lib keeps a running total for each mean: at the first bar with a value the sizes are summed oldest first,
then every bar adds the newest size less the one that leaves. Prices on ticks meet these means exactly, so the
last bit decides; the totals here are made in the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from ..recent import Recent, State, Step
from .settings import Setting, body, whole
from .shape import Prices

Rule: TypeAlias = Callable[..., int]
"""Takes opens, highs, lows and closes, newest last, then the thresholds that it needs; returns the value."""

Need: TypeAlias = tuple[Setting, int]
"""A threshold for the candle at a place (``-1`` is the newest), from the candles before that one."""


class Pattern(NamedTuple):
    """A pattern: TA-Lib's name without ``CDL``, how many leading bars have no value, and its step."""

    name: str
    warm_up: int
    step: Step


def pattern(name: str, warm_up: int, *needs: Need) -> Callable[[Rule], Pattern]:
    """Declare a pattern around its rule.

    The value is above zero where bullish and below where bearish, 0 where there is no pattern.

    >>> @pattern("RISES", 1)
    ... def rises(op, hi, lo, cl):
    ...     return 100 if cl[-1] > cl[-2] else 0
    >>> recent, state = Recent(reach=2), None
    >>> for price in (1.0, 2.0):
    ...     recent.push((price, price, price, price, 10.0))
    ...     state, value = rises.step(state, recent)
    >>> value
    100
    """
    return lambda rule: Pattern(
        name, warm_up, _step(rule, warm_up, needs) if needs else _bare_step(rule, warm_up)
    )


def summed(op: Prices, hi: Prices, lo: Prices, cl: Prices, setting: Setting, place: int) -> float:
    """Return the sum of the sizes of the candles before the one at ``place``, oldest first."""
    total = 0.0
    for at in range(place - setting.period, place):
        total += setting.size(op, hi, lo, cl, at)
    return total


def _bare_step(rule: Rule, warm_up: int) -> Step:
    """Return the step of a rule without thresholds."""

    def step(state: State, recent: Recent) -> tuple[State, int]:
        if recent.bar < warm_up:
            return None, 0
        return None, rule(recent.open, recent.high, recent.low, recent.close)

    return step


def _step(rule: Rule, warm_up: int, needs: tuple[Need, ...]) -> Step:
    """Return the step of a rule; its state is the totals that the next bar is compared with."""
    plan = [
        (number, *setting, place, place - setting.period) for number, (setting, place) in enumerate(needs)
    ]

    def step(state: State, recent: Recent) -> tuple[State, int]:
        if recent.bar < warm_up:
            return None, 0
        op, hi, lo, cl = recent.open, recent.high, recent.low, recent.close
        if state is None:
            state = [summed(op, hi, lo, cl, *need) for need in needs]
        thresholds, totals = [], []
        for number, size, period, factor, place, leaves in plan:
            total = state[number]
            thresholds.append(factor * (total / period))
            if size is whole:  # the two common sizes are written out: they cost less than a call
                total += (hi[place] - lo[place]) - (hi[leaves] - lo[leaves])
            elif size is body:
                total += abs(cl[place] - op[place]) - abs(cl[leaves] - op[leaves])
            else:
                total += size(op, hi, lo, cl, place) - size(op, hi, lo, cl, leaves)
            totals.append(total)
        return tuple(totals), rule(op, hi, lo, cl, *thresholds)

    return step
