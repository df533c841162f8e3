"""Trades and quotes as the measures take them: arrays in time order, finite and in range, or one clear sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...core.errors import DataProcessingError, ParameterError
from ...core.frames import Table, to_pandas
from ..bars import HIGHEST, LARGEST_VOLUME, LOWEST
from ..indicator import Array
from .parts import Columns, is_real, shown
from .times import Times, read_times

Signs: TypeAlias = NDArray[np.int8]
"""+1 where the buyer took liquidity, -1 where the seller did, 0 where it is unknown."""

Crossed = Literal["error", "drop"]
ColumnNames: TypeAlias = Mapping[str, str] | None

_PRICES = "finite prices from 1e-12 to 1e15"
_SIDES = {
    **dict.fromkeys(("buy", "b", "bid", "1", "+1"), 1),
    **dict.fromkeys(("sell", "s", "ask", "a", "-1"), -1),
    **dict.fromkeys(("unknown", "none", "n", "0"), 0),
}


@dataclass(frozen=True, slots=True)
class Trades:
    """Trades of one market in the order they came; ``side`` is ``None`` when the table does not say who took."""

    time: Times
    price: Array
    qty: Array
    side: Signs | None


@dataclass(frozen=True, slots=True)
class Quotes:
    """Best bid and ask with the quantity that stands there; each row holds until the next."""

    time: Times
    bid: Array
    ask: Array
    bid_qty: Array
    ask_qty: Array

    @property
    def mid(self) -> Array:
        """Middle between the best prices."""
        return (self.bid + self.ask) / 2


@dataclass(frozen=True, slots=True)
class Prices:
    """A price that holds until the next: the mid of quotes, or the last trade."""

    time: Times
    value: Array


def read_trades(table: Table, owner: str, columns: ColumnNames = None) -> Trades:
    """Return the trades of a table; see :mod:`ml_analytics.features.microstructure` for its columns.

    Raises:
        DataProcessingError: a column is missing; no rows; more than one market; a price or quantity is
            missing, infinite, not above 0 or beyond 1e15 (1e18); an unknown side; what
            :func:`.times.read_times` refuses.
    """
    found = Columns(table, "trades", owner, columns, ["price", "qty"])
    return Trades(
        read_times(found),
        found.numbers("price", LOWEST, HIGHEST, _PRICES),
        found.numbers("qty", np.nextafter(0, 1), LARGEST_VOLUME, "finite quantities above 0, at most 1e18"),
        _taken_by(found),
    )


def read_quotes(table: Table, owner: str, columns: ColumnNames = None, crossed: Crossed = "error") -> Quotes:
    """Return the quotes of a table.

    Args:
        table: bid, ask, bid_qty, ask_qty and a time.
        owner: who asks, for the sentence.
        columns: part -> column.
        crossed: a bid above the ask is an error, or (``drop``) such rows are left out: the quote before
            stands. A locked quote (bid = ask) is fine.

    Raises:
        DataProcessingError: as :func:`read_trades`; a negative quantity; a crossed quote.
        ParameterError: ``crossed`` is something else.
    """
    found = Columns(table, "quotes", owner, columns, ["bid", "ask", "bid_qty", "ask_qty"])
    time, bid, ask, kept = _best(found, crossed)
    sizes = [
        found.numbers(part, 0.0, LARGEST_VOLUME, "finite quantities from 0 to 1e18")
        for part in ("bid_qty", "ask_qty")
    ]
    if kept is not None:
        time, bid, ask, sizes = time[kept], bid[kept], ask[kept], [one[kept] for one in sizes]
    return Quotes(time, bid, ask, *sizes)


def read_mid(table: Table, owner: str, columns: ColumnNames = None, crossed: Crossed = "error") -> Prices:
    """Return the mid of quotes, whose quantities are not needed; otherwise as :func:`read_quotes`."""
    time, bid, ask, kept = _best(Columns(table, "quotes", owner, columns, ["bid", "ask"]), crossed)
    mid = (bid + ask) / 2
    return Prices(time, mid) if kept is None else Prices(time[kept], mid[kept])


def read_prices(table: Table, owner: str, columns: ColumnNames = None, crossed: Crossed = "error") -> Prices:
    """Return the mid of quotes, or the prices of trades when the table has no bid and ask."""
    frame = to_pandas(table, "prices", owner)
    names = {str(name).lower() for name in frame.columns}
    if "price" in names or "price" in (columns or {}):
        found = Columns(frame, "trades", owner, columns, ["price"])
        return Prices(read_times(found), found.numbers("price", LOWEST, HIGHEST, _PRICES))
    return read_mid(frame, owner, columns, crossed)


def _best(found: Columns, crossed: Crossed) -> tuple[Times, Array, Array, NDArray[np.bool_] | None]:
    """Return times, bids, asks and which rows to keep (``None``: all)."""
    if crossed not in ("error", "drop"):
        raise ParameterError.of("crossed", found.owner, "error or drop", crossed)
    time = read_times(found)
    bid, ask = (found.numbers(part, LOWEST, HIGHEST, _PRICES) for part in ("bid", "ask"))
    good = bid <= ask
    if good.all():
        return time, bid, ask, None
    row = int(np.argmin(good))
    if crossed == "error":
        raise DataProcessingError(
            f"The quotes of {found.owner} must not be crossed. Row {row} has the bid {bid[row]} above the ask "
            f"{ask[row]}: mend them, or leave such rows out with crossed='drop'."
        )
    if not good.any():
        raise DataProcessingError(f"The quotes of {found.owner} must not be crossed. Got no other row.")
    return time, bid, ask, good


def read_sides(found: Columns, must_be: str, *, unknown: bool) -> Signs:
    """Return the part ``side`` as +1 and -1 (0 where ``unknown`` allows it): numbers, or words like buy and ask.

    Raises:
        DataProcessingError: a cell is missing or none of these.
    """
    column = found.frame[found.names["side"]]
    if is_real(column):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    else:  # one look-up a distinct word
        codes, words = pd.factorize(column)
        numbers = np.array([*(_SIDES.get(str(word).strip().lower(), np.nan) for word in words), np.nan])[
            codes
        ]
    return _signs(numbers, must_be, "side", found, unknown=unknown)


def _taken_by(found: Columns) -> Signs | None:
    """Return who took liquidity, if the table says so."""
    if "side" in found.names:
        return read_sides(found, "+1 or 'buy', -1 or 'sell', 0 for unknown", unknown=True)
    if "buyer_is_maker" not in found.names:
        return None
    maker = found.flags("buyer_is_maker")
    return None if maker is None else np.where(maker, np.int8(-1), np.int8(1))


def _signs(numbers: Array, must_be: str, part: str, found: Columns, *, unknown: bool) -> Signs:
    known = (np.abs(numbers) == 1) | ((numbers == 0) & unknown)
    if not known.all():
        row = int(np.argmin(known))
        name = found.names[part]
        raise DataProcessingError(
            f"The column '{name}' of {found.owner} must hold {must_be}. "
            f"Got {shown(found.frame[name], row)} at row {row}."
        )
    return numbers.astype(np.int8)
