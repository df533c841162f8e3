"""Every figure of many strategies at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import ParameterError
from ..inputs import annual_rate, positive
from .calendar import periods_per_year as found_in
from .figures import FIGURES, OF_RESULTS, measured, of_results
from .groups import Groups
from .sample import of_column
from .trials import Trials, trials

_OWNER = "metrics_table"


def metrics_table(
    returns: Any, periods_per_year: float | None = None, risk_free_rate: float = 0.0
) -> pd.DataFrame:
    """Return one row a strategy and one column a figure.

    Each value equals that of the function of its name on the strategy alone: equity, drawdown, quantiles and
    calendar periods are made once for all of them. The first columns are ``periods``, the number of
    observed returns, and ``periods_per_year``, the number that annual figures rest on.

    Args:
        returns: (n_periods, n_strategies) simple returns: pandas or polars table, array, or one series. NaN
            is left out, for each strategy by itself.
        periods_per_year: how many returns make a year; ``None`` finds it in the times of the index, which an
            array does not have.
        risk_free_rate: annual, a fraction; Sharpe, Sortino and Omega and the ratios of drawdowns are over it.

    Returns:
        Float table on the names of the strategies. Figures of months, years and days under water are NaN
        where the index holds no times.

    Raises:
        ParameterError: not a table of numbers, infinity, times that are unsorted or repeated, or neither
            times nor ``periods_per_year``.

    >>> days = pd.bdate_range("2024-01-01", periods=3)
    >>> returns = pd.DataFrame({"a": [0.01, -0.02, 0.03], "b": [0.0, 0.1, 0.0]}, index=days)
    >>> metrics_table(returns)[["periods", "periods_per_year", "total_return", "max_drawdown"]].round(6)
       periods  periods_per_year  total_return  max_drawdown
    a        3             252.0      0.019494         -0.02
    b        3             252.0      0.100000          0.00
    """
    table = trials(returns, _OWNER)
    p = _periods_per_year(table, periods_per_year)
    free = annual_rate(risk_free_rate, "risk_free_rate", _OWNER)
    groups = None if table.times is None or not len(table.times) else Groups(table.times)
    names = [*FIGURES, *OF_RESULTS]
    cells = np.empty((len(table.values), len(names)))
    periods = np.empty(len(table.values), dtype=np.int64)
    for row, values in enumerate(table.values):
        one = of_column(values, groups)
        periods[row] = one.size
        cells[row] = [*measured(one, p, free).values(), *of_results(one).values()]
    result = pd.DataFrame(cells, index=table.names, columns=names)
    result.insert(0, "periods", periods)
    result.insert(1, "periods_per_year", p)
    return result


def _periods_per_year(table: Trials, given: float | None) -> float:
    if given is not None:
        return positive(given, "periods_per_year", _OWNER)
    if table.times is None:
        must = "given where the index holds no times, such as 252"
        raise ParameterError.of("periods_per_year", _OWNER, must, None)
    return found_in(table.times)
