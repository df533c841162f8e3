"""A trade blotter: one row per closed trade, read from a frame or from mappings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import DataProcessingError, ParameterError
from ...core.frames import to_pandas
from ..inputs import numbers

_TIMES = ("entry_time", "exit_time")


def as_trades(trades: Any, owner: str = "AdvancedAnalytics.add_trades") -> pd.DataFrame:
    """Return trades as a new frame with ``pnl`` (money, net of costs) and, where given, UTC times.

    Args:
        trades: pandas or polars frame, or an iterable of mappings, with at least ``pnl``; ``entry_time``
            and ``exit_time`` are optional (naive times are UTC); other columns are left out.
        owner: who asks, for the error sentence.

    Raises:
        ParameterError: no trades, or a ``pnl`` that is missing, not a finite number or NaN.
        DataProcessingError: a time that cannot be read, or an exit before its entry.

    >>> as_trades([{"pnl": 10.0}, {"pnl": -4}])["pnl"].tolist()
    [10.0, -4.0]
    """
    frame = _frame(trades, owner)
    if frame.empty or "pnl" not in frame.columns:
        got = "no trades" if frame.empty else f"columns {', '.join(map(str, frame.columns))}"
        raise ParameterError.of("trades", owner, "at least one trade with a column 'pnl'", got)
    pnl = numbers(frame["pnl"], "trades['pnl']", owner)
    if np.isnan(pnl).any():
        raise ParameterError.of("trades['pnl']", owner, "known for every trade", "NaN")
    columns: dict[str, Any] = {"pnl": pnl}
    columns |= {name: _times(frame[name], name) for name in _TIMES if name in frame.columns}
    result = pd.DataFrame(columns)
    if all(name in result for name in _TIMES) and (result["exit_time"] < result["entry_time"]).any():
        raise DataProcessingError("The 'exit_time' of a trade must not lie before its 'entry_time'.")
    return result


def mean_holding_days(trades: pd.DataFrame) -> float:
    """Return the mean time from entry to exit in days; NaN where times are not given."""
    if not all(name in trades for name in _TIMES):
        return math.nan
    held = (trades["exit_time"] - trades["entry_time"]).dropna()
    return float(held.dt.total_seconds().mean()) / 86_400.0 if len(held) else math.nan


def daily_returns(trades: pd.DataFrame, initial_capital: float) -> pd.Series:
    """Return daily returns of an account that starts with ``initial_capital`` and books pnl at the exit.

    Formula: r_d = pnl_d / equity_{d-1} on every day from the first exit to the last (weekdays only, unless
    a trade closed on a weekend); after ruin 0. Open profit is not seen: drawdowns are those of closed trades.

    Raises:
        ParameterError: trades without exit times.
    """
    if "exit_time" not in trades or bool(trades["exit_time"].isna().any()):
        raise ParameterError.of(
            "trades", "AdvancedAnalytics", "with an 'exit_time' each, to make returns of them", "none"
        )
    booked = trades.groupby(trades["exit_time"].dt.normalize())["pnl"].sum()
    closes = pd.DatetimeIndex(booked.index)
    every_day = bool((closes.day_of_week >= 5).any())
    days = pd.date_range(closes[0], closes[-1], freq="D" if every_day else "B")
    pnl = booked.reindex(days, fill_value=0.0).to_numpy(dtype=np.float64)
    before = initial_capital + np.concatenate(([0.0], np.cumsum(pnl)[:-1]))
    alive = np.minimum.accumulate(before) > 0
    values = np.divide(pnl, before, out=np.zeros_like(pnl), where=alive)
    return pd.Series(values, index=days)


def _frame(trades: Any, owner: str) -> pd.DataFrame:
    if isinstance(trades, Iterable) and not isinstance(trades, (str, bytes, Mapping, np.ndarray)):
        if not hasattr(trades, "columns"):
            trades = list(trades)
            if not all(isinstance(one, Mapping) for one in trades):
                raise ParameterError.of("trades", owner, "a table or an iterable of mappings", trades)
            trades = [dict(one) for one in trades]
        return pd.DataFrame(trades) if isinstance(trades, list) else to_pandas(trades, "trades", owner)
    raise ParameterError.of("trades", owner, "a table or an iterable of mappings", type(trades).__name__)


def _times(column: pd.Series, name: str) -> pd.Series:
    try:
        return pd.to_datetime(column, utc=True).reset_index(drop=True)
    except (ValueError, TypeError) as error:
        raise DataProcessingError(
            f"The '{name}' of trades must hold times. Got {column.iloc[0]!r} instead."
        ) from error
