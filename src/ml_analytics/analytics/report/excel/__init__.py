"""The report as a workbook: figures as numbers, charts that follow the cells."""

from __future__ import annotations

import datetime
from io import BytesIO
from pathlib import Path

from ....core.errors import ParameterError
from ....core.files import write_atomically
from ..figures import report_figures
from ..trading import TradingReport

__all__ = ["write_excel"]

_BORN = datetime.datetime(2000, 1, 1)


def write_excel(report: TradingReport, path: str | Path) -> Path:
    """Write ``report`` as an Excel workbook and return its path.

    Sheets: Summary, Returns, Monthly, Drawdowns, Trades and Attribution (where trades are known), Risk. Numbers
    are numbers with formats, heads stay in view and have filters, charts are Excel's own and follow the cells.
    Text is text whatever it begins with: no cell holds a formula or a link. The same report gives the same bytes.

    Raises:
        ParameterError: ``report`` is not a TradingReport.
        StoreError: the file cannot be written; nothing is left half-written.
    """
    if not isinstance(report, TradingReport):
        raise ParameterError.of("report", "write_excel", "a TradingReport", type(report).__name__)
    target = Path(path)
    write_atomically(target, workbook_bytes(report))
    return target


def workbook_bytes(report: TradingReport) -> bytes:
    """Return the workbook."""
    from xlsxwriter import Workbook

    from . import book_sheets, sheets
    from .cells import Book, safe

    figures, out = report_figures(report), BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": False,
    }
    workbook = Workbook(out, options)
    workbook.set_properties(
        {
            "title": safe(report.title),
            "subject": safe(figures["verdict"]),
            "author": "ml_analytics",
            "created": _BORN,
        }
    )
    book = Book(workbook)
    for write in (
        sheets.summary,
        sheets.returns,
        sheets.monthly,
        sheets.drawdowns,
        book_sheets.trades,
        book_sheets.attribution,
        book_sheets.risk,
    ):
        write(book, report, figures)
    workbook.close()
    return out.getvalue()
