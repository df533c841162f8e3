"""Who earned it: closed profit by symbol, sector, side, month, year, weekday or hour."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...core.errors import ParameterError
from ..inputs import Array, positive
from .blotter import as_trades, quotient

_OWNER = "attribution"
UNKNOWN = "unknown"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NEEDS = {
    "symbol": "symbol",
    "sector": "symbol",
    "side": "side",
    "month": "exit_time",
    "year": "exit_time",
    "weekday": "entry_time",
    "hour": "entry_time",
}
GROUPS = tuple(_NEEDS)
_COLUMNS = (
    "trades",
    "wins",
    "losses",
    "win_rate",
    "pnl",
    "share",
    "contribution",
    "gross_profit",
    "gross_loss",
    "profit_factor",
    "average",
    "fees",
)


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
    fees = read["fees"].to_numpy() if "fees" in read else np.full(len(read), np.nan)
    table = _sums(codes, len(names), read["pnl"].to_numpy(dtype=np.float64), fees)
    total = math.fsum(read["pnl"])
    table["share"] = quotient(table["pnl"], total, where=total != 0)
    table["contribution"] = quotient(table["pnl"], whole or math.nan, where=True)
    return pd.DataFrame({name: table[name] for name in _COLUMNS}, index=pd.Index(names, name=by))


def _sums(codes: NDArray[np.intp], groups: int, pnl: Array, fees: Array) -> dict[str, Any]:
    # The same figures as trade_metrics (a test holds it), of all groups at once.
    def summed(values: Any) -> Array:
        return np.bincount(codes, weights=values, minlength=groups).astype(np.float64)

    def over(above: Array, below: Array) -> Array:
        return quotient(above, below, where=below != 0)

    wins, losses = summed(pnl > 0), summed(pnl < 0)
    gained, lost = summed(np.maximum(pnl, 0.0)), summed(np.minimum(pnl, 0.0))
    count, earned = np.bincount(codes, minlength=groups), summed(pnl)
    without_loss = np.where(gained > 0, np.inf, np.nan)
    return {
        "trades": count,
        "wins": wins.astype(np.int64),
        "losses": losses.astype(np.int64),
        "win_rate": over(wins, wins + losses),
        "pnl": earned,
        "gross_profit": gained,
        "gross_loss": lost,
        "profit_factor": np.where(lost < 0, over(gained, -lost), without_loss),
        "average": earned / count,
        "fees": summed(fees),
    }


def _keys(trades: pd.DataFrame, by: str, sectors: Mapping[Any, str] | None, zone: str | None) -> Any:
    column = "sector" if by == "sector" and sectors is None else _NEEDS[by]
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
