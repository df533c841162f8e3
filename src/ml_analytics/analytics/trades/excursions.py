"""How far a trade went against and for its holder before it was closed (MAE, MFE)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ..inputs import Array, numbers
from .blotter import as_trades, quotient
from .parts import timed_table

_OWNER = "excursions"
_NEEDED = ("symbol", "side", "entry_time", "exit_time", "entry_price", "exit_price")


def excursions(trades: Any, prices: Any) -> pd.DataFrame:
    """Return the trades with two columns more, ``mae`` and ``mfe``: worst and best open profit.

    Both are fractions of the entry price: ``mae`` (maximum adverse excursion) is at most 0, ``mfe`` (maximum
    favourable excursion) at least 0. The exit price counts, so both hold with no bar inside. They are NaN
    where the entry price is zero, or where no price of the symbol is known.

    Args:
        trades: closed trades with symbol, side, both times and both prices.
        prices: table of closes, a column per symbol, on times in order (in the index or a column such as
            ``time``); or mapping symbol -> such a table of bars with columns ``high`` and ``low`` (or
            ``close``). NaN prices are passed over.

    Bars after the entry up to the exit count: entry < t <= exit. A daily bar is labelled with the start of its
    day, so the day of the exit counts whole and the day of an entry at midnight does not.

    Source: Sweeney (1996), "Maximum Adverse Excursion".

    Raises:
        ParameterError: a column of the trades is missing, prices without times or out of order, or with zones
            where the trades have none (or the reverse).

    >>> trade = {"symbol": "A", "side": "long", "entry_price": 10.0, "exit_price": 11.0, "pnl": 1.0}
    >>> trade |= {"entry_time": "2024-01-01", "exit_time": "2024-01-03"}
    >>> closes = pd.DataFrame({"A": [10.0, 9.0, 11.0]}, index=pd.date_range("2024-01-01", periods=3))
    >>> excursions([trade], closes)[["mae", "mfe"]].to_numpy().tolist()
    [[-0.1, 0.1]]
    """
    read = as_trades(trades, _OWNER, utc=False, may_be_empty=True)
    if len(read):
        for name in _NEEDED:
            if name not in read:
                must = f"given with a column '{name}'"
                raise ParameterError.of("trades", _OWNER, must, ", ".join(map(str, read.columns)))
    if not isinstance(prices, Mapping):
        prices = timed_table(prices, "prices", _OWNER)
    worst, best = np.full(len(read), np.nan), np.full(len(read), np.nan)
    for symbol, rows in read.groupby("symbol", sort=False).indices.items() if len(read) else ():
        bars = _bars(prices, symbol)
        if bars is not None:
            worst[rows], best[rows] = _of_symbol(read.iloc[rows], *bars)
    return read.assign(mae=worst, mfe=best)


def _of_symbol(trades: pd.DataFrame, index: pd.DatetimeIndex, high: Array, low: Array) -> tuple[Array, Array]:
    times = [pd.DatetimeIndex(trades[name]) for name in ("entry_time", "exit_time")]
    if (times[0].tz is None) != (index.tz is None):
        must = "with time zones where the trades have them, and only there"
        raise ParameterError.of("prices", _OWNER, must, str(index.tz))
    first, last = (np.asarray(index.searchsorted(one, side="right")) for one in times)
    entry, leave = trades["entry_price"].to_numpy(), trades["exit_price"].to_numpy()
    top = np.fmax(_within(np.fmax, high, first, last), leave)
    bottom = np.fmin(_within(np.fmin, low, first, last), leave)
    base = np.abs(entry)
    up, down = (quotient(one - entry, base, where=base > 0) for one in (top, bottom))
    up, down = np.maximum(up, 0.0), np.minimum(down, 0.0)
    long = (trades["side"] == "long").to_numpy()
    return np.where(long, down, -up), np.where(long, up, -down)


def _within(most: np.ufunc, values: Array, first: Any, last: Any) -> Array:
    """Return the extreme of values[first:last] for each pair; NaN where that is empty."""
    found = np.full(len(first), np.nan)
    some = last > first
    if some.any():
        pairs = np.column_stack((first[some], last[some])).ravel()
        found[some] = most.reduceat(np.append(values, np.nan), pairs)[::2]
    return found


def _bars(
    prices: Mapping[Any, Any] | pd.DataFrame, symbol: Any
) -> tuple[pd.DatetimeIndex, Array, Array] | None:
    if isinstance(prices, Mapping):
        if symbol not in prices:
            return None
        frame = timed_table(prices[symbol], "prices", _OWNER)
        close = frame.get("close")
        high, low = frame.get("high", close), frame.get("low", close)
        if high is None or low is None:
            must = f"bars with 'high' and 'low', or 'close', for {symbol!r}"
            raise ParameterError.of("prices", _OWNER, must, ", ".join(map(str, frame.columns)))
    else:
        frame = prices
        if symbol not in frame.columns:
            return None
        high = low = frame[symbol]
    name = f"prices[{symbol!r}]"
    return pd.DatetimeIndex(frame.index), numbers(high, name, _OWNER), numbers(low, name, _OWNER)
