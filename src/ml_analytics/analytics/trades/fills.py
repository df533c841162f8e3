"""A fill log: who bought or sold how much of what, when, at which price and fee."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...core.errors import ParameterError
from ..inputs import Array, positive
from .tables import Columns, as_table

_OWNER = "as_fills"


@dataclass(frozen=True)
class Fills:
    """Fills in time order; fills of one time stand in the order they were given in.

    ``codes`` point into ``symbols``; ``quantity`` is positive for bought, negative for sold; ``fees`` are
    money paid (a rebate is negative); ``findings`` say in sentences what was put right while reading.
    """

    times: pd.DatetimeIndex
    symbols: pd.Index
    codes: NDArray[np.intp]
    quantity: Array
    price: Array
    fees: Array
    multiplier: Array
    findings: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.quantity)

    @property
    def cash_flow(self) -> Array:
        """Money that each fill brings (sold) or takes (bought), after its fee."""
        return -self.quantity * self.price * self.multiplier - self.fees

    def frame(self) -> pd.DataFrame:
        """Return the fills as a table."""
        return pd.DataFrame(
            {
                "time": self.times,
                "symbol": self.symbols.take(self.codes),
                "quantity": self.quantity,
                "price": self.price,
                "fees": self.fees,
                "multiplier": self.multiplier,
            }
        )

    def joined(self, later: Fills) -> Fills:
        """Return these fills and others as one log.

        Raises:
            ParameterError: times with a zone in one and without in the other.
        """
        if (self.times.tz is None) != (later.times.tz is None) and len(self) and len(later):
            must = "with time zones throughout or not at all"
            raise ParameterError.of("fills", _OWNER, must, str(later.times.tz))
        both = pd.concat([one.frame() for one in (self, later) if len(one)] or [self.frame()])
        joined = as_fills(both) if len(both) else self
        return replace(joined, findings=self.findings + later.findings + joined.findings)


def as_fills(
    fills: Any,
    *,
    multiplier: float | Mapping[Any, float] = 1.0,
    columns: Mapping[str, str] | None = None,
    owner: str = _OWNER,
) -> Fills:
    """Read a fill log.

    Args:
        fills: pandas or polars frame, or an iterable of mappings, with a row per fill. Columns are known by
            their usual names: time (or the index), symbol (ticker, sid), quantity (qty, size, amount, shares),
            price, and where given side (buy/sell), fees (fee, commission; money paid, a rebate is negative)
            and multiplier. Without a side, a negative quantity is sold. Times with a zone keep it.
        multiplier: money per point and unit of quantity (50 for an E-mini future), for all or by symbol
            (those not named have 1); a column of that meaning goes before it.
        columns: meaning -> column where the usual names do not tell, such as ``{"quantity": "size"}``.
        owner: who asks, for the error sentence.

    Fills that are not in time order are sorted, those of one time keep their order. A fill of quantity zero
    is left out. Prices of zero or below are taken as they are (spreads, oil in April 2020). ``findings`` say
    so in each case. No rows at all make an empty log.

    Raises:
        ParameterError: a column is missing or could be two, a value is NaN, infinite or text, a side is
            neither buy nor sell, a bought quantity is negative, a fee stands on a quantity of zero, or a
            multiplier is not positive.
        DataProcessingError: text that is no time.

    >>> log = as_fills([{"time": "2024-01-02", "symbol": "A", "side": "sell", "qty": 3, "price": 10.0}])
    >>> log.quantity.tolist(), log.cash_flow.tolist()
    ([-3.0], [30.0])
    """
    if isinstance(fills, Fills):
        return fills
    frame = as_table(fills, "fills", owner)
    if frame.empty:
        return _empty()
    table = Columns(frame, "fills", owner, columns)
    times = _fill_times(table)
    codes, symbols = _symbols(table)
    quantity = _quantity(table)
    price = table.numbers(table.need("price"))
    paid = table.find("fees")
    fees = np.zeros(len(frame)) if paid is None else table.numbers(paid)
    per_point = _multipliers(table, multiplier, codes, symbols, owner)
    return _in_order(Fills(times, symbols, codes, quantity, price, fees, per_point), owner)


def _fill_times(table: Columns) -> pd.DatetimeIndex:
    when = table.when()
    return table.times(table.need("time") if when is None else when)


def _symbols(table: Columns) -> tuple[NDArray[np.intp], pd.Index]:
    column = table.need("symbol")
    codes, symbols = pd.factorize(column)
    if (codes < 0).any():
        name = f"fills[{str(column.name)!r}]"
        got = f"a missing one in row {(codes < 0).argmax()}"
        raise ParameterError.of(name, table.owner, "known in every row", got)
    return codes, pd.Index(symbols)


def _quantity(table: Columns) -> Array:
    column = table.need("quantity")
    quantity = table.numbers(column)
    side = table.find("side")
    if side is None:
        return quantity
    signs = table.signs(side)
    wrong = (quantity < 0) & (signs > 0)
    if wrong.any():
        row = int(wrong.argmax())
        name = f"fills[{str(column.name)!r}]"
        got = f"{quantity[row]} in row {row}"
        raise ParameterError.of(name, table.owner, "not negative where the side is buy", got)
    signed: Array = np.abs(quantity) * signs
    return signed


def _multipliers(table: Columns, given: Any, codes: NDArray[np.intp], symbols: pd.Index, owner: str) -> Array:
    column = table.find("multiplier")
    if column is not None:
        values, name = table.numbers(column), f"fills[{str(column.name)!r}]"
        if (values <= 0).any():
            raise ParameterError.of(name, owner, "positive", float(values.min()))
        of_symbol = np.empty(len(symbols))
        of_symbol[codes] = values
        if (of_symbol[codes] != values).any():
            row = int((of_symbol[codes] != values).argmax())
            got = f"{values[row]} and {of_symbol[codes[row]]} for {symbols[codes[row]]!r}"
            raise ParameterError.of(name, owner, "one multiplier for each symbol", got)
        return values
    if isinstance(given, Mapping):
        by_symbol = [positive(given.get(one, 1.0), "multiplier", owner) for one in symbols]
        each: Array = np.array(by_symbol)[codes]
        return each
    return np.full(len(codes), positive(given, "multiplier", owner))


def _in_order(fills: Fills, owner: str) -> Fills:
    """Sort by time, leave out what is no fill, and say so."""
    findings = []
    back = int(np.count_nonzero(np.diff(fills.times.asi8) < 0))
    if back:
        findings.append(f"{back} fills lay before the one above them; all were sorted by time.")
    nothing = fills.quantity == 0
    if nothing.any():
        if fills.fees[nothing].any():
            raise ParameterError.of("fills", owner, "without fees on a quantity of zero", "such a fee")
        findings.append(f"{int(nothing.sum())} fills of quantity zero were left out.")
    low = int(np.count_nonzero(fills.price[~nothing] <= 0))
    if low:
        findings.append(f"{low} fills have a price of zero or below; they were taken as they are.")
    if back or nothing.any():
        order = np.argsort(fills.times.asi8, kind="stable")
        fills = _taken(fills, order[~nothing[order]])
    return replace(fills, findings=tuple(findings))


def _taken(fills: Fills, rows: NDArray[np.intp]) -> Fills:
    return Fills(
        fills.times[rows],
        fills.symbols,
        fills.codes[rows],
        fills.quantity[rows],
        fills.price[rows],
        fills.fees[rows],
        fills.multiplier[rows],
    )


def _empty() -> Fills:
    nothing = np.empty(0)
    return Fills(
        pd.DatetimeIndex([]),
        pd.Index([], dtype="str"),
        np.empty(0, np.intp),
        nothing,
        nothing,
        nothing,
        nothing,
    )
