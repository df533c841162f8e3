"""Performance and risk of a strategy: returns, trades or fills in, typed results and reports out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack, overload

import numpy as np
import pandas as pd

from ..core.errors import ParameterError
from . import metrics as m
from .collected import Collected
from .inputs import count
from .performance import PerformanceMetrics, performance
from .report.excel import write_excel
from .report.html import write_html
from .report.pdf import write_pdf
from .report.trading import TradingReport
from .risk.backtest import VarBacktest, backtest_var
from .risk.comparison import BenchmarkAnalysis, benchmark_analysis
from .risk.factors import FactorAnalysis, factor_analysis
from .risk.futures import MonteCarloResult
from .risk.monte_carlo import Method, simulate_returns, simulate_trades
from .risk.rolling import rolling_analysis, rolling_var
from .risk.tail import TailMethod, TailRisk, tail_risk
from .trades import TradeMetrics, attribution, trade_metrics

_OWNER = "AdvancedAnalytics"
_TITLE = "Strategy performance"


class _TailWay(TypedDict, total=False):
    method: TailMethod
    horizon: int
    scaling: Literal["sqrt"] | None


class AdvancedAnalytics(Collected):
    """Collects returns, trades or fills of a strategy and measures them.

    Args:
        risk_free_rate: annual, a fraction; Sharpe, Sortino, Omega and alpha are over it.
        periods_per_year: how many returns make a year; ``None`` finds it in their calendar, and takes 252
            where there is none (arrays, a single day).
        initial_capital: what the account of the trades began with. With it, trades alone give returns, by
            the day of their exit.

    >>> analytics = AdvancedAnalytics(risk_free_rate=0.0)
    >>> analytics.add_returns([0.01, -0.02, 0.03])
    >>> round(analytics.calculate_metrics().max_drawdown, 6)
    -0.02
    """

    def calculate_metrics(self) -> PerformanceMetrics:
        """Return every figure of what was added.

        Raises:
            ParameterError: neither returns, nor equity, nor trades were added.
        """
        known, trades = self._known_returns(), self.trades
        if known is None and trades is None:
            raise ParameterError.of("returns", _OWNER, "added first (add_returns or add_trades)", None)
        returns = pd.Series(dtype=np.float64) if known is None else known
        return performance(returns, trades, self._annual_periods(returns), self.risk_free_rate)

    def analyze_trades(self) -> TradeMetrics:
        """Return every figure of the trades.

        Raises:
            ParameterError: no trades and no fills were added.
        """
        return trade_metrics(self._known_trades())

    def analyze_drawdowns(self) -> pd.DataFrame:
        """Return every drawdown, deepest first: start, trough, end, depth, length, recovery.

        See :func:`~ml_analytics.analytics.metrics.drawdown_periods` for the columns.
        """
        return m.worst_drawdowns(self.returns, limit=None)

    @overload
    def calculate_var(self, confidence_level: float = ..., **how: Unpack[_TailWay]) -> float: ...
    @overload
    def calculate_var(self, confidence_level: Sequence[float], **how: Unpack[_TailWay]) -> pd.Series: ...
    def calculate_var(
        self,
        confidence_level: float | Sequence[float] = 0.95,
        *,
        method: TailMethod = "historical",
        horizon: int = 1,
        scaling: Literal["sqrt"] | None = None,
    ) -> float | pd.Series:
        """Return the value at risk as a return (-0.02: a loss of 2 %), of one level or a series of several.

        Args:
            confidence_level: 0.95 is the worst 5 %.
            method: ``historical``, ``gaussian``, ``cornish_fisher``, ``maillard`` or ``evt``; see
                :func:`~ml_analytics.analytics.risk.tail_risk` for what each assumes and when it is refused.
            horizon: periods that the loss may take.
            scaling: ``"sqrt"`` for one period times the root of the horizon.
        """
        return self._tail("var", confidence_level, method=method, horizon=horizon, scaling=scaling)

    @overload
    def calculate_cvar(self, confidence_level: float = ..., **how: Unpack[_TailWay]) -> float: ...
    @overload
    def calculate_cvar(self, confidence_level: Sequence[float], **how: Unpack[_TailWay]) -> pd.Series: ...
    def calculate_cvar(
        self,
        confidence_level: float | Sequence[float] = 0.95,
        *,
        method: TailMethod = "historical",
        horizon: int = 1,
        scaling: Literal["sqrt"] | None = None,
    ) -> float | pd.Series:
        """Return the expected shortfall: the mean return at or beyond the value at risk.

        Arguments as :meth:`calculate_var`.
        """
        return self._tail("cvar", confidence_level, method=method, horizon=horizon, scaling=scaling)

    def tail_risk(self, confidence_level: float | Sequence[float] = (0.95, 0.99), **options: Any) -> TailRisk:
        """Return value at risk and expected shortfall of several levels, with intervals where asked.

        Options are those of :func:`~ml_analytics.analytics.risk.tail_risk`.
        """
        return tail_risk(self.returns, confidence_level, **options)

    def backtest_var(self, window: int = 250, confidence_level: float = 0.95) -> VarBacktest:
        """Test the historical value at risk of the ``window`` periods before each period (Kupiec, Christoffersen)."""
        returns, width = self.returns, count(window, "window", f"{_OWNER}.backtest_var")
        forecasts = rolling_var(returns, width, confidence_level).shift(1)
        return backtest_var(returns, forecasts, confidence_level)

    def monte_carlo_simulation(
        self,
        n_simulations: int = 10_000,
        time_horizon: int = 252,
        seed: int = 0,
        *,
        method: Method | Literal["trade_shuffle", "trade_bootstrap"] = "bootstrap",
        block_length: float | None = None,
    ) -> MonteCarloResult:
        """Return simulated futures.

        Args:
            n_simulations: how many.
            time_horizon: periods of each; of ``trade_bootstrap``: trades. Shuffles take all there are.
            seed: the same seed gives the same futures.
            method: ``bootstrap``, ``block``, ``normal``, ``student_t`` or ``shuffle`` of the returns, see
                :func:`~ml_analytics.analytics.risk.simulate_returns`; ``trade_shuffle`` or ``trade_bootstrap``
                of the trades on ``initial_capital``, see
                :func:`~ml_analytics.analytics.risk.simulate_trades`.
            block_length: of ``block``; ``None`` finds it.
        """
        if method == "trade_shuffle":
            return simulate_trades(*self._account(), n_simulations, seed)
        if method == "trade_bootstrap":
            return simulate_trades(
                *self._account(), n_simulations, seed, method="bootstrap", n_trades=time_horizon
            )
        return simulate_returns(
            self.returns, n_simulations, time_horizon, seed, method=method, block_length=block_length
        )

    def rolling_analysis(self, window: int | None = None, *, confidence_level: float = 0.95) -> pd.DataFrame:
        """Return the figures over a moving window, one column each, with the added benchmark's beta.

        Beta and correlation are of the last ``window`` periods that both know. ``window`` is in periods; ``None``
        takes a year of them, or as many as there are. See
        :func:`~ml_analytics.analytics.risk.rolling_analysis` for the columns.
        """
        returns = self.returns
        p = self._annual_periods(returns)
        return rolling_analysis(
            returns,
            min(len(returns), max(1, round(p))) if window is None else window,
            p,
            risk_free_rate=self.risk_free_rate,
            benchmark=self.benchmark,
            benchmark_gaps="skip",
            confidence_level=confidence_level,
        )

    def benchmark_analysis(
        self,
        benchmark: Any = None,
        *,
        level: float = 0.95,
        lags: int | None = None,
        window: int | None = None,
    ) -> BenchmarkAnalysis:
        """Return how the returns stand to a benchmark: the one given here, else the one added.

        Arguments as :func:`~ml_analytics.analytics.risk.benchmark_analysis`; the rolling table takes the last
        ``window`` periods that both know.

        Raises:
            ParameterError: no benchmark, or one that does not fit.
        """
        other = self.benchmark if benchmark is None else benchmark
        if other is None:
            must = "given, or added first (add_benchmark)"
            raise ParameterError.of("benchmark", f"{_OWNER}.benchmark_analysis", must, None)
        return benchmark_analysis(
            self.returns,
            other,
            self.periods_per_year,
            risk_free_rate=self.risk_free_rate,
            level=level,
            lags=lags,
            window=window,
            benchmark_gaps="skip",
        )

    def factor_analysis(
        self, factors: Any, *, level: float = 0.95, lags: int | None = None, window: int | None = None
    ) -> FactorAnalysis:
        """Return the loadings of the returns on factors, and what each factor brought.

        ``factors`` are fractions (``load_fama_french() / 100``); arguments as
        :func:`~ml_analytics.analytics.risk.factor_analysis`.
        """
        return factor_analysis(
            self.returns,
            factors,
            periods_per_year=self.periods_per_year,
            risk_free_rate=self.risk_free_rate,
            level=level,
            lags=lags,
            window=window,
        )

    def attribution(
        self, by: str = "symbol", *, sectors: Mapping[Any, str] | None = None, zone: str | None = None
    ) -> pd.DataFrame:
        """Return what each group of trades earned; groups sum to the whole.

        ``by`` is ``symbol``, ``sector``, ``side`` (long, short), ``month``, ``year``, ``weekday`` or ``hour``;
        arguments and columns as :func:`~ml_analytics.analytics.trades.attribution`.
        """
        trades = self._known_trades()
        return attribution(trades, by, sectors=sectors, capital=self.initial_capital, zone=zone)

    def generate_pdf_report(
        self, path: str | Path, *, benchmark: Any = None, title: str = _TITLE, **details: Any
    ) -> Path:
        """Write the report as PDF and return its path.

        Args:
            path: where; parent directories are made.
            benchmark: returns to compare with; ``None`` takes those added.
            title: first line of the report.
            details: further fields of :class:`~ml_analytics.analytics.TradingReport`, such as ``trials`` (how
                many strategies were tried), ``strategy_name``, ``benchmark_name``, ``notes`` and ``facts``.

        Raises:
            ParameterError: no returns, or a benchmark that does not fit.
            StoreError: the file cannot be written; nothing is left half-written.
        """
        return write_pdf(self.report(benchmark=benchmark, title=title, **details), path)

    def export_to_excel(
        self, path: str | Path, *, benchmark: Any = None, title: str = _TITLE, **details: Any
    ) -> Path:
        """Write the report as an Excel workbook and return its path; arguments as :meth:`generate_pdf_report`."""
        return write_excel(self.report(benchmark=benchmark, title=title, **details), path)

    def generate_html_report(
        self, path: str | Path, *, benchmark: Any = None, title: str = _TITLE, **details: Any
    ) -> Path:
        """Write the report as one interactive HTML file and return its path.

        Arguments as :meth:`generate_pdf_report`. Needs the extra ``reports``.
        """
        return write_html(self.report(benchmark=benchmark, title=title, **details), path)

    def report(self, *, benchmark: Any = None, title: str = _TITLE, **details: Any) -> TradingReport:
        """Return what all reports show: returns, benchmark and trades as added.

        Bars that the returns or the benchmark do not know are left out; a note of the report says how many.
        """
        other = self.benchmark if benchmark is None else benchmark
        given = {"periods_per_year": self.periods_per_year, "risk_free_rate": self.risk_free_rate}
        return TradingReport.joined(
            self.returns, other, title=title, trades=self.trades, **{**given, **details}
        )

    def _tail(self, figure: str, levels: float | Sequence[float], **options: Any) -> float | pd.Series:
        found = tail_risk(self.returns, levels, **options, owner=f"{_OWNER}.calculate_{figure}")
        if not isinstance(levels, (list, tuple, np.ndarray)):
            return float(found.table[figure].iloc[0])
        return found.table.set_index("confidence_level")[figure]

    def _known_trades(self) -> pd.DataFrame:
        trades = self.trades
        if trades is None:
            raise ParameterError.of("trades", _OWNER, "added first (add_trades or add_fills)", None)
        return trades

    def _account(self) -> tuple[pd.Series, float]:
        """Return the profits of the trades and what their account began with."""
        if self.initial_capital is None:
            must = "given to AdvancedAnalytics, to simulate trades"
            raise ParameterError.of("initial_capital", "monte_carlo_simulation", must, None)
        return self._known_trades()["pnl"], self.initial_capital
