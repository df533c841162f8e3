"""What was held, as shares of the account: long, short, gross and net exposure, and turnover."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ..inputs import numbers, on_calendar, positive
from .blotter import quotient
from .parts import timed_table

_OWNER = "holdings"


def holdings(positions: Any, equity: Any = None, *, owner: str = _OWNER) -> pd.DataFrame:
    """Return the exposure of every period as shares of equity: long, short, gross, net, count.

    Args:
        positions: table of money held, a row per period in time order (times in the index or a column such as
            ``time``), a column per symbol (negative is short); a column ``cash`` is not a position. NaN is not
            held.
        equity: series on the same times; ``None`` takes the positions and ``cash`` together.
        owner: who asks, for the error sentence.

    ``gross`` is long - short, ``net`` long + short (short is negative), ``count`` how many symbols are held.
    Where equity is not above zero, shares are NaN.

    Raises:
        ParameterError: no times or out of order, text, neither equity nor cash, or other times.

    >>> days = pd.to_datetime(["2024-01-02"])
    >>> table = holdings(pd.DataFrame({"A": [50.0], "B": [-20.0], "cash": [70.0]}, index=days))
    >>> table.to_numpy().tolist()
    [[0.5, -0.2, 0.7, 0.3, 2.0]]
    """
    frame = timed_table(positions, "positions", owner)
    money = {
        name: np.nan_to_num(numbers(frame[name], f"positions[{name!r}]", owner)) for name in frame.columns
    }
    cash = [name for name in money if str(name).lower() == "cash"]
    held = np.column_stack([np.zeros(len(frame)), *(money[name] for name in money if name not in cash)])
    if equity is not None:
        whole = on_calendar(equity, "equity", owner)
        if not whole.index.equals(frame.index):
            must = f"on the {len(frame)} times of the positions"
            raise ParameterError.of("equity", owner, must, f"{len(whole)} times")
        total = whole.to_numpy()
    elif cash:
        total = held.sum(axis=1) + money[cash[0]]
    else:
        raise ParameterError.of(
            "positions", owner, "given with equity or a column 'cash'", list(frame.columns)
        )
    long, short = np.maximum(held, 0).sum(axis=1), np.minimum(held, 0).sum(axis=1)
    shares = {"long": long, "short": short, "gross": long - short, "net": long + short}
    alive = total > 0
    table = {name: quotient(value, total, where=alive) for name, value in shares.items()}
    return pd.DataFrame(table | {"count": (held != 0).sum(axis=1).astype(float)}, index=frame.index)


def annual_turnover(traded: Any, equity: Any, periods_per_year: float) -> float:
    """Return the money traded in a year as a multiple of equity (bought and sold both count).

    Formula: mean(traded_t / equity_t) * p over periods with a known equity above zero; NaN without one.

    Args:
        traded: (n,) money bought and sold in each period, such as ``AccountHistory.traded``.
        equity: (n,) equity at the end of each period.
        periods_per_year: p.

    Raises:
        ParameterError: not numbers, different lengths, or p not positive.

    >>> annual_turnover([50.0, 0.0], [100.0, 100.0], 252)
    63.0
    """
    owner = "annual_turnover"
    p = positive(periods_per_year, "periods_per_year", owner)
    money, whole = numbers(traded, "traded", owner), numbers(equity, "equity", owner)
    if money.size != whole.size:
        raise ParameterError.of("equity", owner, f"as long as traded ({money.size})", whole.size)
    known = (whole > 0) & ~np.isnan(money)
    return float(quotient(money, whole, where=known)[known].mean()) * p if known.any() else math.nan
