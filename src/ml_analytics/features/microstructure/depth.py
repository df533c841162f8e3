"""The order book rebuilt from a table of depth updates: snapshot, updates after it, nothing lost between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...core.errors import DataProcessingError, ParameterError
from ...core.frames import Table
from ..bars import HIGHEST, LARGEST_VOLUME, LOWEST
from ..indicator import Array
from .order_book import OrderBook
from .parts import Columns
from .segments import Positions
from .tables import one_of, time_table, whole_number
from .ticks import ColumnNames, read_sides
from .times import Times, read_times

Gaps = Literal["error", "reset", "ignore"]
Crossing = Literal["error", "drop"]

MOST_LEVELS = 1_000

_USUAL = 0.95
"""Without ids of the update before, a jump is a gap only where so many updates follow one another."""


@dataclass(frozen=True, slots=True)
class _Depth:
    """Rows of depth and where each update begins; ``ids`` are first, last and previous id of every update."""

    time: Times
    side: NDArray[np.int8]
    price: Array
    qty: Array
    starts: Positions
    snapshot: NDArray[np.bool_] | None
    first: Positions | None
    last: Positions | None
    previous: Positions | None


def rebuild_book(
    depth: Table,
    levels: int = 10,
    *,
    gaps: Gaps = "error",
    crossed: Crossing = "error",
    max_prices: int = 100_000,
    columns: ColumnNames = None,
) -> Table:
    """Return the best ``levels`` prices of both sides after every update of depth.

    A row of ``depth`` says what stands at a price now, 0 takes it away. Rows of one time and one pair of ids
    are one update and are applied together. Where the table marks snapshots (``is_snapshot``), the book is
    known from the first snapshot's arrival on: it replaces the book, updates before it whose ids go beyond
    its own are applied to it then, and older ones are passed over, also when they arrive later. A further
    snapshot replaces the book unless it is older. Without the column the book begins empty: prices that no
    update names are missing, so its depth is a lower bound.

    Args:
        depth: pandas or polars depth of one market: a time, side (+1 bid, -1 ask, or words), price, qty; and,
            when there are any, is_snapshot, first_id, last_id, prev_id.
        levels: prices of each side, 1 to 1,000.
        gaps: an update that does not go on where the one before ended is an ``error`` (default), makes the
            book unknown until the next snapshot (``reset``; without any it begins empty again), or is applied
            all the same (``ignore``). It is told by ``prev_id``, else by first_id = last_id before + 1 where
            at least 95 % of the updates do so (some markets count what they do not publish); without ids it
            cannot be told.
        crossed: a best bid at or above the best ask after an update is an ``error`` (default), or that row is
            left out (``drop``) and the book goes on.
        max_prices: most prices of one side, see :class:`OrderBook`.
        columns: part -> column, for columns that are called otherwise.

    Returns:
        A row for each update that leaves both sides filled: ``bid``, ``bid_qty``, ``ask``, ``ask_qty`` and,
        for deeper levels, ``bid_2``, ``bid_qty_2``, ``ask_2``, ``ask_qty_2``, …; NaN where a level is not
        there. It serves as a table of quotes everywhere in this package.

    Raises:
        ParameterError: a parameter is not usable.
        DataProcessingError: the rows are unsorted, hold a missing or negative value or an unknown side; none is
            a snapshot where snapshots are marked; updates are lost; the book is crossed; a side holds more than
            ``max_prices``. The sentence names the first such row.

    >>> at = pd.to_datetime(["2024-01-01 00:00:00"] * 2 + ["2024-01-01 00:00:01"] * 2, utc=True)
    >>> depth = pd.DataFrame({"side": [1, -1, 1, 1], "price": [9.9, 10.1, 10.0, 9.9]}, index=at)
    >>> depth["qty"] = [2.0, 3.0, 1.0, 0.0]
    >>> rebuild_book(depth, 1).values.tolist()
    [[9.9, 2.0, 10.1, 3.0], [10.0, 1.0, 10.1, 3.0]]
    """
    owner = "rebuild_book"
    count = whole_number(levels, "levels", owner, 1)
    if count > MOST_LEVELS:
        raise ParameterError.of("levels", owner, f"at most {MOST_LEVELS:,}", levels)
    one_of(gaps, ("error", "reset", "ignore"), "gaps", owner)
    one_of(crossed, ("error", "drop"), "crossed", owner)
    book = OrderBook(whole_number(max_prices, "max_prices", owner, 1))
    read = _read(depth, owner, columns)
    kept: list[int] = []
    rows: list[list[float]] = []
    for at in _Progress(read, book, gaps, owner).states():
        if book.crossed:
            if crossed == "error":
                raise DataProcessingError(
                    f"The book of {owner} must not be crossed. Got the bid {book.bids(1)[0][0]} and the ask "
                    f"{book.asks(1)[0][0]} after row {_end(read, at) - 1}: leave such rows out with crossed='drop'."
                )
        elif book.filled:
            kept.append(at)
            rows.append(_row(book, count))
    values = np.array(rows).reshape(len(rows), 4 * count)
    names = [f"{name}{'' if level == 0 else f'_{level + 1}'}" for level in range(count) for name in _NAMES]
    stamps = read.time[np.array([_end(read, at) - 1 for at in kept], dtype=np.int64)]
    return time_table(depth, stamps, {name: values[:, place] for place, name in enumerate(names)})


_NAMES = ("bid", "bid_qty", "ask", "ask_qty")


def _row(book: OrderBook, count: int) -> list[float]:
    bids, asks = book.bids(count), book.asks(count)
    absent = (np.nan, np.nan)
    bids += [absent] * (count - len(bids))
    asks += [absent] * (count - len(asks))
    return [value for bid, ask in zip(bids, asks, strict=True) for value in (*bid, *ask)]


def _read(depth: Table, owner: str, columns: ColumnNames) -> _Depth:
    found = Columns(depth, "depth", owner, columns, ["side", "price", "qty"])
    time = read_times(found)
    side = read_sides(found, "+1 or 'bid', -1 or 'ask'", unknown=False)
    price = found.numbers("price", LOWEST, HIGHEST, "finite prices from 1e-12 to 1e15")
    qty = found.numbers("qty", 0.0, LARGEST_VOLUME, "finite quantities from 0 to 1e18")
    snapshot = found.flags("is_snapshot")
    ids = [found.ids(part) for part in ("first_id", "last_id", "previous_id")]
    starts = _starts(time, snapshot, ids)
    first, last, previous = (None if one is None else one[starts] for one in ids)
    marked = None if snapshot is None else snapshot[starts]
    if marked is not None and not marked.any():
        raise DataProcessingError(
            f"The depth of {owner} must have a snapshot where '{found.names['is_snapshot']}' is a column. Got none: "
            "leave the column out to begin with an empty book."
        )
    return _Depth(time, side, price, qty, starts, marked, first, last, previous)


def _starts(time: Times, snapshot: NDArray[np.bool_] | None, ids: Sequence[Positions | None]) -> Positions:
    """Return where each update begins; a snapshot that has an id is one, however long it takes to arrive."""
    changed = np.zeros(len(time), dtype=bool)
    for column in (snapshot, *ids):
        if column is not None:
            changed[1:] |= column[1:] != column[:-1]
    later = np.append(False, time[1:] != time[:-1])
    if snapshot is not None and ids[1] is not None:
        later &= ~snapshot
    changed[0] = True
    return np.flatnonzero(changed | later)


def _lost(read: _Depth) -> tuple[NDArray[np.bool_], bool]:
    """Mark the updates before which others are lost, snapshots passed over; and tell whether jumps of ids are gaps.

    They are where updates are numbered one by one: nearly all begin right after the one before.
    """
    lost = np.zeros(len(read.starts), dtype=bool)
    updates = np.arange(len(lost)) if read.snapshot is None else np.flatnonzero(~read.snapshot)
    if read.last is None or len(updates) < 2:
        return lost, False
    before, after = read.last[updates[:-1]], updates[1:]
    if read.previous is not None:
        lost[after] = read.previous[after] != before
    elif read.first is not None:
        jumped = read.first[after] > before + 1
        if np.mean(~jumped) >= _USUAL:
            lost[after] = jumped
            return lost, True
    return lost, False


class _Progress:
    """Brings a book from update to update; ``known`` says whether it is complete so far as can be told."""

    def __init__(self, read: _Depth, book: OrderBook, gaps: Gaps, owner: str) -> None:
        self.read, self.book, self.gaps, self.owner = read, book, gaps, owner
        self.lost, self._numbered = _lost(read)
        if gaps == "ignore":
            self.lost[:] = False
        self.known = read.snapshot is None
        self._waiting: list[int] = []  # updates since the last gap, for a snapshot that comes after them
        self._snapshot: int | None = (
            None  # the last id that the snapshot holds, until an update goes on from it
        )
        self._reached: int | None = None  # the last id that the book holds

    def states(self) -> Iterator[int]:
        """Yield the number of each update after which the book is known and new."""
        for at in range(len(self.read.starts)):
            if self.read.snapshot is not None and self.read.snapshot[at]:
                if self._begin(at):
                    yield at
            elif not self.known:
                if self.lost[at]:
                    self._waiting.clear()
                self._waiting.append(at)
            elif self._go_on(at):
                yield at

    def _begin(self, at: int) -> bool:
        """Take a snapshot, then what came before it but is newer; not one that is older than a known book."""
        last = None if self.read.last is None else int(self.read.last[at])
        if self.known and last is not None and self._reached is not None and last < self._reached:
            return False
        self.book.clear()
        _apply(self.read, self.book, at)
        self._snapshot = self._reached = last
        self.known = True
        waiting, self._waiting = self._waiting, []
        for earlier in waiting:
            self._go_on(earlier)
        return self.known

    def _go_on(self, at: int) -> bool:
        """Apply an update to a known book; False when it changes nothing or the book is not known any more."""
        last = None if self.read.last is None else int(self.read.last[at])
        if self._snapshot is not None and last is not None and last <= self._snapshot:
            return False
        if self.lost[at] if self._snapshot is None else self._misses_snapshot(at):
            self._gap(at)
        else:
            _apply(self.read, self.book, at)
        self._snapshot, self._reached = None, last
        return self.known

    def _misses_snapshot(self, at: int) -> bool:
        """Tell whether updates are lost between the snapshot and the first update after it."""
        if self._snapshot is None or self.gaps == "ignore":
            return False
        if self.read.previous is not None:
            return bool(self.read.previous[at] > self._snapshot)
        return self._numbered and self.read.first is not None and self.read.first[at] > self._snapshot + 1

    def _gap(self, at: int) -> None:
        row = self.read.starts[at]
        if self.gaps == "error":
            raise DataProcessingError(
                f"The depth of {self.owner} must have every update. Those before row {row} "
                f"({pd.Timestamp(self.read.time[row], tz='UTC')}) are lost: go on at the next snapshot with "
                "gaps='reset'."
            )
        self.book.clear()
        self.known = self.read.snapshot is None
        if self.known:  # no snapshot will come: begin empty, as at first
            _apply(self.read, self.book, at)
        else:
            self._waiting = [at]


def _apply(read: _Depth, book: OrderBook, at: int) -> None:
    rows = slice(int(read.starts[at]), _end(read, at))
    book.update(
        zip(read.side[rows].tolist(), read.price[rows].tolist(), read.qty[rows].tolist(), strict=True)
    )


def _end(read: _Depth, at: int) -> int:
    return int(read.starts[at + 1]) if at + 1 < len(read.starts) else len(read.time)
