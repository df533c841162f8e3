"""Bars by the clock, by trades, by volume and by money, each stamped when it became known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from ...core.errors import ParameterError
from ...core.frames import Table
from ..indicator import Array
from .segments import Positions, bars_of
from .signs import Method, signs_of
from .tables import amount, one_of, strictly_later, time_table, whole_number
from .ticks import ColumnNames, Trades, read_trades
from .times import LATEST, Duration, nanoseconds

Empty = Literal["skip", "carry"]
Incomplete = Literal["drop", "flag"]

MOST_BARS = 20_000_000
"""More bars of time than this are refused: ``every`` is too short for the span of the trades."""


def time_bars(
    trades: Table,
    every: Duration = "1min",
    *,
    empty: Empty = "skip",
    incomplete: Incomplete = "drop",
    method: Method = "auto",
    columns: ColumnNames = None,
) -> Table:
    """Return bars of a fixed length of time: the bar stamped t holds the trades from ``t - every`` up to before t.

    A bar is stamped with its end, when it becomes known. Ends are whole multiples of ``every`` since 1970 in
    UTC, wherever the trades begin; the first bar holds what there is of its interval.

    Args:
        trades: pandas or polars trades of one market: a time, price, qty, and ``side`` or ``buyer_is_maker``.
        every: length of a bar.
        empty: an interval without trades makes no bar (``skip``, the default), or one with the close before
            it, no volume, no trades and that close as vwap (``carry``): bars are then evenly spaced.
        incomplete: the last interval is not over when the trades end before its end. It is left out
            (``drop``, the default), or kept, with a column ``complete`` that is false for it (``flag``).
        method: how the bought volume is told when needed, see :func:`trade_signs` (no quotes here).
        columns: part -> column, for columns that are called otherwise.

    Returns:
        open, high, low, close, volume, vwap, trades, buy_volume on rising UTC times; the same kind of table,
        ready for ``FeatureEngineeringPipeline``. Without a complete bar it has no rows.

    Raises:
        ParameterError: a parameter is not usable, or there would be more than 20 million bars.
        DataProcessingError: the trades are not usable; the sentence names the first such row.

    >>> import pandas as pd
    >>> at = pd.to_datetime(["2024-01-01 00:00:10", "2024-01-01 00:00:50", "2024-01-01 00:01:00"], utc=True)
    >>> trades = pd.DataFrame({"price": [10.0, 11.0, 12.0], "qty": [1.0, 3.0, 1.0], "side": [1, -1, 1]}, at)
    >>> time_bars(trades, "1min")[["open", "close", "volume", "vwap", "buy_volume"]].values.tolist()
    [[10.0, 11.0, 4.0, 10.75, 1.0]]
    """
    owner = "time_bars"
    one_of(empty, ("skip", "carry"), "empty", owner)
    _check_incomplete(incomplete, owner)
    length = nanoseconds(every, "every", owner)
    read = read_trades(trades, owner, columns)
    interval = read.time // length
    if int(interval[-1]) - int(interval[0]) >= MOST_BARS and empty == "carry":
        raise ParameterError.of("every", owner, f"long enough for at most {MOST_BARS:,} bars", every)
    if (int(interval[-1]) + 1) * length > LATEST:
        raise ParameterError.of("every", owner, "short enough to end before the year 2262", every)
    starts = np.append(0, np.flatnonzero(interval[1:] != interval[:-1]) + 1)
    end = len(interval)
    if incomplete == "drop":  # the interval of the last trade is still running
        starts, end = starts[:-1], int(starts[-1])
    side = signs_of(read, None, method, "0s", owner)
    found = bars_of(read, side, starts, end)
    numbers = interval[starts]
    if empty == "carry" and len(numbers):
        numbers, found = _carried(numbers, found)
    if incomplete == "flag":
        found["complete"] = np.arange(len(numbers)) < len(numbers) - 1
    return time_table(trades, (numbers + 1) * length, found)


def tick_bars(
    trades: Table,
    count: int,
    *,
    incomplete: Incomplete = "drop",
    method: Method = "auto",
    columns: ColumnNames = None,
) -> Table:
    """Return bars of ``count`` trades each, stamped with the time of the last of them.

    Args:
        trades: see :func:`time_bars`.
        count: trades in a bar.
        incomplete: fewer trades than ``count`` at the end are left out (``drop``, the default), or kept, with
            a column ``complete`` that is false for them (``flag``).
        method: see :func:`time_bars`.
        columns: part -> column, for columns that are called otherwise.

    Returns:
        As :func:`time_bars`. Of bars that close at one instant each after the first is stamped a nanosecond
        later.

    Raises:
        ParameterError, DataProcessingError: as :func:`time_bars`.

    >>> import pandas as pd
    >>> at = pd.date_range("2024-01-01", periods=5, freq="s", tz="UTC")
    >>> trades = pd.DataFrame({"price": [1.0, 2.0, 3.0, 4.0, 5.0], "qty": 1.0}, index=at)
    >>> tick_bars(trades, 2)["close"].tolist()
    [2.0, 4.0]
    """
    size = min(whole_number(count, "count", "tick_bars", 1), LATEST)
    return _bars(
        trades,
        lambda read: np.arange(1, len(read.time) // size + 1) * size,
        "tick_bars",
        incomplete,
        method,
        columns,
    )


def volume_bars(
    trades: Table,
    volume: float,
    *,
    incomplete: Incomplete = "drop",
    method: Method = "auto",
    columns: ColumnNames = None,
) -> Table:
    """Return bars that close with the trade that brings their volume to ``volume`` or above.

    The next bar begins empty with the next trade; no trade is split (López de Prado 2018, Advances in
    Financial Machine Learning, section 2.3). Sums within a billionth of ``volume`` count as reached, for
    quantities are decimal fractions that floats only come near.

    Args:
        trades: see :func:`time_bars`.
        volume: least volume of a bar, in the unit of the quantities.
        incomplete: see :func:`tick_bars`.
        method: see :func:`time_bars`.
        columns: part -> column, for columns that are called otherwise.

    Returns:
        As :func:`tick_bars`.

    Raises:
        ParameterError, DataProcessingError: as :func:`time_bars`.

    >>> import pandas as pd
    >>> at = pd.date_range("2024-01-01", periods=5, freq="s", tz="UTC")
    >>> trades = pd.DataFrame({"price": 1.0, "qty": [0.1, 0.2, 5.0, 0.2, 0.1]}, index=at)
    >>> volume_bars(trades, 0.3)["volume"].round(9).tolist()
    [0.3, 5.0, 0.3]
    """
    least = amount(volume, "volume", "volume_bars")
    return _bars(trades, lambda read: _reached(read.qty, least), "volume_bars", incomplete, method, columns)


def dollar_bars(
    trades: Table,
    dollars: float,
    *,
    incomplete: Incomplete = "drop",
    method: Method = "auto",
    columns: ColumnNames = None,
) -> Table:
    """Return bars that close with the trade that brings their traded money (price x quantity) to ``dollars``.

    Args:
        trades: see :func:`time_bars`.
        dollars: least money of a bar, in the currency of the prices.
        incomplete: see :func:`tick_bars`.
        method: see :func:`time_bars`.
        columns: part -> column, for columns that are called otherwise.

    Returns:
        As :func:`volume_bars`, whose rule this is with money for volume.

    Raises:
        ParameterError, DataProcessingError: as :func:`time_bars`.

    >>> import pandas as pd
    >>> at = pd.date_range("2024-01-01", periods=4, freq="s", tz="UTC")
    >>> trades = pd.DataFrame({"price": [10.0, 20.0, 40.0, 10.0], "qty": 1.0}, index=at)
    >>> dollar_bars(trades, 30)["trades"].tolist()
    [2, 1]
    """
    least = amount(dollars, "dollars", "dollar_bars")
    return _bars(
        trades,
        lambda read: _reached(read.price * read.qty, least),
        "dollar_bars",
        incomplete,
        method,
        columns,
    )


def _bars(
    table: Table,
    closes: Callable[[Trades], Positions],
    owner: str,
    incomplete: Incomplete,
    method: Method,
    columns: ColumnNames,
) -> Table:
    """Return bars whose ends ``closes`` finds: positions after the last trade of each complete one."""
    _check_incomplete(incomplete, owner)
    read = read_trades(table, owner, columns)
    ends = closes(read)
    complete = np.ones(len(ends), dtype=bool)
    end = int(ends[-1]) if len(ends) else 0
    if incomplete == "flag" and end < len(read.time):
        end = len(read.time)
        ends, complete = np.append(ends, end), np.append(complete, False)
    starts = np.append(0, ends)[:-1]
    side = signs_of(read, None, method, "0s", owner)
    found: dict[str, Any] = bars_of(read, side, starts, end)
    if incomplete == "flag":
        found["complete"] = complete
    return time_table(table, strictly_later(read.time[ends - 1]), found)


def _reached(amounts: Array, least: float) -> Positions:
    """Return the positions after the trades that bring the sum since the last of them to ``least``."""
    total = np.cumsum(amounts)
    enough = least * (1 - 1e-9)
    ends: list[int] = []
    before, position, count = 0.0, 0, len(total)
    while True:
        # One search a bar: a bar takes a microsecond, however many trades it has.
        position = max(position, int(total.searchsorted(before + enough))) + 1
        if position > count:
            return np.array(ends, dtype=np.int64)
        ends.append(position)
        before = float(total[position - 1])


def _carried(numbers: Positions, bars: dict[str, Any]) -> tuple[Positions, dict[str, Any]]:
    """Fill the intervals without trades: prices are the close before, the rest is 0."""
    every = np.arange(numbers[0], numbers[-1] + 1)
    last = np.searchsorted(numbers, every, side="right") - 1
    traded = numbers[last] == every
    close = bars["close"][last]
    prices = {
        name: np.where(traded, bars[name][last], close) for name in ("open", "high", "low", "close", "vwap")
    }
    counts = {name: np.where(traded, bars[name][last], 0) for name in ("volume", "trades", "buy_volume")}
    return every, {name: {**prices, **counts}[name] for name in bars}


def _check_incomplete(incomplete: object, owner: str) -> None:
    one_of(incomplete, ("drop", "flag"), "incomplete", owner)
