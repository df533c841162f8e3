"""What a quote says by itself: mid, micro-price, spread, depth and its imbalance."""

from __future__ import annotations

import numpy as np

from ...core.frames import Table
from ..indicator import Array
from .tables import time_table
from .ticks import ColumnNames, Crossed, Quotes, read_quotes


def quote_features(quotes: Table, *, columns: ColumnNames = None, crossed: Crossed = "error") -> Table:
    """Return the measures of every quote, one row each, known at its time.

    - ``mid``: (bid + ask) / 2.
    - ``micro_price``: (bid * ask_qty + ask * bid_qty) / (bid_qty + ask_qty): nearer to the side that is about
      to give way (weighted mid; Gatheral and Oomen 2010). The mid when nothing stands on either side.
    - ``spread``: ask - bid, in units of the price; ``spread_bps``: the same in ten-thousandths of the mid.
    - ``depth``: bid_qty + ask_qty at the best prices.
    - ``depth_imbalance``: (bid_qty - ask_qty) / (bid_qty + ask_qty), from -1 to 1; 0 when nothing stands.

    Args:
        quotes: pandas or polars quotes of one market: a time, bid, ask, bid_qty, ask_qty.
        columns: part -> column, for columns that are called otherwise.
        crossed: a bid above the ask is an ``error`` (default), or such rows are left out (``drop``).

    Returns:
        The same kind of table, float64.

    Raises:
        DataProcessingError: the quotes are empty, unsorted, crossed, or hold a missing or negative value.
        ParameterError: ``columns`` or ``crossed`` is not usable.

    >>> import pandas as pd
    >>> at = pd.date_range("2024-01-01", periods=1, tz="UTC")
    >>> quotes = pd.DataFrame({"bid": 9.9, "bid_qty": 3.0, "ask": 10.1, "ask_qty": 1.0}, index=at)
    >>> quote_features(quotes)[["mid", "micro_price", "depth", "depth_imbalance"]].round(2).values.tolist()
    [[10.0, 10.05, 4.0, 0.5]]
    """
    read = read_quotes(quotes, "quote_features", columns, crossed)
    return time_table(quotes, read.time, measures(read))


def measures(quotes: Quotes) -> dict[str, Array]:
    """Return the columns of :func:`quote_features`."""
    mid, spread, depth = quotes.mid, quotes.ask - quotes.bid, quotes.bid_qty + quotes.ask_qty
    with np.errstate(invalid="ignore"):
        imbalance = np.where(depth > 0, (quotes.bid_qty - quotes.ask_qty) / depth, 0.0)
    return {
        "mid": mid,
        # The same as the weighted mid, without the products of prices and quantities; rounding stays inside.
        "micro_price": np.clip(mid + imbalance * spread / 2, quotes.bid, quotes.ask),
        "spread": spread,
        "spread_bps": 1e4 * spread / mid,
        "depth": depth,
        "depth_imbalance": imbalance,
    }
