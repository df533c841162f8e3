"""Pure trading performance and risk, and the reports that show them. May import ``core``.

``metrics`` holds the figures, one small function each; ``strategy`` turns positions into returns;
``trades`` what fills earned; ``risk`` tails, futures, benchmarks and factors; ``advanced`` measures what was
added to it; ``report`` writes it down. Importing this room loads neither matplotlib nor reportlab.
"""

from .advanced import AdvancedAnalytics
from .performance import PerformanceMetrics
from .report import (
    TradingReport,
    equity_chart,
    regime_chart,
    report_figures,
    write_excel,
    write_html,
    write_pdf,
)
from .risk import MonteCarloResult
from .strategy import StrategyResult, strategy_returns

__all__ = [
    "AdvancedAnalytics",
    "MonteCarloResult",
    "PerformanceMetrics",
    "StrategyResult",
    "TradingReport",
    "equity_chart",
    "regime_chart",
    "report_figures",
    "strategy_returns",
    "write_excel",
    "write_html",
    "write_pdf",
]
