"""The trades of a report: read once, in the order of their exits, with names that a page can hold."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..trades.blotter import as_trades

NAMES = ("symbol", "sector", "side")
_UNNAMED = "unknown"


def report_trades(trades: Any, owner: str) -> pd.DataFrame:
    """Return closed trades in the order of their exits, with the columns that ``as_trades`` knows.

    Times stay in their zone; names become text without control characters. No rows are allowed: a strategy
    that never traded has a report too.

    Raises:
        ParameterError: no column ``pnl``, or a column that does not hold what its name says.
        DataProcessingError: times that cannot be read, or an exit before its entry.

    >>> report_trades([{"pnl": 1.0, "symbol": "A"}], "example").to_dict("records")
    [{'pnl': 1.0, 'symbol': 'A'}]
    """
    read = as_trades(trades, owner, utc=False, may_be_empty=True)
    for name in NAMES:
        if name in read:
            read[name] = [_text(one) for one in read[name].tolist()]
    if "exit_time" in read:
        read = read.sort_values("exit_time", kind="stable", na_position="last")
    return read.reset_index(drop=True)


def _text(value: Any) -> str:
    if pd.isna(value):
        return _UNNAMED
    return "".join(sign if sign.isprintable() else " " for sign in str(value))
