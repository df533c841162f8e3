"""Reports of a strategy: ``trading`` holds the data, ``figures`` every number, and one format is one file.

``pdf`` writes pages, ``excel`` a workbook, ``html`` one interactive file, ``charts`` single pictures. A further
format draws on ``figures`` (numbers and their text) and computes nothing itself.
"""

from .charts import equity_chart, regime_chart
from .excel import write_excel
from .figures import report_figures
from .html import write_html
from .pdf import write_pdf
from .trading import TradingReport

__all__ = [
    "TradingReport",
    "equity_chart",
    "regime_chart",
    "report_figures",
    "write_excel",
    "write_html",
    "write_pdf",
]
