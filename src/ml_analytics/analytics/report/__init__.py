"""Reports of a strategy: ``trading`` holds the data, ``figures`` every number, and one format is one file.

``pdf`` writes pages, ``charts`` single pictures. A further format draws on ``figures`` (numbers and their
text) and ``plots`` (charts on given axes), and computes nothing itself.
"""

from .charts import equity_chart, regime_chart
from .figures import report_figures
from .pdf import write_pdf
from .trading import TradingReport

__all__ = ["TradingReport", "equity_chart", "regime_chart", "report_figures", "write_pdf"]
