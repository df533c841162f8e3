"""Averages of a window with weights of some shape: bell, Fibonacci's numbers, Pascal's row, sine, triangle."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import comb, exp, fsum, pi, sin, sqrt
from typing import Any

import numpy as np

from ...indicator import Array, declare, periods
from ...stepping import Recent, State, Step

_WIDTH, _PLACE = 6.0, 0.85  # Arnaud Legoux's: deviations in the window, and where in it the bell stands

Weights = tuple[float, ...]


@cache
def bell(period: int) -> Weights:
    """Return Gauss's bell, six deviations wide, 85 % of the way to the newest value; the sum is 1.

    >>> [round(one, 3) for one in bell(3)]
    [0.003, 0.309, 0.688]
    """
    middle, spread = _PLACE * (period - 1), period / _WIDTH
    return _shared([exp(-((place - middle) ** 2) / (2.0 * spread * spread)) for place in range(period)])


@cache
def fibonacci(period: int) -> Weights:
    """Return Fibonacci's numbers 1, 1, 2, 3 … as weights, the newest the heaviest.

    >>> [round(7 * one, 6) for one in fibonacci(4)]
    [1.0, 1.0, 2.0, 3.0]
    """
    root = sqrt(5.0)
    golden = (1.0 + root) / 2.0
    made = [(golden**place - (-1.0 / golden) ** place) / root for place in range(1, period + 1)]
    return _shared([one / made[-1] for one in made])


@cache
def pascal(period: int) -> Weights:
    """Return a row of Pascal's triangle as weights.

    >>> pascal(3)
    (0.25, 0.5, 0.25)
    """
    most = comb(period - 1, (period - 1) // 2)
    return _shared([comb(period - 1, place) / most for place in range(period)])


@cache
def half_wave(period: int) -> Weights:
    """Return half a wave of a sine as weights.

    >>> [round(one, 3) for one in half_wave(3)]
    [0.293, 0.414, 0.293]
    """
    return _shared([sin(place * pi / (period + 1)) for place in range(1, period + 1)])


@cache
def triangle(period: int) -> Weights:
    """Return weights that rise to the middle and fall again.

    >>> triangle(4)
    (0.16666666666666666, 0.3333333333333333, 0.3333333333333333, 0.16666666666666666)
    """
    return _shared([float(min(place, period + 1 - place)) for place in range(1, period + 1)])


def _shared(weights: list[float]) -> Weights:
    total = fsum(weights)
    return tuple(one / total for one in weights)


def weighted(values: Array, weights: Weights) -> Array:
    """Return the averages of the last values, the last of ``weights`` for the newest; NaN where there are fewer."""
    out = np.full(len(values), np.nan)
    out[len(weights) - 1 :] = np.convolve(values, weights[::-1], mode="valid")
    return out


def alma(close: Array, period: int) -> Array:
    """Average under a bell near the newest close."""
    return weighted(close, bell(period))


def fwma(close: Array, period: int) -> Array:
    """Average with Fibonacci's numbers as weights."""
    return weighted(close, fibonacci(period))


def pwma(close: Array, period: int) -> Array:
    """Average with a row of Pascal's triangle as weights."""
    return weighted(close, pascal(period))


def sinwma(close: Array, period: int) -> Array:
    """Average with half a sine wave as weights."""
    return weighted(close, half_wave(period))


def swma(close: Array, period: int) -> Array:
    """Average with weights that rise and fall evenly."""
    return weighted(close, triangle(period))


def alma_stepper(period: int) -> Step:
    """Return the step of :func:`alma`."""
    return _stepped(bell(period))


def fwma_stepper(period: int) -> Step:
    """Return the step of :func:`fwma`."""
    return _stepped(fibonacci(period))


def pwma_stepper(period: int) -> Step:
    """Return the step of :func:`pwma`."""
    return _stepped(pascal(period))


def sinwma_stepper(period: int) -> Step:
    """Return the step of :func:`sinwma`."""
    return _stepped(half_wave(period))


def swma_stepper(period: int) -> Step:
    """Return the step of :func:`swma`."""
    return _stepped(triangle(period))


def _stepped(weights: Weights) -> Step:
    period = len(weights)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        window = recent.close[-period:]
        return None, sum(weight * value for weight, value in zip(weights, window, strict=False))

    return step


def _family(
    name: str,
    compute: Callable[..., Array],
    stepper: Callable[..., Step],
    formula: str,
    source: str,
    period: int,
) -> Any:
    return declare(
        name,
        "trend",
        [name + "_{period}"],
        ["close"],
        compute,
        stepper=stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="sum(w * close) / sum(w) over {period} bars, " + formula,
        source=source,
        over=periods(period),
        optional=True,
    )


INDICATORS = (
    *_family(
        "alma",
        alma,
        alma_stepper,
        "w[i] = exp(-(i - 0.85 * ({period} - 1))² / (2 * ({period} / 6)²)), i = 0 the oldest",
        "Legoux and Kouzis-Loukas 2009; own, TA-Lib has none",
        10,
    ),
    *_family(
        "fwma",
        fwma,
        fwma_stepper,
        "w: Fibonacci's numbers, the newest the heaviest",
        "weights after Fibonacci; own, TA-Lib has none",
        10,
    ),
    *_family(
        "pwma",
        pwma,
        pwma_stepper,
        "w: binomial coefficients of {period} - 1",
        "weights after Pascal; own, TA-Lib has none",
        10,
    ),
    *_family(
        "sinwma",
        sinwma,
        sinwma_stepper,
        "w[i] = sin(pi * i / ({period} + 1)), i = 1 … {period}",
        "half a sine; own, TA-Lib has none",
        14,
    ),
    *_family(
        "swma",
        swma,
        swma_stepper,
        "w[i] = min(i, {period} + 1 - i), i = 1 … {period}",
        "triangle; own (TA-Lib TRIMA where the period is odd)",
        10,
    ),
)
