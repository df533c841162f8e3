"""The document: which sections, in which order, on numbered A4 pages.

Imports matplotlib and reportlab: import this module only when a PDF is made. One section is one function
that returns flowables; the order of sections stands in :func:`pdf_bytes`.
"""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageBreak, PageTemplate

from . import book, inner
from .figures import report_figures
from .front import front
from .layout import MARGIN, WIDTH
from .readable import readable
from .style import MUTED, RULE, SMALL
from .trading import TradingReport
from .typeface import REGULAR, register


def pdf_bytes(report: TradingReport) -> bytes:
    """Return the report as a PDF: A4, vector charts, real text, the same bytes for the same report."""
    register()
    report = readable(report)
    figures = report_figures(report)
    story: list[Flowable] = [
        *front(report, figures),
        PageBreak(),
        *inner.all_figures(report, figures),
        *inner.years(report, figures),
        *inner.distribution(report, figures),
        *inner.rolling(report, figures),
        *inner.drawdowns(figures),
        *inner.futures(report, figures),
        *book.honesty(report, figures),
        *book.trades(report, figures),
        *book.attribution(figures),
        *inner.regimes(report, figures),
        *inner.method(figures),
    ]
    out = BytesIO()
    document = BaseDocTemplate(
        out, pagesize=A4, invariant=1, title=report.title, author="ml_analytics", subject=figures["verdict"],
        creator="ml_analytics", lang="en", initialFontName=REGULAR,
    )  # fmt: skip
    frame = Frame(MARGIN, 18 * mm, WIDTH, A4[1] - 18 * mm - 15 * mm, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate(frames=[frame]))
    footer = f"{report.title} · {figures['period']['text']}"
    document.build(story, canvasmaker=partial(_Numbered, footer))
    return out.getvalue()


class _Numbered(Canvas):  # type: ignore[misc] # reportlab has no types
    """A canvas that knows at the end how many pages there are and writes it on each."""

    def __init__(self, footer: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._footer = footer
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        """Keep the page until the number of pages is known."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write every page with its footer."""
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self._write_footer(number, len(self._pages))
            super().showPage()
        super().save()

    def _write_footer(self, number: int, total: int) -> None:
        self.setStrokeColor(HexColor(RULE))
        self.setLineWidth(0.5)
        self.line(MARGIN, 13 * mm, A4[0] - MARGIN, 13 * mm)
        self.setFillColor(HexColor(MUTED))
        self.setFont(REGULAR, SMALL)
        shown = self._footer
        while self.stringWidth(shown, REGULAR, SMALL) > WIDTH - 70:
            shown = f"{shown[:-2].rstrip()}…"
        self.drawString(MARGIN, 9 * mm, shown)
        self.drawRightString(A4[0] - MARGIN, 9 * mm, f"Page {number} of {total}")
