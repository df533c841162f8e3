"""Who took liquidity: the side given, the tick rule, or Lee and Ready."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ...core.errors import ParameterError
from ...core.frames import Table
from ..indicator import Array
from ..indicators.microstructure.tick_rule import tick_signs
from .tables import one_of, time_table
from .ticks import ColumnNames, Crossed, Prices, Signs, Trades, read_mid, read_trades
from .times import Duration, earlier, nanoseconds

Method = Literal["auto", "given", "tick", "lee_ready"]
METHODS = ("auto", "given", "tick", "lee_ready")


def trade_signs(
    trades: Table,
    quotes: Table | None = None,
    *,
    method: Method = "auto",
    lag: Duration = "0s",
    columns: ColumnNames = None,
    crossed: Crossed = "error",
) -> Table:
    """Return for each trade a column ``side``: +1 the buyer took, -1 the seller took, 0 unknown.

    - ``given``: the table's own ``side`` (+1, -1, 0, ``buy``, ``sell``) or ``buyer_is_maker``.
    - ``tick``: up from the last different price is a buy, down a sell, unchanged as the trade before; unknown
      until the price first moves (Lee and Ready 1991, section I).
    - ``lee_ready``: above the mid of the last quote *before* the trade a buy, below a sell, at the mid or
      without a quote the tick rule (Lee and Ready 1991).
    - ``auto``: given when the table says, else Lee-Ready when there are quotes, else the tick rule.

    Args:
        trades: pandas or polars trades of one market.
        quotes: its quotes, for ``lee_ready``; quantities are not needed.
        method: see above.
        lag: a quote counts only when it is older than the trade by more than this. Where quotes are faster
            than trades in reaching you, the quote before a trade shows its own effect already: then more than
            0.
        columns: part -> column, for columns that are called otherwise.
        crossed: ``error`` (default) or ``drop``, for quotes whose bid is above the ask.

    Returns:
        As many rows as trades, in their order, on their times; int8.

    Raises:
        ParameterError: ``method`` is unknown, or asks for a side or quotes that are not there; a negative
            lag.
        DataProcessingError: the trades or quotes are not usable; the sentence names the first such row.

    >>> import pandas as pd
    >>> at = pd.date_range("2024-01-01", periods=4, freq="s", tz="UTC")
    >>> trades = pd.DataFrame({"price": [10.0, 10.1, 10.1, 10.0], "qty": 1.0}, index=at)
    >>> trade_signs(trades)["side"].tolist()
    [0, 1, 1, -1]
    """
    owner = "trade_signs"
    read = read_trades(trades, owner, columns)
    mid = None if quotes is None else read_mid(quotes, owner, columns, crossed)
    return time_table(trades, read.time, {"side": signs_of(read, mid, method, lag, owner)})


def signs_of(trades: Trades, mid: Prices | None, method: str, lag: Duration, owner: str) -> Signs:
    """Return the signs of trades that are read already; see :func:`trade_signs`."""
    one_of(method, METHODS, "method", owner)
    before = nanoseconds(lag, "lag", owner, least=0)
    if method == "given" or (method == "auto" and trades.side is not None):
        if trades.side is None:
            raise ParameterError.of("method", owner, "another when the trades have no 'side'", method)
        return trades.side
    if method == "lee_ready" or (method == "auto" and mid is not None):
        if mid is None:
            raise ParameterError.of("method", owner, "another when there are no quotes", method)
        return lee_ready(trades, mid, before)
    return tick_rule(trades.price)


def tick_rule(price: Array) -> Signs:
    """Return the sign of the last change of the price up to each trade, 0 before the first.

    >>> tick_rule(np.array([2.0, 2.0, 3.0, 3.0, 1.0])).tolist()
    [0, 0, 1, 1, -1]
    """
    return tick_signs(price).astype(np.int8)


def lee_ready(trades: Trades, mid: Prices, lag: int = 0) -> Signs:
    """Return the signs by the mid before each trade (older than ``lag`` nanoseconds), else by the tick rule."""
    with np.errstate(invalid="ignore"):
        side = np.sign(trades.price - mid_before(trades, mid, lag))
    return np.where(np.isfinite(side) & (side != 0), side, tick_rule(trades.price)).astype(np.int8)


def mid_before(trades: Trades, mid: Prices, lag: int = 0) -> Array:
    """Return the mid of the last quote that is older than each trade by more than ``lag``, NaN without one."""
    last = np.searchsorted(mid.time, earlier(trades.time, lag), side="left") - 1
    return np.where(last >= 0, mid.value[np.maximum(last, 0)], np.nan)
