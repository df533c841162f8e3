"""What a trade paid beyond the mid, and what of it the other side kept: effective and realised spread."""

from __future__ import annotations

import numpy as np

from ...core.frames import Table
from ..indicator import Array
from .signs import Method, mid_before, signs_of
from .tables import time_table, utc_index
from .ticks import ColumnNames, Crossed, Prices, Signs, Trades, read_mid, read_trades
from .times import EARLIEST, Duration, Times, nanoseconds


def effective_spread(
    trades: Table,
    quotes: Table,
    *,
    method: Method = "auto",
    lag: Duration = "0s",
    columns: ColumnNames = None,
    crossed: Crossed = "error",
) -> Table:
    """Return for each trade ``2 s (p - m)``: s its sign, p its price, m the mid of the last quote before it.

    In units of the price (``effective_spread``) and in ten-thousandths of m (``effective_spread_bps``),
    beside ``side`` and ``mid``. Negative when the trade was better than the mid. (Huang and Stoll 1996.)

    Args:
        trades: pandas or polars trades of one market.
        quotes: its quotes; quantities are not needed.
        method: how the sign is told, see :func:`trade_signs`.
        lag: how much older than the trade the quote must be at least, see :func:`trade_signs`.
        columns: part -> column, for columns that are called otherwise.
        crossed: ``error`` (default) or ``drop``.

    Returns:
        One row for each trade, known at its time; NaN without a quote before it or with an unknown sign.

    Raises:
        ParameterError, DataProcessingError: as :func:`trade_signs`.

    >>> import pandas as pd
    >>> at = pd.date_range("2024-01-01", periods=2, freq="s", tz="UTC")
    >>> quotes = pd.DataFrame({"bid": [9.9], "ask": [10.1]}, index=at[:1])
    >>> trades = pd.DataFrame({"price": [10.1], "qty": [1.0]}, index=at[1:])
    >>> effective_spread(trades, quotes)["effective_spread"].round(9).tolist()
    [0.2]
    """
    owner = "effective_spread"
    read, mid = read_trades(trades, owner, columns), read_mid(quotes, owner, columns, crossed)
    side = signs_of(read, mid, method, lag, owner)
    before = mid_before(read, mid, nanoseconds(lag, "lag", owner, least=0))
    paid = effective(read, side, before)
    found = {
        "side": side,
        "mid": before,
        "effective_spread": paid,
        "effective_spread_bps": 1e4 * paid / before,
    }
    return time_table(trades, read.time, found)


def realised_spread(
    trades: Table,
    quotes: Table,
    horizon: Duration = "5s",
    *,
    method: Method = "auto",
    lag: Duration = "0s",
    columns: ColumnNames = None,
    crossed: Crossed = "error",
) -> Table:
    """Return what of the effective spread is left once the price has moved, when that is known.

    With m the mid before the trade and m' the last mid at its time + ``horizon``: ``realised_spread`` = 2 s
    (p - m') and ``price_impact`` = 2 s (m' - m); they add up to ``effective_spread`` (Huang and Stoll 1996).
    The row is stamped with the trade's time + ``horizon``, for it needs the mid of then; ``trade_time`` says
    which trade it was.

    Args:
        trades: pandas or polars trades of one market.
        quotes: its quotes; quantities are not needed.
        horizon: how long after the trade, above 0.
        method: how the sign is told, see :func:`trade_signs`.
        lag: how much older than the trade the quote before it must be at least, see :func:`trade_signs`.
        columns: part -> column, for columns that are called otherwise.
        crossed: ``error`` (default) or ``drop``.

    Returns:
        A row for each trade whose horizon is over before the last trade or quote; NaN as in :func:`effective_spread`.

    Raises:
        ParameterError, DataProcessingError: as :func:`trade_signs`; a horizon that is not above 0.

    >>> import pandas as pd
    >>> at = pd.date_range("2024-01-01", periods=4, freq="s", tz="UTC")
    >>> quotes = pd.DataFrame({"bid": [9.9, 10.0, 10.0], "ask": [10.1, 10.2, 10.2]}, index=at[[0, 2, 3]])
    >>> trades = pd.DataFrame({"price": [10.1], "qty": [1.0]}, index=at[1:2])
    >>> realised_spread(trades, quotes, "1s")[["realised_spread", "price_impact"]].round(9).values.tolist()
    [[0.0, 0.2]]
    """
    owner = "realised_spread"
    later = nanoseconds(horizon, "horizon", owner)
    read, mid = read_trades(trades, owner, columns), read_mid(quotes, owner, columns, crossed)
    side = signs_of(read, mid, method, lag, owner)
    before = mid_before(read, mid, nanoseconds(lag, "lag", owner, least=0))
    # Strictly before the last tick: at its instant another quote may still come.
    known, kept = realised(read, side, mid, later, int(max(read.time[-1], mid.time[-1])))
    paid = effective(read, side, before)[: len(known)]
    found = {
        "trade_time": utc_index(read.time[: len(known)]),
        "effective_spread": paid,
        "realised_spread": kept,
        "price_impact": paid - kept,
    }
    return time_table(trades, known, found)


def effective(trades: Trades, side: Signs, before: Array) -> Array:
    """Return 2 s (p - m), NaN where s is unknown."""
    return np.where(side == 0, np.nan, 2.0 * side * (trades.price - before))


def realised(trades: Trades, side: Signs, mid: Prices, horizon: int, until: int) -> tuple[Times, Array]:
    """Return when each realised spread is known, and it; only of trades whose horizon is over before ``until``."""
    over = int(np.searchsorted(trades.time, max(until - horizon, EARLIEST), side="left"))
    known = trades.time[:over] + horizon
    last = np.searchsorted(mid.time, known, side="right") - 1
    later = np.where(last >= 0, mid.value[np.maximum(last, 0)], np.nan)
    return known, np.where(side[:over] == 0, np.nan, 2.0 * side[:over] * (trades.price[:over] - later))
