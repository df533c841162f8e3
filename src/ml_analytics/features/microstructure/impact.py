"""How far trading moves the price: Kyle's lambda and Amihud's illiquidity."""

from __future__ import annotations

import numpy as np

from ...core.frames import Table
from ..indicator import Array
from .grid import Closed, Every, Grid, make_grid
from .rolling import rolling_mean_known, rolling_slope
from .signs import Method, signs_of
from .tables import time_table, whole_number
from .ticks import ColumnNames, Crossed, Prices, Signs, Trades, read_mid, read_trades
from .times import Duration


def kyle_lambda(
    trades: Table,
    quotes: Table | None = None,
    every: Every = "1s",
    window: int = 60,
    *,
    method: Method = "auto",
    lag: Duration = "0s",
    closed: Closed | None = None,
    columns: ColumnNames = None,
    crossed: Crossed = "error",
) -> Table:
    """Return Kyle's lambda: by how much a unit of net bought volume moves the price (Kyle 1985).

    The slope of a regression by least squares over the last ``window`` intervals,

        dm = a + lambda Q + error,

    dm the change of the mid over the interval (without quotes: of the last trade's price), Q its signed
    volume, bought less sold. ``kyle_lambda`` is in price per quantity, ``t_value`` and ``r_squared`` are
    those of the regression.

    Args:
        trades: pandas or polars trades of one market.
        quotes: its quotes; quantities are not needed. ``None``: the last trade's price stands for the mid,
            and the bounce between bid and ask biases lambda upwards.
        every: a duration, or a table of bars whose stamps end the intervals.
        window: intervals in a regression, at least 3.
        method: how the sign is told, see :func:`trade_signs`.
        lag: see :func:`trade_signs`.
        closed: which edge an interval holds; ``None``: ``left`` for a duration, ``right`` for bars, see
            :mod:`.grid`.
        columns: part -> column, for columns that are called otherwise.
        crossed: ``error`` (default) or ``drop``.

    Returns:
        A row for each interval that is over, stamped with its end. NaN until ``window`` changes are known,
        and where the signed volume does not vary in the window.

    Raises:
        ParameterError, DataProcessingError: a parameter or a table is not usable.

    >>> import pandas as pd
    >>> at = pd.date_range("2024-01-01", periods=6, freq="s", tz="UTC")
    >>> trades = pd.DataFrame({"price": 10.0, "qty": [1.0, 2.0, 1.0, 3.0, 1.0, 1.0]}, index=at)
    >>> trades["side"] = [1, 1, -1, 1, -1, 1]
    >>> mid = 10 + 0.5 * (trades["qty"] * trades["side"]).cumsum()
    >>> quotes = pd.DataFrame({"bid": mid - 0.1, "ask": mid + 0.1}, index=at)
    >>> kyle_lambda(trades, quotes, "1s", 3)["kyle_lambda"].round(9).tolist()
    [nan, nan, nan, 0.5, 0.5]
    """
    owner = "kyle_lambda"
    size = whole_number(window, "window", owner, 3)
    read, mid, side = _read(trades, quotes, method, lag, columns, crossed, owner)
    prices = Prices(read.time, read.price) if mid is None else mid
    grid = make_grid(every, closed, owner, read.time, prices.time)
    found = price_impact(read, side, prices, grid, size)
    return time_table(
        trades, grid.stamps, dict(zip(("kyle_lambda", "t_value", "r_squared"), found, strict=True))
    )


def amihud_illiquidity(
    trades: Table,
    quotes: Table | None = None,
    every: Every = "1min",
    window: int = 20,
    *,
    closed: Closed | None = None,
    columns: ColumnNames = None,
    crossed: Crossed = "error",
) -> Table:
    """Return Amihud's illiquidity: the mean of |return| per traded money over the last intervals (Amihud 2002).

        mean(|ln(p[t] / p[t - 1])| / money[t]) over those of the last ``window`` intervals that had trades,

    p the mid at the end of an interval (without quotes: the last trade's price), money its sum of price x
    quantity.

    Args:
        trades: pandas or polars trades of one market.
        quotes: its quotes, or ``None``; quantities are not needed.
        every: a duration, or a table of bars whose stamps end the intervals.
        window: intervals in a mean, at least 1.
        closed: which edge an interval holds; ``None``: ``left`` for a duration, ``right`` for bars, see
            :mod:`.grid`.
        columns: part -> column, for columns that are called otherwise.
        crossed: ``error`` (default) or ``drop``.

    Returns:
        A column ``amihud``, per unit of the currency, a row for each interval that is over, stamped with its
        end. NaN for the first ``window`` rows less one and where no interval of the window has both trades
        and a return.

    Raises:
        ParameterError, DataProcessingError: a parameter or a table is not usable.

    >>> import pandas as pd
    >>> at = pd.date_range("2024-01-01", periods=4, freq="min", tz="UTC")
    >>> trades = pd.DataFrame({"price": [100.0, 110.0, 110.0, 110.0], "qty": 1.0}, index=at)
    >>> amihud_illiquidity(trades, window=1)["amihud"].round(6).tolist()
    [nan, 0.000866, 0.0]
    """
    owner = "amihud_illiquidity"
    size = whole_number(window, "window", owner, 1)
    read = read_trades(trades, owner, columns)
    prices = Prices(read.time, read.price) if quotes is None else read_mid(quotes, owner, columns, crossed)
    grid = make_grid(every, closed, owner, read.time, prices.time)
    return time_table(trades, grid.stamps, {"amihud": illiquidity(read, prices, grid, size)})


def price_impact(
    trades: Trades, side: Signs, prices: Prices, grid: Grid, window: int
) -> tuple[Array, Array, Array]:
    """Return lambda, its t value and R squared at each stamp."""
    move = np.diff(grid.last(prices.time, prices.value), prepend=np.nan)
    return rolling_slope(grid.sums(trades.time, side * trades.qty), move, window)


def illiquidity(trades: Trades, prices: Prices, grid: Grid, window: int) -> Array:
    """Return Amihud's mean at each stamp."""
    move = np.abs(np.diff(np.log(grid.last(prices.time, prices.value)), prepend=np.nan))
    money = grid.sums(trades.time, trades.price * trades.qty)
    with np.errstate(all="ignore"):
        return rolling_mean_known(np.where(money > 0, move / money, np.nan), window)


def _read(
    trades: Table,
    quotes: Table | None,
    method: Method,
    lag: Duration,
    columns: ColumnNames,
    crossed: Crossed,
    owner: str,
) -> tuple[Trades, Prices | None, Signs]:
    read = read_trades(trades, owner, columns)
    mid = None if quotes is None else read_mid(quotes, owner, columns, crossed)
    return read, mid, signs_of(read, mid, method, lag, owner)
