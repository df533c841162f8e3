"""The account behind a fill log: cash, what is held, what it is worth, period by period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...core.errors import ParameterError
from ..inputs import Array, numbers
from .blotter import returns_of_account
from .fills import Fills, as_fills
from .parts import timed_table
from .units import in_units

_OWNER = "account_history"


@dataclass(frozen=True)
class AccountHistory:
    """An account at the end of each period; everything shares one index.

    ``cash`` is after all fills and fees so far, ``quantities`` and ``values`` (money) are by symbol,
    ``equity`` is cash and values together, ``traded`` the money bought and sold within the period (both
    counted), ``fees`` what was paid in it. A held symbol without a price has value NaN, and so has equity.
    """

    initial_capital: float
    cash: pd.Series
    quantities: pd.DataFrame
    values: pd.DataFrame
    equity: pd.Series
    traded: pd.Series
    fees: pd.Series
    findings: tuple[str, ...] = ()

    @property
    def returns(self) -> pd.Series:
        """Change of equity over the equity before, the first over the initial capital; after ruin 0.

        Raises:
            ParameterError: the initial capital is not positive.
        """
        if not self.initial_capital > 0:
            must = "positive, to make returns of equity"
            raise ParameterError.of("initial_capital", _OWNER, must, self.initial_capital)
        equity = self.equity.to_numpy()
        change = np.diff(equity, prepend=self.initial_capital)
        return pd.Series(returns_of_account(change, self.initial_capital), index=self.equity.index)


def account_history(
    fills: Any,
    prices: Any = None,
    *,
    initial_capital: float = 0.0,
    multiplier: float | Mapping[Any, float] = 1.0,
    columns: Mapping[str, str] | None = None,
) -> AccountHistory:
    """Return cash, holdings and equity of an account that made these fills.

    Args:
        fills: as in :func:`~ml_analytics.analytics.trades.as_fills`.
        prices: table of prices, a row per period in time order (times in the index or a column such as
            ``time``), a column per symbol; ``None`` makes a row for each day with fills, whose holdings have no
            value (NaN). NaN is a price that is not known: nothing is filled in (``prices.ffill()`` takes the
            last known).
        initial_capital: cash before the first fill.
        multiplier: as in :func:`~ml_analytics.analytics.trades.as_fills`.
        columns: as in :func:`~ml_analytics.analytics.trades.as_fills`.

    Daily prices (all at midnight) are those of the end of their day: a fill belongs to the date it has in its
    own zone. Otherwise a fill belongs to the first row that is not before it. Fills after the last row are
    left out, and ``findings`` says so.

    Formula: cash_t = initial - sum(quantity * price * multiplier + fee), equity_t = cash_t + sum(held *
    price_t * multiplier). For futures the cash is notional; the equity is right all the same.

    Raises:
        ParameterError: fills that cannot be read, prices without times, out of order, without a column for a
            symbol of the fills, or with zones where the fills have none (or the reverse).

    >>> log = [{"time": "2024-01-02T10:00", "symbol": "A", "quantity": 10, "price": 5.0}]
    >>> prices = pd.DataFrame({"A": [5.5, 6.0]}, index=pd.to_datetime(["2024-01-02", "2024-01-03"]))
    >>> account_history(log, prices, initial_capital=100).equity.tolist()
    [105.0, 110.0]
    """
    read = as_fills(fills, multiplier=multiplier, columns=columns, owner=_OWNER)
    capital = float(numbers([initial_capital], "initial_capital", _OWNER)[0])
    index, table = _prices(read, prices)
    row = _rows(read.times, index)
    inside = row < len(index)
    findings = read.findings
    if not inside.all():
        findings += (f"{int((~inside).sum())} fills after the last price were left out.",)

    def per_row(money: Array) -> Array:
        summed = np.bincount(row[inside], weights=money[inside], minlength=len(index))
        return summed.astype(np.float64)

    held = _held(read, row, inside, len(index))
    point = np.ones(len(read.symbols))
    point[read.codes] = read.multiplier
    with np.errstate(invalid="ignore"):
        values = np.where(held == 0, 0.0, held * table * point)
    cash = capital + np.cumsum(per_row(read.cash_flow))
    return AccountHistory(
        capital,
        pd.Series(cash, index=index),
        pd.DataFrame(held, index=index, columns=read.symbols),
        pd.DataFrame(values, index=index, columns=read.symbols),
        pd.Series(cash + values.sum(axis=1), index=index),
        pd.Series(per_row(np.abs(read.quantity * read.price * read.multiplier)), index=index),
        pd.Series(per_row(read.fees), index=index),
        findings,
    )


def _prices(fills: Fills, prices: Any) -> tuple[pd.DatetimeIndex, Array]:
    if prices is None:
        index = fills.times.normalize().unique()
        return index, np.full((len(index), len(fills.symbols)), np.nan)
    frame = timed_table(prices, "prices", _OWNER)
    for symbol in fills.symbols:
        if symbol not in frame.columns:
            got = ", ".join(map(str, frame.columns))
            raise ParameterError.of("prices", _OWNER, f"a frame with a column {symbol!r}", got)
    known = [numbers(frame[one], f"prices[{one!r}]", _OWNER) for one in fills.symbols]
    return pd.DatetimeIndex(frame.index), np.column_stack(known) if known else np.empty((len(frame), 0))


def _rows(times: pd.DatetimeIndex, index: pd.DatetimeIndex) -> NDArray[np.intp]:
    """Return the row that each fill belongs to; the number of rows where it lies after them all."""
    if not len(times):
        return np.empty(0, np.intp)
    plain = index.tz_localize(None)
    if (plain == plain.normalize()).all():
        return np.asarray(plain.searchsorted(times.tz_localize(None).normalize()))
    if (times.tz is None) != (index.tz is None):
        must = "with time zones where the fills have them, and only there"
        raise ParameterError.of("prices", _OWNER, must, str(index.tz))
    return np.asarray(index.searchsorted(times))


def _held(fills: Fills, row: NDArray[np.intp], inside: NDArray[np.bool_], rows: int) -> Array:
    """Return the quantity held at the end of each row (rows, symbols), counted in whole units."""
    changed = np.zeros((rows, len(fills.symbols)), np.int64)
    if not len(fills):
        return changed.astype(np.float64)
    units = in_units(fills.quantity)
    np.add.at(changed, (row[inside], fills.codes[inside]), units.count[inside])
    held = np.cumsum(changed, axis=0)
    if units.slack:
        held[np.abs(held) <= units.slack * np.abs(units.count).max()] = 0
    return units.amount(held)
