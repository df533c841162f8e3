"""A trade blotter: one row per closed trade, read from a frame or from mappings."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import DataProcessingError, ParameterError
from ..inputs import Array, numbers
from .tables import Columns, as_table, plain_name, read_times

TIMES = ("entry_time", "exit_time")
_FIGURES = ("quantity", "entry_price", "exit_price", "fees", "return", "multiplier", "fills", "mae", "mfe")
_NAMES = ("symbol", "sector")


def as_trades(
    trades: Any, owner: str = "AdvancedAnalytics.add_trades", *, utc: bool = True, may_be_empty: bool = False
) -> pd.DataFrame:
    """Return closed trades as a new frame with ``pnl`` (money, net of costs) and what else is known of them.

    Args:
        trades: pandas or polars frame, or an iterable of mappings, with at least ``pnl``. Kept where given:
            ``entry_time`` and ``exit_time``; ``symbol`` and ``sector``; ``side`` (long and short; buy and sell
            are taken as these); quantity, entry_price, exit_price, fees, return, multiplier, fills, mae, mfe
            (numbers; NaN is not known). Names in any case, with spaces or hyphens for underscores. Other columns
            are left out.
        owner: who asks, for the error sentence.
        utc: turn times into UTC (naive times are taken as UTC); otherwise they stay in their zone, or naive.
        may_be_empty: take no trades as well.

    Raises:
        ParameterError: no trades, a ``pnl`` that is missing, not a finite number or NaN, another column that
            does not hold what its name says, or times that are numbers.
        DataProcessingError: a time that cannot be read, or an exit before its entry.

    >>> as_trades([{"pnl": 10.0}, {"pnl": -4}])["pnl"].tolist()
    [10.0, -4.0]
    """
    frame = _plainly_named(as_table(trades, "trades", owner))
    if may_be_empty and frame.empty:
        return pd.DataFrame({"pnl": np.empty(0)} | {name: frame[name] for name in frame if name != "pnl"})
    if frame.empty or "pnl" not in frame.columns:
        got = "no trades" if frame.empty else f"columns {', '.join(map(str, frame.columns))}"
        must_be = "at least one trade (fills go to add_fills or round_trips) with a column 'pnl'"
        raise ParameterError.of("trades", owner, must_be, got)
    table = Columns(frame, "trades", owner)
    columns: dict[str, Any] = {"pnl": table.numbers(frame["pnl"])}
    for name in TIMES:
        if name in frame.columns:
            columns[name] = _times(frame[name], name, owner, utc)
    for name in _NAMES:
        if (named := table.find(name)) is not None:
            columns[name] = named.to_numpy(dtype=object)
    if (side := table.find("side")) is not None:
        columns["side"] = _sides(table, side)
    for name in _FIGURES:
        if name in frame.columns:
            columns[name] = numbers(frame[name], f"trades['{name}']", owner)
    result = pd.DataFrame(columns)
    if all(name in result for name in TIMES):
        _in_order(result, owner)
    return result


def _plainly_named(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its known columns under their own names, where each is there once in another case."""
    plain = [plain_name(name) for name in frame.columns]
    known = {"pnl", *TIMES, *_FIGURES} - set(frame.columns)
    once = {name for name in known if plain.count(name) == 1}
    names = [own if own in once else given for given, own in zip(frame.columns, plain, strict=True)]
    return frame.set_axis(names, axis=1)


def mean_holding_days(trades: pd.DataFrame) -> float:
    """Return the mean time from entry to exit in days; NaN where times are not given."""
    held = holding_days(trades)
    return float(held.mean()) if held.size else math.nan


def holding_days(trades: pd.DataFrame) -> Array:
    """Return the time from entry to exit in days, of each trade whose times are known."""
    if not all(name in trades for name in TIMES) or trades.empty:
        return np.empty(0)
    held = trades["exit_time"] - trades["entry_time"]
    return np.asarray(held.dropna().dt.total_seconds().to_numpy() / 86_400.0, dtype=np.float64)


def daily_returns(trades: pd.DataFrame, initial_capital: float) -> pd.Series:
    """Return daily returns of an account that starts with ``initial_capital`` and books pnl at the exit.

    Formula: r_d = pnl_d / equity_{d-1} on every day from the first exit to the last (weekdays only, unless
    a trade closed on a weekend); after ruin 0. Open profit is not seen: drawdowns are those of closed trades.

    Raises:
        ParameterError: no trades, or trades without exit times.
    """
    if "exit_time" not in trades or trades.empty or bool(trades["exit_time"].isna().any()):
        must_be = "closed, with an 'exit_time' each, to make returns of them"
        got = "no closed trade" if trades.empty else "trades without"
        raise ParameterError.of("trades", "AdvancedAnalytics", must_be, got)
    booked = trades.groupby(trades["exit_time"].dt.normalize())["pnl"].sum()
    closes = pd.DatetimeIndex(booked.index)
    every_day = bool((closes.day_of_week >= 5).any())
    days = pd.date_range(closes[0], closes[-1], freq="D" if every_day else "B")
    pnl = booked.reindex(days, fill_value=0.0).to_numpy(dtype=np.float64)
    return pd.Series(returns_of_account(pnl, initial_capital), index=days)


def returns_of_account(profit: Array, initial_capital: float) -> Array:
    """Return the profit of each period over the equity before it; after ruin 0, NaN from where profit is NaN.

    >>> returns_of_account(np.array([10.0, -55.0]), 100.0).tolist()
    [0.1, -0.5]
    """
    before = initial_capital + np.concatenate(([0.0], np.cumsum(profit)[:-1]))
    alive = ~(np.minimum.accumulate(before) <= 0)
    return quotient(profit, before, where=alive, otherwise=0.0)


def quotient(above: Array, below: Any, where: Any, otherwise: float = math.nan) -> Array:
    """Return above / below ``where`` that holds, else ``otherwise``; infinite where it would overflow.

    >>> quotient(np.array([1.0, 1e10]), np.array([2.0, 1e-310]), where=True).tolist()
    [0.5, inf]
    """
    found = np.full_like(above, otherwise)
    with np.errstate(over="ignore", invalid="ignore"):
        np.divide(above, below, out=found, where=where)
    return found


def _in_order(trades: pd.DataFrame, owner: str) -> None:
    entry, leave = (pd.DatetimeIndex(trades[name]) for name in TIMES)
    if (entry.tz is None) != (leave.tz is None):
        must = "with time zones in both times or in none"
        raise ParameterError.of("trades", owner, must, f"{entry.tz} and {leave.tz}")
    if (leave < entry).any():
        raise DataProcessingError("The 'exit_time' of a trade must not lie before its 'entry_time'.")


def _sides(table: Columns, side: pd.Series) -> np.ndarray:
    """Return long and short; what is missing is not known."""
    known = side.notna().to_numpy()
    sides = np.full(len(side), None, dtype=object)
    if known.any():
        sides[known] = np.where(table.signs(side[known]) > 0, "long", "short")
    return sides


def _times(column: pd.Series, name: str, owner: str, utc: bool) -> pd.DatetimeIndex:
    try:
        times = read_times(column, name, owner)
    except DataProcessingError as error:
        shown = next((one for one in column if isinstance(one, str)), column.iloc[0])
        raise DataProcessingError(
            f"The '{name}' of trades must hold times. Got {shown!r} instead."
        ) from error
    if not utc:
        return times
    return times.tz_localize("UTC") if times.tz is None else times.tz_convert("UTC")
