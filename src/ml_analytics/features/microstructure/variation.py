"""Variation of a price over a moving window: realised variance, and the bipower variation that jumps hardly touch."""

from __future__ import annotations

import numpy as np

from ...core.frames import Table
from ..indicator import Array
from .grid import Closed, Every, Grid, make_grid
from .rolling import rolling_sum
from .tables import time_table, whole_number
from .ticks import ColumnNames, Crossed, Prices, read_prices


def realised_variation(
    prices: Table,
    every: Every = "1s",
    window: int = 60,
    *,
    closed: Closed | None = None,
    columns: ColumnNames = None,
    crossed: Crossed = "error",
) -> Table:
    """Return realised variance and bipower variation over the last ``window`` returns.

    With r the log returns from interval to interval of the last known price (mid of quotes, or trades), M =
    ``window``:

        realised_variance   = sum of r[j]^2                                        (Andersen and Bollerslev 1998)
        bipower_variation   = pi/2 * M/(M - 1) * sum of |r[j]| |r[j - 1]|, M - 1 products
                                                                  (Barndorff-Nielsen and Shephard 2004)

    Both estimate the variance of the window (not annualised); a jump is in the first alone. Too short an
    interval measures the bounce between bid and ask in the first, and returns of 0 press the second down.

    Args:
        prices: pandas or polars quotes (bid, ask) or trades (price) of one market.
        every: a duration, or a table of bars whose stamps end the intervals.
        window: returns in a window, at least 2.
        closed: which edge an interval holds; ``None``: ``left`` for a duration, ``right`` for bars, see
            :mod:`.grid`.
        columns: part -> column, for columns that are called otherwise.
        crossed: ``error`` (default) or ``drop``, for quotes.

    Returns:
        A row for each interval that is over, stamped with its end; NaN until ``window`` returns are known.

    Raises:
        ParameterError, DataProcessingError: a parameter or a table is not usable.

    >>> import pandas as pd
    >>> at = pd.date_range("2024-01-01", periods=5, freq="s", tz="UTC")
    >>> trades = pd.DataFrame({"price": np.exp([0.0, 0.01, 0.0, 0.01, 0.0]), "qty": 1.0}, index=at)
    >>> realised_variation(trades, "1s", 2).round(6).iloc[-1].tolist()
    [0.0002, 0.000314]
    """
    owner = "realised_variation"
    size = whole_number(window, "window", owner, 2)
    read = read_prices(prices, owner, columns, crossed)
    grid = make_grid(every, closed, owner, read.time)
    move = returns(read, grid)
    found = {"realised_variance": variance(move, size), "bipower_variation": bipower(move, size)}
    return time_table(prices, grid.stamps, found)


def returns(prices: Prices, grid: Grid) -> Array:
    """Return the log return over each interval, NaN where a price is not known yet."""
    return np.diff(np.log(grid.last(prices.time, prices.value)), prepend=np.nan)


def variance(move: Array, window: int) -> Array:
    """Return the rolling sum of squared returns."""
    return rolling_sum(move**2, window)


def bipower(move: Array, window: int) -> Array:
    """Return the rolling bipower variation of ``window`` returns."""
    product = np.full(len(move), np.nan)
    product[1:] = np.abs(move[1:]) * np.abs(move[:-1])
    return np.pi / 2 * window / (window - 1) * rolling_sum(product, window - 1)
