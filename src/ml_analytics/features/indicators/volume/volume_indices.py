"""Negative and positive volume index: moves on quiet and on busy bars (Fosback 1976).

Both start at 1000 and are cumulative: their levels depend on where the series begins.
"""

from __future__ import annotations

from math import isfinite

from ... import ta
from ...indicator import Array, declare
from ...stepping import Recent, State, Step


def negative_volume_index(close: Array, volume: Array) -> Array:
    """Compounded changes of the close on bars that traded less than the bar before."""
    return ta.NVI(close, volume)


def positive_volume_index(close: Array, volume: Array) -> Array:
    """Compounded changes of the close on bars that traded more than the bar before."""
    return ta.PVI(close, volume)


def negative_volume_index_stepper() -> Step:
    """Return the step of :func:`negative_volume_index`."""
    return _compounded(-1.0)


def positive_volume_index_stepper() -> Step:
    """Return the step of :func:`positive_volume_index`."""
    return _compounded(1.0)


def _compounded(sign: float) -> Step:
    def step(state: State, recent: Recent) -> tuple[State, float]:
        if recent.bar == 0:
            return 1000.0, 1000.0
        index, volume, close = state, recent.volume, recent.close
        if sign * volume[-1] > sign * volume[-2]:
            moved = index + (close[-1] - close[-2]) / close[-2] * index
            index = moved if isfinite(moved) else index
        return index, index

    return step


INDICATORS = (
    *declare(
        "nvi",
        "volume",
        ["nvi"],
        ["close", "volume"],
        negative_volume_index,
        stepper=negative_volume_index_stepper,
        reach=2,
        warm_up=0,
        unit="index",
        cumulative=True,
        formula="nvi[t] = nvi[t-1] * close[t] / close[t-1] where volume falls, else nvi[t-1]; starts at 1000",
        source="TA-Lib NVI",
        aliases=["negative_volume_index"],
    ),
    *declare(
        "pvi",
        "volume",
        ["pvi"],
        ["close", "volume"],
        positive_volume_index,
        stepper=positive_volume_index_stepper,
        reach=2,
        warm_up=0,
        unit="index",
        cumulative=True,
        formula="pvi[t] = pvi[t-1] * close[t] / close[t-1] where volume rises, else pvi[t-1]; starts at 1000",
        source="TA-Lib PVI",
        aliases=["positive_volume_index"],
    ),
)
