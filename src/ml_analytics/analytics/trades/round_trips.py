"""From fills to round trips: what was opened, what closed it, and what that earned."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...core.errors import ParameterError
from ..inputs import Array
from .blotter import quotient
from .fills import Fills, as_fills
from .matching import for_many, grouped, match_average, match_lots
from .units import Units, in_units

_OWNER = "round_trips"
Method = Literal["fifo", "lifo", "average"]
Per = Literal["exit", "lot", "position"]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class RoundTrips:
    """What was closed and what is still open.

    ``table`` has a row per round trip, in the order of exits: symbol, side (long, short), entry_time,
    exit_time, quantity (positive), entry_price, exit_price, fees (of both ends), pnl (money, after fees),
    return (pnl / money at entry; NaN where that is zero), duration, fills, multiplier. ``open_lots`` has a row
    per lot still open: symbol, side, time, quantity, price, fees (of the entry, for what is open), multiplier.
    ``findings`` are those of the fills.
    """

    table: pd.DataFrame
    open_lots: pd.DataFrame
    method: str
    per: str
    findings: tuple[str, ...] = ()

    @property
    def realised(self) -> float:
        """Money earned by what was closed, after the fees of both ends."""
        return math.fsum(self.table["pnl"])

    def unrealised(self, prices: Mapping[Any, float] | pd.Series) -> float:
        """Return what the open lots would earn at ``prices`` (by symbol), after the fees of their entries.

        ``realised + unrealised`` is the change of cash (every fill's money and fee) plus the value of what
        is held, for every method.

        Raises:
            ParameterError: a held symbol has no known price.
        """
        lots = self.open_lots
        known = dict(prices.items())
        for symbol in lots["symbol"].unique():
            if not np.isfinite(known.get(symbol, np.nan)):
                must = f"a known price of {symbol!r}, which is held"
                raise ParameterError.of("prices", "RoundTrips.unrealised", must, known.get(symbol))
        now = lots["symbol"].map(known).to_numpy(dtype=np.float64)
        size = lots["quantity"] * lots["multiplier"] * np.where(lots["side"] == "long", 1.0, -1.0)
        return math.fsum((now - lots["price"]) * size) - math.fsum(lots["fees"])


@dataclass(frozen=True)
class _Log:
    """Fills by symbol and, within it, in time; parts of one execution are one fill."""

    fills: Fills
    rows: Rows
    starts: NDArray[np.int64]
    codes: NDArray[np.intp]
    units: Units
    price: Array
    fees: Array
    multiplier: Array


@dataclass(frozen=True)
class _Closed:
    """Closed quantities: entry and exit point into the log."""

    entry: NDArray[np.int64]
    exit: NDArray[np.int64]
    count: NDArray[np.int64]
    entry_price: Array
    exit_price: Array
    fees: Array
    fills: NDArray[np.int64]


def round_trips(
    fills: Any,
    method: Method = "fifo",
    *,
    per: Per = "exit",
    multiplier: float | Mapping[Any, float] = 1.0,
    columns: Mapping[str, str] | None = None,
) -> RoundTrips:
    """Match fills that open a position with fills that close it, symbol by symbol.

    A fill beyond zero closes what is held and opens the rest on the other side; its fee is shared by
    quantity. Consecutive fills of a symbol with one time, price and side are parts of one execution and count
    as one fill, so splitting a fill changes nothing. Quantities are counted in whole units of their decimals:
    0.1 + 0.2 - 0.3 is flat.

    Args:
        fills: as in :func:`~ml_analytics.analytics.trades.as_fills`.
        method: which lot a fill closes: the oldest (``fifo``), the newest (``lifo``), or a part of all at
            their average price (``average``; the entry time is that of the position).
        per: a row for each closing fill (``exit``, prices of its lots averaged by quantity), for each pair of
            lot and closing fill (``lot``; with ``average`` the same as ``exit``), or from flat to flat
            (``position``; of one still open, what was closed so far).
        multiplier: as in :func:`~ml_analytics.analytics.trades.as_fills`.
        columns: as in :func:`~ml_analytics.analytics.trades.as_fills`.

    Formula: pnl = ±(exit price - entry price) * quantity * multiplier - fees.

    Raises:
        ParameterError: unknown ``method`` or ``per``, or fills that cannot be read.
        DataProcessingError: text that is no time.

    >>> log = [
    ...     {"time": "2024-01-02", "symbol": "A", "quantity": 10, "price": 5.0},
    ...     {"time": "2024-01-03", "symbol": "A", "quantity": -15, "price": 6.0, "fee": 1.5},
    ... ]
    >>> trips = round_trips([{"fee": 0.0} | one for one in log])
    >>> trips.table[["side", "quantity", "fees", "pnl"]].to_numpy().tolist()
    [['long', 10.0, 1.0, 9.0]]
    >>> trips.open_lots[["side", "quantity", "price"]].to_numpy().tolist()
    [['short', 5.0, 6.0]]
    >>> trips.realised + trips.unrealised({"A": 6.0})  # cash: -50 + 90 - 1.5, held: -5 * 6
    8.5
    """
    for name, value, choices in (("method", method, get_args(Method)), ("per", per, get_args(Per))):
        if value not in choices:
            raise ParameterError.of(name, _OWNER, f"one of {', '.join(choices)}", value)
    read = as_fills(fills, multiplier=multiplier, columns=columns, owner=_OWNER)
    log = _log(read)
    closed, position, lots = _averaged(log) if method == "average" else _matched(log, method == "lifo")
    if per == "position":
        closed = _summed(closed, position, from_flat=True)
    elif per == "exit" and method != "average":
        closed = _summed(closed, closed.exit, from_flat=False)
    return RoundTrips(_table(log, closed), _open_lots(log, *lots), method, per, read.findings)


def _log(fills: Fills) -> _Log:
    rows, starts = grouped(fills.codes, len(fills.symbols))
    units = in_units(fills.quantity)
    codes, price, when = fills.codes[rows], fills.price[rows], fills.times.asi8[rows]
    count, fees = units.count[rows], fills.fees[rows]
    same = (codes[1:] == codes[:-1]) & (when[1:] == when[:-1]) & (price[1:] == price[:-1])
    same &= (count[1:] > 0) == (count[:-1] > 0)
    if same.any():
        first = np.flatnonzero(np.concatenate(([True], ~same)))
        count, fees = np.add.reduceat(count, first), np.add.reduceat(fees, first)
        rows, codes, price = rows[first], codes[first], price[first]
        starts = np.searchsorted(codes, np.arange(len(starts)))
    whole = Units(count, units.per_one, units.slack)
    return _Log(fills, rows, starts, codes, whole, price, fees, fills.multiplier[rows])


def _matched(log: _Log, newest: bool) -> tuple[_Closed, Rows, tuple[Any, ...]]:
    units, n = log.units.count, len(log.rows)
    out = np.empty((4, 2 * n), np.int64)
    lots, ends = np.zeros((n, 2), np.int64), np.empty((len(log.starts) - 1, 2), np.int64)
    found = for_many(match_lots, n)(log.starts, units, newest, log.units.slack, out, lots, ends)
    entry, leave, count, position = out[:, :found]
    size = np.abs(units)
    fees = log.fees[entry] * (count / size[entry]) + log.fees[leave] * (count / size[leave])
    closed = _Closed(entry, leave, count, log.price[entry], log.price[leave], fees, np.full(found, 2))
    still = np.concatenate([np.empty(0, np.intp), *(np.arange(*one) for one in ends.tolist())])
    fill, left = lots[still, 0], lots[still, 1]
    return closed, position, (fill, left, log.price[fill], log.fees[fill] * (left / size[fill]))


def _averaged(log: _Log) -> tuple[_Closed, Rows, tuple[Any, ...]]:
    units, n, symbols = log.units.count, len(log.rows), len(log.starts) - 1
    out, money = np.empty((5, n), np.int64), np.empty((2, n))
    lots, kept = np.empty((symbols, 2), np.int64), np.empty((symbols, 2))
    run = for_many(match_average, n)
    found = run(log.starts, units, log.price, log.fees, log.units.slack, out, money, lots, kept)
    entry, leave, count, position, opened = out[:, :found]
    fees = money[1, :found] + log.fees[leave] * (count / np.abs(units[leave]))
    closed = _Closed(entry, leave, count, money[0, :found], log.price[leave], fees, opened + 1)
    still = lots[:, 1] != 0
    return closed, position, (lots[still, 0], np.abs(lots[still, 1]), kept[still, 0], kept[still, 1])


def _summed(closed: _Closed, key: NDArray[np.int64], *, from_flat: bool) -> _Closed:
    """Return one row for each run of ``key``, prices averaged by quantity."""
    if not len(key):
        return closed
    first = np.flatnonzero(np.diff(key, prepend=key[0] - 1))
    rows = np.diff(first, append=len(key))
    count = np.add.reduceat(closed.count, first)
    last = first + rows - 1
    entry = np.minimum.reduceat(closed.entry, first)

    def mean(price: Array) -> Array:
        weighed: Array = np.add.reduceat(price * closed.count, first) / count
        return np.where(rows == 1, price[first], weighed)

    return _Closed(
        entry,
        closed.exit[last],
        count,
        mean(closed.entry_price),
        mean(closed.exit_price) if from_flat else closed.exit_price[first],
        np.add.reduceat(closed.fees, first),
        closed.exit[last] - entry + 1 if from_flat else rows + 1,
    )


def _table(log: _Log, closed: _Closed) -> pd.DataFrame:
    order = _by_exit(log.rows, closed.exit)
    if len(order):
        closed = _Closed(*(value[order] for value in vars(closed).values()))
    entry, quantity = closed.entry, log.units.amount(closed.count)
    long, multiplier = log.units.count[entry] > 0, log.multiplier[entry]
    gain = (closed.exit_price - closed.entry_price) * quantity * multiplier
    pnl = np.where(long, gain, -gain) - closed.fees
    paid = np.abs(closed.entry_price) * quantity * multiplier
    opened, left = log.fills.times[log.rows[entry]], log.fills.times[log.rows[closed.exit]]
    return pd.DataFrame(
        {
            "symbol": log.fills.symbols.take(log.codes[entry]),
            "side": _sides(long),
            "entry_time": opened,
            "exit_time": left,
            "quantity": quantity,
            "entry_price": closed.entry_price,
            "exit_price": closed.exit_price,
            "fees": closed.fees,
            "pnl": pnl,
            "return": quotient(pnl, paid, where=paid > 0),
            "duration": left - opened,
            "fills": closed.fills,
            "multiplier": multiplier,
        }
    )


def _by_exit(rows: Rows, leave: NDArray[np.int64]) -> Rows:
    """Return the order of exits in time; rows of one exit keep theirs."""
    when = rows[leave]
    if (np.diff(leave) > 0).all():  # one row an exit: its place in time is its own
        place = np.full(when.max(initial=-1) + 1, -1)
        place[when] = np.arange(len(when))
        return place[place >= 0]
    return np.argsort(when, kind="stable")


def _open_lots(log: _Log, fill: Any, count: Any, price: Array, fees: Array) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "symbol": log.fills.symbols.take(log.codes[fill]),
            "side": _sides(log.units.count[fill] > 0),
            "time": log.fills.times[log.rows[fill]],
            "quantity": log.units.amount(count),
            "price": price,
            "fees": fees,
            "multiplier": log.multiplier[fill],
        }
    )


def _sides(long: NDArray[np.bool_]) -> pd.Index:
    return pd.Index(["short", "long"]).take(long.astype(np.intp))
