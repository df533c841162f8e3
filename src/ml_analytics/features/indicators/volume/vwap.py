"""Rolling volume-weighted average of the typical price and of the close."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ... import ta
from ...indicator import Array, declare, periods
from ...stepping import Recent, State
from ...stepping.kinds import ValueStep
from ...stepping.sums import positive_sum, windowed_sum

PERIODS = periods(10, 20, 50)


def vwap(high: Array, low: Array, close: Array, volume: Array, period: int) -> Array:
    """Typical price weighted by volume over the last bars; unweighted where none of them traded.

    The sums are of the window alone: TA-Lib's VWMA keeps running sums, which lose their digits after a volume
    that dwarfs its successors.
    """
    return vwma(ta.TYPPRICE(high, low, close), volume, period)


def vwma(close: Array, volume: Array, period: int) -> Array:
    """Close weighted by volume over the last bars; unweighted where none of them traded."""
    traded = windowed_sum(volume, period)
    untraded = traded == 0
    weighted = windowed_sum(close * volume, period) / np.where(untraded, 1.0, traded)
    return np.where(untraded, windowed_sum(close, period) / period, weighted) if untraded.any() else weighted


def vwap_stepper(period: int) -> ValueStep:
    """Return the step of :func:`vwap`."""
    return _weighted(_typical, period)


def vwma_stepper(period: int) -> ValueStep:
    """Return the step of :func:`vwma`."""
    return _weighted(lambda recent, place: recent.close[place], period)


def _typical(recent: Recent, place: int) -> float:
    return (recent.high[place] + recent.low[place] + recent.close[place]) / 3.0


def _weighted(price: Callable[[Recent, int], float], period: int) -> ValueStep:
    push = positive_sum(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        of_money, of_volume = state or (None, None)
        volume = recent.volume[-1]
        of_money, money = push(of_money, price(recent, -1) * volume)
        of_volume, traded = push(of_volume, volume)
        state = (of_money, of_volume)
        if traded == 0:
            return state, sum(price(recent, -place) for place in range(1, period + 1)) / period
        return state, money / traded

    return step


INDICATORS = (
    *declare(
        "vwap",
        "volume",
        ["vwap_{period}"],
        ["high", "low", "close", "volume"],
        vwap,
        stepper=vwap_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="sum(volume * (high + low + close) / 3, {period}) / sum(volume, {period})",
        source="own; TA-Lib's VWAP is cumulative and its VWMA keeps running sums",
        over=PERIODS,
    ),
    *declare(
        "vwma",
        "volume",
        ["vwma_{period}"],
        ["close", "volume"],
        vwma,
        stepper=vwma_stepper,
        warm_up=lambda period: period - 1,
        unit="price",
        formula="sum(volume * close, {period}) / sum(volume, {period})",
        source="own; TA-Lib's VWMA keeps running sums and has no value where nothing was traded",
        over=PERIODS,
    ),
)
