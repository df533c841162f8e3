"""Who earned it: closed profit by symbol, sector, side, month, year, weekday or hour."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ..inputs import Array, positive, ratio
from ..metrics.wins import profit_factor, win_rate
from .blotter import as_trades

_OWNER = "attribution"
UNKNOWN = "unknown"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_COLUMNS = {
    "symbol": "symbol",
    "sector": "symbol",
    "side": "side",
    "month": "exit_time",
    "year": "exit_time",
    "weekday": "entry_time",
    "hour": "entry_time",
}
GROUPS = tuple(_COLUMNS)


def attribution(
    trades: Any,
    by: str = "symbol",
    *,
    sectors: Mapping[Any, str] | None = None,
    capital: float | None = None,
    zone: str | None = None,
) -> pd.DataFrame:
    """Return what each group of trades contributed; the groups sum to the whole.

    Args:
        trades: closed trades, such as the table of :func:`~ml_analytics.analytics.trades.round_trips`, or
            anything that ``as_trades`` takes. No trades make an empty table.
        by: ``symbol``; ``sector``; ``side`` (long, short); ``month`` or ``year`` of the exit, when the profit
            was booked; ``weekday`` or ``hour`` of the entry, when it was decided.
        sectors: symbol -> sector; without it, the trades' own column of that name. What is not named is
            "unknown", in every grouping.
        capital: what contributions are measured against, for the column ``contribution``; without, NaN.
        zone: time zone of months, weekdays and hours, such as ``"America/New_York"``; ``None`` takes the
            trades' own. Naive times are taken as UTC.

    Returns:
        A row per group, by name (months and hours in order of time): trades, wins, losses, win_rate, pnl
        (money, after fees), share (of the whole pnl, a fraction; NaN where that is zero), contribution
        (pnl / capital), gross_profit, gross_loss (negative), profit_factor, average (pnl a trade), fees (NaN
        where they are not given).

    Raises:
        ParameterError: unknown ``by``, a column that it needs is missing, no sectors, an unknown zone, a
            capital that is not positive, or trades that cannot be read.

    >>> rows = [{"pnl": 3.0, "symbol": "A"}, {"pnl": -1.0, "symbol": "B"}, {"pnl": 2.0, "symbol": "A"}]
    >>> attribution(rows)[["trades", "pnl", "share"]].to_dict("index")
    {'A': {'trades': 2, 'pnl': 5.0, 'share': 1.25}, 'B': {'trades': 1, 'pnl': -1.0, 'share': -0.25}}
    """
    if by not in GROUPS:
        raise ParameterError.of("by", _OWNER, f"one of {', '.join(GROUPS)}", by)
    whole = None if capital is None else positive(capital, "capital", _OWNER)
    read = as_trades(trades, _OWNER, utc=False, may_be_empty=True)
    keys = _keys(read, by, sectors, zone) if len(read) else np.empty(0, dtype=object)
    codes, names = pd.factorize(keys, sort=True)
    if by == "weekday":
        names = np.array([name if name == UNKNOWN else WEEKDAYS[int(name)] for name in names], dtype=object)
    pnl = read["pnl"].to_numpy()
    fees = read["fees"].to_numpy() if "fees" in read else np.full(len(read), np.nan)
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(names)))[:-1]
    groups = zip(np.split(pnl[order], ends), np.split(fees[order], ends), strict=True)
    total = math.fsum(pnl)
    rows = [_row(one, paid, total, whole) for one, paid in groups] if len(read) else []
    return pd.DataFrame(rows, columns=list(_EMPTY), index=pd.Index(names, name=by)).astype(_EMPTY)


_EMPTY: dict[str, Any] = {
    "trades": np.int64,
    "wins": np.int64,
    "losses": np.int64,
    "win_rate": np.float64,
    "pnl": np.float64,
    "share": np.float64,
    "contribution": np.float64,
    "gross_profit": np.float64,
    "gross_loss": np.float64,
    "profit_factor": np.float64,
    "average": np.float64,
    "fees": np.float64,
}


def _row(pnl: Array, fees: Array, total: float, capital: float | None) -> tuple[Any, ...]:
    earned = math.fsum(pnl)
    return (
        len(pnl),
        int((pnl > 0).sum()),
        int((pnl < 0).sum()),
        win_rate(pnl),
        earned,
        earned / total if total else math.nan,
        ratio(earned, capital) if capital else math.nan,
        math.fsum(pnl[pnl > 0]),
        math.fsum(pnl[pnl < 0]),
        profit_factor(pnl),
        earned / len(pnl),
        math.fsum(fees),
    )


def _keys(trades: pd.DataFrame, by: str, sectors: Mapping[Any, str] | None, zone: str | None) -> Any:
    column = "sector" if by == "sector" and sectors is None else _COLUMNS[by]
    if column not in trades:
        must = f"given with a column '{column}', to be put together by {by}"
        if by == "sector":
            must += " (or say sectors={symbol: sector})"
        raise ParameterError.of("trades", _OWNER, must, ", ".join(map(str, trades.columns)))
    values = trades[column]
    if by == "sector" and sectors is not None:
        values = values.map(dict(sectors))
    if column.endswith("_time"):
        return _of_times(pd.DatetimeIndex(values), by, zone)
    return np.array([UNKNOWN if pd.isna(one) else str(one) for one in values], dtype=object)


def _of_times(times: pd.DatetimeIndex, by: str, zone: str | None) -> Any:
    if zone is not None:
        try:
            times = (times.tz_localize("UTC") if times.tz is None else times).tz_convert(zone)
        except (KeyError, ValueError, TypeError) as error:
            raise ParameterError.of("zone", _OWNER, "a time zone such as 'Europe/Berlin'", zone) from error
    named = {
        "month": lambda: times.strftime("%Y-%m"),
        "year": lambda: times.strftime("%Y"),
        "weekday": lambda: times.day_of_week.astype("Int64").astype(str),
        "hour": lambda: times.strftime("%H:00"),
    }[by]()
    return np.where(times.isna(), UNKNOWN, np.asarray(named, dtype=object))
