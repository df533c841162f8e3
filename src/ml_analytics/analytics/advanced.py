"""Performance and risk of a strategy: returns and trades in, a typed result out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import ParameterError
from . import metrics as m
from .inputs import annual_rate, numbers, on_calendar, positive
from .metrics.calendar import TRADING_DAYS
from .performance import PerformanceMetrics, performance
from .report.pdf import write_pdf
from .report.trading import TradingReport
from .simulation import MonteCarloResult, bootstrap_futures
from .trades import as_trades, daily_returns

_OWNER = "AdvancedAnalytics"


class AdvancedAnalytics:
    """Collects returns or trades and measures them.

    Args:
        risk_free_rate: annual, a fraction; Sharpe, Sortino and Omega are over it.
        periods_per_year: how many returns make a year; ``None`` finds it in their calendar, and takes 252
            where there is none (arrays, a single day).
        initial_capital: what the account of the trades began with. With it, trades alone give returns, by
            the day of their exit.

    >>> analytics = AdvancedAnalytics(risk_free_rate=0.0)
    >>> analytics.add_returns([0.01, -0.02, 0.03])
    >>> round(analytics.calculate_metrics().max_drawdown, 6)
    -0.02
    """

    def __init__(
        self,
        risk_free_rate: float = 0.02,
        periods_per_year: float | None = None,
        *,
        initial_capital: float | None = None,
    ) -> None:
        self.risk_free_rate = annual_rate(risk_free_rate, "risk_free_rate", _OWNER)
        self.periods_per_year = (
            None if periods_per_year is None else positive(periods_per_year, "periods_per_year", _OWNER)
        )
        self.initial_capital = (
            None if initial_capital is None else positive(initial_capital, "initial_capital", _OWNER)
        )
        self._returns: pd.Series | None = None
        self._trades: pd.DataFrame | None = None

    def add_returns(self, returns: Any) -> None:
        """Add simple returns of consecutive periods; later calls append.

        Args:
            returns: (n,) array, list or series; NaN is a period that was not observed.

        Raises:
            ParameterError: empty, not numeric, infinite, times that are unsorted or begin before the end of
                what was added, or times now and none before (or the reverse).
        """
        values = numbers(returns, "returns", f"{_OWNER}.add_returns")
        if not values.size:
            raise ParameterError.of(
                "returns", f"{_OWNER}.add_returns", "a series of at least one return", "no rows"
            )
        if isinstance(returns, pd.Series) and isinstance(returns.index, pd.DatetimeIndex):
            series = on_calendar(returns, "returns", f"{_OWNER}.add_returns")
        else:
            series = pd.Series(values)
        self._returns = series if self._returns is None else _appended(self._returns, series)

    def add_trades(self, trades: Any) -> None:
        """Add closed trades; later calls append.

        Args:
            trades: frame or iterable of mappings with at least ``pnl``; ``entry_time`` and ``exit_time``
                are optional.

        Raises:
            ParameterError: no trades, or a ``pnl`` that is not a finite number.
            DataProcessingError: times that cannot be read, or an exit before its entry.
        """
        new = as_trades(trades)
        self._trades = new if self._trades is None else pd.concat([self._trades, new], ignore_index=True)

    @property
    def returns(self) -> pd.Series:
        """The returns that figures are made of: those added, else those of the trades' account.

        Raises:
            ParameterError: neither returns, nor trades with exit times and an initial capital.
        """
        if self._returns is not None:
            return self._returns
        if self._trades is not None and self.initial_capital is not None:
            return daily_returns(self._trades, self.initial_capital)
        raise ParameterError.of("returns", _OWNER, "added first (add_returns)", None)

    def calculate_metrics(self) -> PerformanceMetrics:
        """Return every figure of what was added.

        Raises:
            ParameterError: nothing was added.
        """
        if self._returns is None and self._trades is None:
            raise ParameterError.of("returns", _OWNER, "added first (add_returns or add_trades)", None)
        known = self._returns is not None or self.initial_capital is not None
        returns = self.returns if known else pd.Series(dtype=np.float64)
        return performance(returns, self._trades, self._periods_per_year(returns), self.risk_free_rate)

    def analyze_drawdowns(self) -> pd.DataFrame:
        """Return every drawdown, deepest first: start, trough, end, depth, length, recovery.

        See :func:`~ml_analytics.analytics.metrics.drawdown_periods` for the columns.
        """
        return m.worst_drawdowns(self.returns, limit=max(1, len(self.returns)))

    def calculate_var(self, confidence_level: float = 0.95) -> float:
        """Return the historical value at risk of one period, as a return (-0.02: a loss of 2 %)."""
        return m.value_at_risk(self.returns, confidence_level)

    def calculate_cvar(self, confidence_level: float = 0.95) -> float:
        """Return the mean return of the periods at or beyond the value at risk."""
        return m.conditional_value_at_risk(self.returns, confidence_level)

    def monte_carlo_simulation(
        self, n_simulations: int = 10_000, time_horizon: int = 252, seed: int = 0
    ) -> MonteCarloResult:
        """Return simulated futures, drawn with replacement from the returns.

        See :func:`~ml_analytics.analytics.simulation.bootstrap_futures` for what that keeps and loses.
        """
        return bootstrap_futures(self.returns, n_simulations, time_horizon, seed)

    def generate_pdf_report(
        self, path: str | Path, *, benchmark: pd.Series | None = None, title: str = "Strategy performance"
    ) -> Path:
        """Write the report as PDF and return its path.

        Args:
            path: where; parent directories are made.
            benchmark: series of returns on the same times to compare with; none leaves that column out.
            title: first line of the report.

        Raises:
            ParameterError: returns without times, or a benchmark on other times.
            StoreError: the file cannot be written; nothing is left half-written.
        """
        known = self.returns.dropna()
        if isinstance(benchmark, pd.Series) and len(benchmark) == len(self.returns):
            benchmark = benchmark[self.returns.notna().to_numpy()]
        report = TradingReport(
            known,
            benchmark,
            title=title,
            periods_per_year=self.periods_per_year,
            risk_free_rate=self.risk_free_rate,
        )
        return write_pdf(report, path)

    def _periods_per_year(self, returns: pd.Series) -> float:
        if self.periods_per_year is not None:
            return self.periods_per_year
        if isinstance(returns.index, pd.DatetimeIndex) and len(returns) > 1:
            return m.periods_per_year(returns.index)
        return float(TRADING_DAYS)


def _appended(before: pd.Series, new: pd.Series) -> pd.Series:
    owner = f"{_OWNER}.add_returns"
    old_times, new_times = before.index, new.index
    if not isinstance(old_times, pd.DatetimeIndex) or not isinstance(new_times, pd.DatetimeIndex):
        if type(old_times) is not type(new_times):
            must = "with times, or without, as those before"
            raise ParameterError.of("returns", owner, must, type(new_times).__name__)
        return pd.Series(np.concatenate((before.to_numpy(), new.to_numpy())))
    if (old_times.tz is None) != (new_times.tz is None):
        raise ParameterError.of(
            "returns", owner, "with time zones throughout or not at all", str(new_times.tz)
        )
    if new_times[0] <= old_times[-1]:
        raise ParameterError.of("returns", owner, f"later than {old_times[-1]}", str(new_times[0]))
    joined: pd.Series = pd.concat([before, new])
    return joined
