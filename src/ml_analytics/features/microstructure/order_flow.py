"""Order-flow imbalance: what was added to the bid and taken from the ask, less the reverse."""

from __future__ import annotations

import numpy as np

from ...core.errors import DataProcessingError
from ...core.frames import Table, to_pandas
from ..indicator import Array
from .grid import Closed, Every, Grid, make_grid
from .tables import time_table, whole_number
from .ticks import ColumnNames, Crossed, Quotes, read_quotes


def order_flow_imbalance(
    quotes: Table,
    every: Every = "1s",
    *,
    levels: int = 1,
    closed: Closed | None = None,
    columns: ColumnNames = None,
    crossed: Crossed = "error",
) -> Table:
    """Return the order-flow imbalance of each interval (Cont, Kukanov and Stoikov 2014, section 2).

    From one quote to the next, with bid P, its quantity q, ask A, its quantity r:

        e = q' [P' >= P] - q [P' <= P] - r' [A' <= A] + r [A' >= A]

    (primes: the newer quote). ``ofi`` is the sum of e over the interval, in units of quantity: above 0 when
    the bid was strengthened or the ask eaten. ``ofi_normalised`` divides by the mean over time of the depth
    of one side, (q + r) / 2: their model has the price move by OFI / (2 depth) ticks. Quotes that change
    nothing add 0.

    With ``levels`` above 1 the table must have the columns of :func:`rebuild_book` (``bid_2``, ``bid_qty_2``,
    …); ``ofi_2`` and so on are the same sum for the second best prices and deeper (Xu, Gould and Howison
    2018). A level that is not there counts as infinitely far with nothing on it.

    Args:
        quotes: pandas or polars quotes of one market: a time, bid, ask, bid_qty, ask_qty.
        every: a duration, or a table of bars whose stamps end the intervals.
        levels: how many best prices of each side.
        closed: which edge an interval holds; ``None``: ``left`` for a duration, ``right`` for bars, see
            :mod:`.grid`.
        columns: part -> column, for columns that are called otherwise.
        crossed: ``error`` (default) or ``drop``.

    Returns:
        A row for each interval that is over, stamped with its end; 0 in an interval without quotes.
        ``ofi_normalised`` is NaN before the first quote and where no depth stood.

    Raises:
        ParameterError: a parameter is not usable.
        DataProcessingError: the quotes are not usable, or a level is missing.

    >>> import pandas as pd
    >>> at = pd.date_range("2024-01-01", periods=3, freq="500ms", tz="UTC")
    >>> quotes = pd.DataFrame({"bid": 9.9, "bid_qty": [3.0, 5.0, 5.0], "ask": 10.1, "ask_qty": 1.0}, index=at)
    >>> order_flow_imbalance(quotes, "1s")["ofi"].tolist()
    [2.0]
    """
    owner = "order_flow_imbalance"
    count = whole_number(levels, "levels", owner, 1)
    read = read_quotes(quotes, owner, columns, crossed)
    grid = make_grid(every, closed, owner, read.time)
    found = {"ofi": grid.sums(read.time, flow(read)), "ofi_normalised": normalised(read, grid)}
    if count > 1:
        deeper = _levels(quotes, read, count, owner)
        found |= {f"ofi_{level}": grid.sums(one.time, flow(one)) for level, one in deeper.items()}
    return time_table(quotes, grid.stamps, found)


def flow(quotes: Quotes) -> Array:
    """Return e of every quote; 0 for the first, which has none before it."""
    bid, ask, bid_qty, ask_qty = quotes.bid, quotes.ask, quotes.bid_qty, quotes.ask_qty
    found = np.zeros(len(bid))
    found[1:] = (
        np.where(bid[1:] >= bid[:-1], bid_qty[1:], 0.0)
        - np.where(bid[1:] <= bid[:-1], bid_qty[:-1], 0.0)
        - np.where(ask[1:] <= ask[:-1], ask_qty[1:], 0.0)
        + np.where(ask[1:] >= ask[:-1], ask_qty[:-1], 0.0)
    )
    return found


def normalised(quotes: Quotes, grid: Grid) -> Array:
    """Return the imbalance of each interval by the mean depth of one side, NaN without depth."""
    depth = grid.time_mean(quotes.time, (quotes.bid_qty + quotes.ask_qty) / 2)
    with np.errstate(all="ignore"):
        return np.where(depth > 0, grid.sums(quotes.time, flow(quotes)) / depth, np.nan)


def _levels(table: Table, best: Quotes, count: int, owner: str) -> dict[int, Quotes]:
    """Return the deeper levels as quotes: absent ones infinitely far and empty."""
    frame = to_pandas(table, "quotes", owner)
    if len(best.time) != len(frame):
        raise DataProcessingError(
            f"The quotes of {owner} must not be crossed when several levels are asked for. "
            f"Got {len(frame) - len(best.time)} rows that are."
        )
    found = {}
    for level in range(2, count + 1):
        names = [f"bid_{level}", f"ask_{level}", f"bid_qty_{level}", f"ask_qty_{level}"]
        missing = [name for name in names if name not in frame.columns]
        if missing:
            raise DataProcessingError(
                f"The 'quotes' parameter of {owner} must have the column '{missing[0]}' for {count} levels."
            )
        bid, ask, bid_qty, ask_qty = (
            frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in names
        )
        found[level] = Quotes(
            best.time,
            np.where(np.isnan(bid), -np.inf, bid),
            np.where(np.isnan(ask), np.inf, ask),
            np.where(np.isnan(bid), 0.0, bid_qty),
            np.where(np.isnan(ask), 0.0, ask_qty),
        )
    return found
