"""Risk: tails and their tests, simulated futures, moving windows, benchmarks and factors.

``tail`` is value at risk and expected shortfall in five ways (``cornish_fisher``, ``pareto``), ``backtest``
holds forecasts of it to what happened, ``monte_carlo`` draws futures (``paths_kernel`` is its loop),
``rolling`` looks through moving windows, ``comparison`` and ``factors`` explain returns by others'
(``regression`` has the errors). Every figure of one series alone lives in ``metrics``.
"""

from .backtest import VarBacktest, backtest_var
from .comparison import BenchmarkAnalysis, benchmark_analysis, down_capture, up_capture
from .factors import FactorAnalysis, factor_analysis
from .futures import MonteCarloResult
from .monte_carlo import simulate_returns, simulate_trades
from .rolling import rolling_analysis, rolling_drawdown, rolling_sortino, rolling_var
from .tail import TailRisk, tail_risk

__all__ = [
    "BenchmarkAnalysis",
    "FactorAnalysis",
    "MonteCarloResult",
    "TailRisk",
    "VarBacktest",
    "backtest_var",
    "benchmark_analysis",
    "down_capture",
    "factor_analysis",
    "rolling_analysis",
    "rolling_drawdown",
    "rolling_sortino",
    "rolling_var",
    "simulate_returns",
    "simulate_trades",
    "tail_risk",
    "up_capture",
]
