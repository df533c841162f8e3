"""What the returns were made of: loadings on factors, with errors, and what each factor brought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...core.canonical import plain
from ...core.errors import ParameterError
from ...core.frames import to_pandas
from ..inputs import Array, annual_rate, count, fraction, numbers, per_period, per_year, positive
from ..metrics.calendar import known_periods
from ..metrics.spread import volatility
from .aligned import joinable
from .calendar_join import by_period, calendar_unit
from .regression import Regression, regress

_OWNER = "factor_analysis"
RISK_FREE = "rf"
"""A column of this name (in any case) is the risk-free rate of the period, not a factor."""


@dataclass(frozen=True)
class FactorAnalysis:
    """Loadings of returns on factors.

    ``loadings`` has a row per coefficient, ``alpha`` (per period) first: loading, std_error, t, p, low, high.
    ``attribution`` says what each part brought: ``contribution`` sums to ``total_return`` (compounded), and
    ``annual`` is loading * mean * periods per year. ``rolling`` holds the loadings of a moving window
    (``None`` unless asked). ``n`` periods are known in everything; ``note`` says how times were joined.
    """

    loadings: pd.DataFrame
    attribution: pd.DataFrame
    total_return: float
    alpha_annual: float
    r_squared: float
    adjusted_r_squared: float
    residual_volatility: float
    n: int
    lags: int
    level: float
    periods_per_year: float
    note: str
    rolling: pd.DataFrame | None = None

    def to_json(self) -> dict[str, Any]:
        """Return everything but the rolling table as plain JSON values."""
        tables = ("loadings", "attribution")
        parts = {name: value for name, value in vars(self).items() if name not in (*tables, "rolling")}
        parts |= {name: getattr(self, name).to_dict(orient="index") for name in tables}
        value: dict[str, Any] = plain(parts)
        return value


def factor_analysis(
    returns: Any,
    factors: Any,
    *,
    periods_per_year: float | None = None,
    risk_free_rate: float = 0.0,
    level: float = 0.95,
    lags: int | None = None,
    window: int | None = None,
) -> FactorAnalysis:
    """Explain ``returns`` by ``factors``: r - f = alpha + loadings . factors + residual.

    Least squares; errors of Newey and West through statsmodels. Contributions are linked by wealth: period t
    of a part counts with what one unit had become before it, so the parts (risk-free rate, alpha, each
    factor, residual) sum to the compounded return exactly.

    Factors of days or shorter are joined by time. Those of weeks, months, quarters or years are joined by
    calendar period, and shorter returns are compounded to them first; a first or last period that the
    returns cover only in part (more than four days missing) is left out. Without times, rows are joined in
    order and must be as many.

    Args:
        returns: simple returns, fractions.
        factors: table or series of factor returns, **fractions** too: Fama and French publish per cent, so
            give ``load_fama_french() / 100``. A column ``rf`` is the risk-free rate of the period.
        periods_per_year: of the returns; ``None`` takes that of the calendar of the periods known in all, 252
            without one. Where they are compounded to weeks, months, quarters or years it is 52, 12, 4 or 1,
            whatever is said here.
        risk_free_rate: annual, where there is no column ``rf``.
        level: of the intervals.
        lags: of the errors; ``None`` takes floor(4 (n / 100)^(2/9)).
        window: joined periods of the rolling loadings; ``None`` makes none.

    Raises:
        ParameterError: factors that are not numbers, constant or sums of each other, fewer than three periods
            per coefficient, times that do not meet, a window that is too short or too long.

    Source: Fama & French (1993); Newey & West (1987).

    >>> rng = np.random.default_rng(0)
    >>> market = rng.normal(0, 0.01, 500)
    >>> found = factor_analysis(0.5 * market + rng.normal(0, 0.001, 500), pd.DataFrame({"mkt": market}))
    >>> found.loadings["loading"].round(2).tolist()[1:]
    [0.5]
    """
    level = fraction(level, "level", _OWNER)
    rate = annual_rate(risk_free_rate, "risk_free_rate", _OWNER)
    given = None if periods_per_year is None else positive(periods_per_year, "periods_per_year", _OWNER)
    own, table, whole, note = _joined(returns, _table(factors))
    named = [one for one in table.columns if str(one).lower() == RISK_FREE]
    frame = pd.concat([own.rename("__own"), table], axis=1).dropna()
    p = known_periods(frame.index, given) if whole is None else whole
    risk_free = frame[named[0]].to_numpy() if named else np.full(len(frame), per_period(rate, p))
    X = frame.drop(columns=["__own", *named])
    earned = np.maximum(frame["__own"].to_numpy(), -1.0)
    y = earned - risk_free
    fitted = regress(y, X, lags=lags, level=level, owner=_OWNER)
    return FactorAnalysis(
        loadings=fitted.table,
        attribution=_attribution(fitted, X, earned, risk_free, p),
        total_return=float(np.prod(1.0 + earned)) - 1.0,
        alpha_annual=per_year(float(fitted.table["loading"].iloc[0]), p),
        r_squared=fitted.r_squared,
        adjusted_r_squared=fitted.adjusted_r_squared,
        residual_volatility=volatility(fitted.residuals, p),
        n=fitted.n,
        lags=fitted.lags,
        level=level,
        periods_per_year=p,
        note=note,
        rolling=None if window is None else _rolling(y, X, window),
    )


def _table(factors: Any) -> pd.DataFrame:
    if isinstance(factors, pd.Series):
        factors = factors.to_frame(factors.name if factors.name is not None else "factor")
    elif not isinstance(factors, pd.DataFrame):
        factors = to_pandas(factors, "factors", _OWNER)
    if not factors.shape[1] or [str(one).lower() for one in factors.columns] == [RISK_FREE]:
        raise ParameterError.of("factors", _OWNER, "a table with at least one factor", list(factors.columns))
    if not factors.columns.is_unique:
        raise ParameterError.of("factors", _OWNER, "a table with one column of a name", list(factors.columns))
    columns = {one: numbers(factors[one], f"factors[{str(one)!r}]", _OWNER) for one in factors.columns}
    return pd.DataFrame(columns, index=factors.index)


def _joined(returns: Any, table: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame, float | None, str]:
    """Return returns and factors on one index, how many make a year where they were compounded, and how."""
    index = returns.index if isinstance(returns, pd.Series) else None
    own = pd.Series(numbers(returns, "returns", _OWNER), index=index)
    if not isinstance(own.index, pd.DatetimeIndex) or not isinstance(table.index, pd.DatetimeIndex):
        if len(own) != len(table):
            raise ParameterError.of("factors", _OWNER, f"as long as the returns ({len(own)})", len(table))
        return own, table.set_axis(own.index), None, "joined row by row"
    unit = calendar_unit(table.index, _OWNER)
    if unit is not None:
        own, table, usual = by_period(own, table, unit, _OWNER)
        return own, table, usual, f"joined by {unit}, returns compounded"
    joinable(pd.DatetimeIndex(own.index), pd.DatetimeIndex(table.index), _OWNER, "factors")
    return own, table.reindex(own.index), None, "joined by time"


def _attribution(
    fitted: Regression, X: pd.DataFrame, earned: Array, risk_free: Array, p: float
) -> pd.DataFrame:
    wealth = np.concatenate(([1.0], np.cumprod(1.0 + earned)[:-1]))
    loading = fitted.table["loading"]
    parts = {"risk_free": risk_free, "alpha": np.full(len(earned), float(loading.iloc[0]))}
    parts |= {name: float(loading[name]) * X[name].to_numpy() for name in X.columns}
    parts["residual"] = fitted.residuals
    rows = {name: (float(wealth @ part), float(part.mean()) * p) for name, part in parts.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["contribution", "annual"]).rename_axis(
        "part"
    )


def _rolling(y: Array, X: pd.DataFrame, window: Any) -> pd.DataFrame:
    """Return the loadings of the last ``window`` rows; NaN where they do not determine them."""
    width, k = count(window, "window", _OWNER), X.shape[1] + 1
    if not 3 * k <= width <= len(X):
        must = f"from {3 * k} (three per coefficient) to the {len(X)} periods there are"
        raise ParameterError.of("window", _OWNER, must, window)
    values = np.column_stack((np.ones(len(X)), X.to_numpy()))
    seen = np.lib.stride_tricks.sliding_window_view(values, width, axis=0)
    squares = seen @ seen.transpose(0, 2, 1)
    products = (seen @ np.lib.stride_tricks.sliding_window_view(y, width)[:, :, None])[:, :, 0]
    scale = np.sqrt(np.diagonal(squares, axis1=1, axis2=2))
    scale = np.where(scale > 0, scale, 1.0)
    scaled = squares / (scale[:, :, None] * scale[:, None, :])
    solvable = np.linalg.cond(scaled) < 1e12
    out = np.full((len(X), k), np.nan)
    solved = np.linalg.solve(scaled[solvable], (products / scale)[solvable][:, :, None])[:, :, 0]
    out[width - 1 :][solvable] = solved / scale[solvable]
    return pd.DataFrame(out, index=X.index, columns=["alpha", *X.columns])
