"""All measures of trades and quotes in one table, a row for each interval or bar."""

from __future__ import annotations

import numpy as np

from ...core.frames import Table
from ..indicator import Array
from .grid import Closed, Every, Grid, make_grid
from .impact import illiquidity, price_impact
from .order_flow import flow, normalised
from .quote_features import measures
from .signs import Method, mid_before, signs_of
from .spreads import effective, realised
from .tables import time_table, whole_number
from .ticks import ColumnNames, Crossed, Prices, Quotes, Signs, Trades, read_quotes, read_trades
from .times import Duration, Times, nanoseconds
from .variation import bipower, returns, variance


def trade_features(
    trades: Table,
    quotes: Table | None = None,
    every: Every = "1s",
    *,
    window: int = 60,
    horizon: Duration = "5s",
    method: Method = "auto",
    lag: Duration = "0s",
    closed: Closed | None = None,
    columns: ColumnNames = None,
    crossed: Crossed = "error",
) -> Table:
    """Return the measures of trades, and of quotes where given, a row for each interval.

    Of the quotes: ``mid``, ``micro_price``, ``spread`` and ``depth_imbalance`` of the last quote;
    ``spread_mean``, ``spread_bps_mean`` and ``depth_mean``, means over the time of the interval (see
    :func:`quote_features`); ``ofi`` and ``ofi_normalised`` (:func:`order_flow_imbalance`);
    ``effective_spread`` of the interval's trades, and ``realised_spread`` and ``price_impact`` of the trades
    whose ``horizon`` ended in it (:func:`realised_spread`), all three weighted by volume.

    Of the trades: ``trades``, ``volume``, ``buy_volume``, ``signed_volume`` (bought less sold), ``vwap``.

    Over the last ``window`` intervals: ``kyle_lambda``, ``amihud``, ``realised_variance``,
    ``bipower_variation``, from the mid, or from the last trade's price without quotes.

    Args:
        trades: pandas or polars trades of one market.
        quotes: its quotes (bid, ask, bid_qty, ask_qty), on the same clock; or ``None``.
        every: a duration, or a table of bars whose stamps end the intervals.
        window: intervals of the rolling measures, at least 3.
        horizon: of the realised spread.
        method: how the sign of a trade is told, see :func:`trade_signs`.
        lag: how much older than a trade its quote must be at least, see :func:`trade_signs`.
        closed: ``left`` (an interval holds what comes from its beginning up to before its stamp; the default
            of a duration) or ``right`` (after its beginning up to its stamp; the default of bars, for the
            last trade of a tick bar has its time). For bars of :func:`time_bars` ``left`` counts exactly
            their trades.
        columns: part -> column, for columns that are called otherwise.
        crossed: ``error`` (default) or ``drop``, for quotes whose bid is above the ask.

    Returns:
        The same kind of table as ``trades``, float64, stamped with the end of each interval; nothing in a row
        is known later than its stamp. Sums are 0 in an interval without trades; means of nothing (``vwap``,
        spreads paid) are NaN there, what quotes say before the first quote, and rolling measures until
        ``window`` of their parts are known.

    Raises:
        ParameterError: a parameter is not usable.
        DataProcessingError: a table is not usable; the sentence names the first such row.

    >>> import pandas as pd
    >>> at = pd.date_range("2024-01-01", periods=3, freq="s", tz="UTC")
    >>> trades = pd.DataFrame({"price": [10.0, 11.0, 12.0], "qty": 2.0, "side": [1, -1, 1]}, index=at)
    >>> trade_features(trades, every="2s", window=3)[["trades", "signed_volume", "vwap"]].values.tolist()
    [[2.0, 0.0, 10.5]]
    """
    owner = "trade_features"
    size, later = whole_number(window, "window", owner, 3), nanoseconds(horizon, "horizon", owner)
    read = read_trades(trades, owner, columns)
    best = None if quotes is None else read_quotes(quotes, owner, columns, crossed)
    mid = None if best is None else Prices(best.time, best.mid)
    side = signs_of(read, mid, method, lag, owner)
    prices = mid or Prices(read.time, read.price)
    grid = make_grid(every, closed, owner, read.time, prices.time)
    found: dict[str, Array] = {}
    if best is not None and mid is not None:
        before = mid_before(read, mid, nanoseconds(lag, "lag", owner, least=0))
        found |= _of_quotes(best, grid)
        found |= _of_spreads(read, side, before, mid, later, grid)
    found |= _of_trades(read, side, grid)
    move = returns(prices, grid)
    found |= {
        "kyle_lambda": price_impact(read, side, prices, grid, size)[0],
        "amihud": illiquidity(read, prices, grid, size),
        "realised_variance": variance(move, size),
        "bipower_variation": bipower(move, size),
    }
    return time_table(trades, grid.stamps, found)


def _of_quotes(quotes: Quotes, grid: Grid) -> dict[str, Array]:
    each, time = measures(quotes), quotes.time
    last = {name: grid.last(time, each[name]) for name in ("mid", "micro_price", "spread", "depth_imbalance")}
    mean = {f"{name}_mean": grid.time_mean(time, each[name]) for name in ("spread", "spread_bps", "depth")}
    return {**last, **mean, "ofi": grid.sums(time, flow(quotes)), "ofi_normalised": normalised(quotes, grid)}


def _of_spreads(
    trades: Trades, side: Signs, before: Array, mid: Prices, horizon: int, grid: Grid
) -> dict[str, Array]:
    paid = effective(trades, side, before)
    until = int(grid.edges[-1]) + 1 if len(grid.stamps) else int(trades.time[0])
    known, kept = realised(trades, side, mid, horizon, until)
    qty, moved = trades.qty[: len(known)], paid[: len(known)] - kept
    return {
        "effective_spread": _weighted(trades.time, paid, trades.qty, grid),
        "realised_spread": _weighted(known, kept, qty, grid),
        "price_impact": _weighted(known, moved, qty, grid),
    }


def _of_trades(trades: Trades, side: Signs, grid: Grid) -> dict[str, Array]:
    time, qty = trades.time, trades.qty
    volume = grid.sums(time, qty)
    with np.errstate(invalid="ignore"):
        vwap = grid.sums(time, trades.price * qty) / volume
    return {
        "trades": np.diff(grid.cuts(time)).astype(np.float64),
        "volume": volume,
        "buy_volume": grid.sums(time, np.where(side > 0, qty, 0.0)),
        "signed_volume": grid.sums(time, side * qty),
        "vwap": vwap,
    }


def _weighted(time: Times, values: Array, weights: Array, grid: Grid) -> Array:
    """Return the mean of the known values of each interval by weight, NaN without any."""
    known = np.isfinite(values)
    time, values, weights = time[known], values[known], weights[known]
    with np.errstate(invalid="ignore"):
        return grid.sums(time, values * weights) / grid.sums(time, weights)
