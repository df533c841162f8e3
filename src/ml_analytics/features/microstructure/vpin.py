"""VPIN: how one-sided the volume is, bucket by bucket of equal volume."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.special import ndtr

from ...core.errors import ParameterError
from ...core.frames import Table
from ..indicator import Array
from .rolling import rolling_sum
from .segments import run_sums
from .signs import signs_of
from .tables import amount, one_of, strictly_later, time_table, whole_number
from .ticks import ColumnNames, Trades, read_trades
from .times import Duration, Times, nanoseconds

Classification = Literal["auto", "given", "tick", "bulk"]

MOST_BUCKETS = 20_000_000

_REACHED = 1e-9
"""Share of a bucket within which its volume counts as reached: quantities are decimal fractions."""


def vpin(
    trades: Table,
    bucket_volume: float,
    window: int = 50,
    *,
    method: Classification = "auto",
    every: Duration = "1min",
    columns: ColumnNames = None,
) -> Table:
    """Return the volume-synchronised probability of informed trading (Easley, López de Prado and O'Hara 2012).

    Trades fill buckets of exactly ``bucket_volume``; what is too much goes into the next, so that one large
    trade may fill several. With B and S the bought and sold volume of a bucket, V = ``bucket_volume``, n =
    ``window``,

        vpin = sum of |B - S| over the last n buckets / (n V), from 0 to 1.

    Args:
        trades: pandas or polars trades of one market.
        bucket_volume: V; the paper takes a fiftieth of an average day.
        window: n, buckets in a mean.
        method: ``given`` side, ``tick`` rule, ``auto`` (given, else tick rule; as :func:`trade_signs`), or
            the paper's ``bulk`` classification: of the volume of each interval of ``every`` the share Phi(dp
            / s) is bought, dp its change of price and s the standard deviation of the changes so far (the
            paper: of the whole sample, which is not known then; half, until there are two that differ).
        every: length of an interval of ``bulk``; the others have none.
        columns: part -> column, for columns that are called otherwise.

    Returns:
        ``buy_volume``, ``sell_volume``, ``imbalance`` = |B - S| / V and ``vpin``, a row for each full bucket,
        stamped with the trade that filled it (``bulk``: the end of its interval); of several that fill at one
        instant each after the first a nanosecond later. ``vpin`` is NaN in the first n - 1 rows. The last
        bucket, not full, is left out.

    Raises:
        ParameterError: a parameter is not usable, asks for a side that is not there, or would make more than
            20 million buckets.
        DataProcessingError: the trades are not usable.

    >>> import pandas as pd
    >>> at = pd.date_range("2024-01-01", periods=3, freq="s", tz="UTC")
    >>> trades = pd.DataFrame({"price": 10.0, "qty": [3.0, 4.0, 2.0], "side": [1, -1, -1]}, index=at)
    >>> vpin(trades, 4, 2)[["buy_volume", "sell_volume", "vpin"]].values.tolist()
    [[3.0, 1.0, nan], [0.0, 4.0, 0.75]]
    """
    owner = "vpin"
    size, count = amount(bucket_volume, "bucket_volume", owner), whole_number(window, "window", owner, 1)
    one_of(method, ("auto", "given", "tick", "bulk"), "method", owner)
    length = nanoseconds(every, "every", owner)
    read = read_trades(trades, owner, columns)
    if method == "bulk":
        time, volume, bought, sold = _bulk(read, length)
    else:
        side = signs_of(read, None, method, "0s", owner)
        time, volume = read.time, read.qty
        bought, sold = (np.where(side == sign, read.qty, 0.0) for sign in (1, -1))
    if volume.sum() / size > MOST_BUCKETS:
        raise ParameterError.of(
            "bucket_volume", owner, f"large enough for at most {MOST_BUCKETS:,} buckets", bucket_volume
        )
    stamps, buy, sell = _buckets(time, volume, bought, sold, size)
    imbalance = np.minimum(np.abs(buy - sell) / size, 1.0)
    found = {"buy_volume": buy, "sell_volume": sell, "imbalance": imbalance}
    return time_table(trades, stamps, {**found, "vpin": rolling_sum(imbalance, count) / count})


def _buckets(
    time: Times, volume: Array, bought: Array, sold: Array, size: float
) -> tuple[Times, Array, Array]:
    """Return when each bucket was full, and its bought and sold volume.

    A trade that crosses the edge of a bucket is split in proportion; between two trades the sums are straight
    lines.
    """
    total = np.cumsum(volume)
    most = total[-1] / size * (1 + _REACHED) if len(total) else 0
    edges = size * np.arange(1, int(most) + 1)
    filled = np.searchsorted(total, edges - size * _REACHED)
    edges, filled = edges[filled < len(total)], filled[filled < len(total)]
    at = np.append(0.0, total)
    sides = []
    for part in (bought, sold):
        sums = np.interp(np.append(0.0, edges), at, np.append(0.0, np.cumsum(part)))
        sides.append(np.clip(np.diff(sums), 0.0, size))
    return strictly_later(time[filled]), *sides


def _bulk(trades: Trades, length: int) -> tuple[Times, Array, Array, Array]:
    """Return the intervals that are over as if each were a trade: its end, volume, bought and sold volume."""
    interval = trades.time // length
    cuts = np.append(0, np.flatnonzero(interval[1:] != interval[:-1]) + 1)
    volume, last = run_sums(trades.qty, cuts), trades.price[cuts[1:] - 1]
    change = np.diff(last, prepend=trades.price[0])
    spread = _deviation_so_far(change)
    with np.errstate(all="ignore"):
        share = np.where(spread > 0, ndtr(change / spread), 0.5)
    return (interval[cuts[:-1]] + 1) * length, volume, volume * share, volume * (1 - share)


def _deviation_so_far(values: Array) -> Array:
    """Return the standard deviation (divisor n - 1) of the values up to each; 0 for the first."""
    count = np.arange(1, len(values) + 1)
    mean = np.cumsum(values) / count
    # Welford's sum: each value's distance from the means before and after it.
    before = np.append(0.0, mean)[: len(mean)]
    squares = np.cumsum((values - before) * (values - mean))
    deviation: Array = np.sqrt(np.maximum(squares, 0.0) / np.maximum(count - 1, 1))
    return deviation
