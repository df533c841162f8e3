"""The chart: the last bars with indicators over the price, and below it volume, RSI and chosen features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ...core.ohlcv import OHLCV
from ..catalogue import catalogue
from ..indicator import Array
from .inputs import OWNER, Inputs, Rows

BAND = ("bb_upper_20", "bb_middle_20", "bb_lower_20")
AVERAGES = ("sma_50", "sma_200")
RSI = "rsi_14"


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A series on the bars shown; ``levels`` are drawn across, ``span`` is the axis where it is fixed."""

    name: str
    values: Array
    levels: tuple[float, ...] = ()
    span: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """What is drawn.

    Attributes:
        close: of all bars.
        bars: the last bars, those shown one by one.
        band: upper, middle and lower Bollinger band of the bars shown.
        overlays: lines over the price.
        panels: lines below it, each on its own axis; RSI is the first.
        symbol: whose bars they are, empty where only one series was given.
    """

    close: pd.Series
    bars: pd.DataFrame
    band: tuple[Line, Line, Line]
    overlays: tuple[Line, ...]
    panels: tuple[Line, ...]
    symbol: str = ""


def make_chart(inputs: Inputs, chosen: Sequence[str], count: int) -> Chart | None:
    """Return the chart of the last ``count`` bars with the chosen features; ``None`` without bars.

    A chosen feature in the unit of prices, at their level, goes over the price.

    Raises:
        ParameterError: a chosen feature is not there.
    """
    for name in chosen:
        if name not in inputs.names:
            raise ParameterError.of("chart", OWNER, "made of names of the features", name)
    if inputs.shown is None:
        return None
    every = inputs.shown.bars
    bars = every.tail(count)
    upper, middle, lower = (_own(every, name, count) for name in BAND)
    overlays = [_own(every, name, count) for name in AVERAGES]
    panels = [_own(every, RSI, count, levels=(30.0, 70.0), span=(0.0, 100.0))]
    drawn = {*BAND, *AVERAGES, RSI}
    for name in chosen:
        if name not in drawn:
            line = Line(name, _feature(inputs, inputs.shown.rows, name, pd.DatetimeIndex(bars.index)))
            (overlays if _at_the_price(inputs, line, bars) else panels).append(line)
    return Chart(
        every["close"], bars, (upper, middle, lower), tuple(overlays), tuple(panels), inputs.shown.symbol
    )


def _own(
    bars: pd.DataFrame,
    name: str,
    count: int,
    *,
    levels: tuple[float, ...] = (),
    span: tuple[float, float] | None = None,
) -> Line:
    """Return an indicator of the catalogue, whether it is among the features or not."""
    entry = next(one for one in catalogue() if name in one.columns)
    values = entry.values({one: np.ascontiguousarray(bars[one].to_numpy(np.float64)) for one in OHLCV})
    return Line(name, values[name][-count:], levels, span)


def _feature(inputs: Inputs, rows: Rows, name: str, times: pd.DatetimeIndex) -> Array:
    """Return a feature on the bars shown, NaN on a bar that has no row."""
    if inputs.times is None:
        return np.full(len(times), np.nan)
    column = pd.Series(inputs.values[rows, inputs.names.index(name)], index=inputs.times[rows])
    return np.asarray(column.reindex(times), dtype=np.float64)


def _at_the_price(inputs: Inputs, line: Line, bars: pd.DataFrame) -> bool:
    entry = inputs.entries.get(line.name)
    known = line.values[~np.isnan(line.values)]
    if entry is None or entry.unit != "price" or not known.size:
        return False
    low, high = float(bars["low"].min()), float(bars["high"].max())
    return bool(low * 0.8 <= np.median(known) <= high * 1.2)
