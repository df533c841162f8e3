"""Least squares with errors that allow for unequal and neighbouring residuals (Newey and West)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from ...core.errors import ParameterError
from ..inputs import Array

# Residuals this much smaller than the returns are rounding: the fit is exact.
_EXACT = 1e-12


@dataclass(frozen=True)
class Regression:
    """A fitted line; ``table`` has a row per coefficient, the constant ``alpha`` first.

    Columns: ``loading``, ``std_error`` (HAC), ``t``, ``p`` (two-sided, Student's t), ``low`` and ``high``
    (interval of ``level``). ``residuals`` are (n,), ``lags`` those of the errors.
    """

    table: pd.DataFrame
    n: int
    lags: int
    level: float
    r_squared: float
    adjusted_r_squared: float
    residuals: Array


def newey_west_lags(n: int) -> int:
    """Return the usual number of lags: floor(4 (n / 100)^(2/9)), at most n - 1.

    Source: Newey & West (1994), rule of thumb for the Bartlett window.

    >>> newey_west_lags(100), newey_west_lags(5030), newey_west_lags(3)
    (4, 9, 1)
    """
    usual = math.floor(4.0 * math.pow(n / 100.0, 2.0 / 9.0))
    return max(0, min(usual, n - 1))


def regress(y: Array, factors: pd.DataFrame, *, lags: Any, level: float, owner: str) -> Regression:
    """Return y = alpha + factors @ loadings + residual by least squares, errors by statsmodels.

    HAC errors of Newey & West (1987), Bartlett window, small-sample factor n / (n - k). Where the fit is
    exact, errors are 0 and t is infinite.

    Args:
        y: (n,) known numbers.
        factors: (n, k) known numbers.
        lags: of the errors; ``None`` takes :func:`newey_west_lags`; 0 allows for unequal variance only.
        level: of the intervals.
        owner: who asks.

    Raises:
        ParameterError: fewer rows than three per coefficient, a factor that is constant or a sum of the
            others, or lags that are not a whole number below n.
    """
    n, k = factors.shape[0], factors.shape[1] + 1
    if n < 3 * k:
        must = f"known together on at least {3 * k} periods (three per coefficient)"
        raise ParameterError.of("factors", owner, must, n)
    _independent(factors, owner)
    chosen = newey_west_lags(n) if lags is None else lags
    if isinstance(chosen, bool) or not isinstance(chosen, (int, np.integer)) or not 0 <= chosen < n:
        raise ParameterError.of("lags", owner, f"a whole number from 0 to {n - 1}, or None", lags)
    # Half a second of start-up that only those who ask for errors pay.
    from statsmodels.regression.linear_model import OLS

    X = np.column_stack((np.ones(n), factors.to_numpy(dtype=np.float64)))
    kind = {"maxlags": int(chosen), "use_correction": True}
    with np.errstate(all="ignore"):
        fitted = OLS(y, X).fit(cov_type="HAC", cov_kwds=kind, use_t=True)
    residuals = np.asarray(fitted.resid, dtype=np.float64)
    total = float(((y - y.mean()) ** 2).sum())
    left = float(residuals @ residuals)
    exact = left <= (_EXACT**2) * max(total, float(y @ y))
    errors = np.zeros(k) if exact else np.sqrt(np.diag(fitted.cov_params()))
    share = (1.0 if exact else 1.0 - left / total) if total > 0 else math.nan
    adjusted = 1.0 - (1.0 - share) * (n - 1) / (n - k)
    table = _table(np.asarray(fitted.params), errors, n - k, level, ["alpha", *factors.columns])
    return Regression(table, n, int(chosen), level, share, adjusted, residuals)


def _table(loadings: Array, errors: Array, freedom: int, level: float, names: list[Any]) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        t = loadings / errors
    reach = float(stdtrit(freedom, 0.5 + level / 2.0)) * errors
    return pd.DataFrame(
        {
            "loading": loadings,
            "std_error": errors,
            "t": t,
            "p": 2.0 * stdtr(freedom, -np.abs(t)),
            "low": loadings - reach,
            "high": loadings + reach,
        },
        index=pd.Index(names, name="factor"),
    )


def _independent(factors: pd.DataFrame, owner: str) -> None:
    values = factors.to_numpy(dtype=np.float64)
    scale = np.abs(values).max(axis=0)
    X = np.column_stack((np.ones(len(values)), values / np.where(scale > 0, scale, 1.0)))
    for i, name in enumerate(factors.columns, start=2):
        if np.linalg.matrix_rank(X[:, :i], tol=1e-9 * math.sqrt(len(X))) < i:
            must = "independent of each other (none constant or a sum of the others)"
            raise ParameterError.of("factors", owner, must, f"{name} that the columns before it make up")
