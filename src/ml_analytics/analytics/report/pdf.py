"""The PDF format: one file, written in full or not at all."""

from __future__ import annotations

from pathlib import Path

from ...core.errors import ParameterError
from ...core.files import write_atomically
from .trading import TradingReport


def write_pdf(report: TradingReport, path: str | Path) -> Path:
    """Write ``report`` as PDF and return its path.

    A4, vector charts, selectable text, page numbers. The first page says it all: verdict, key figures of
    strategy and benchmark, growth and drawdown. The same report gives the same bytes (no clock is read).

    Raises:
        ParameterError: ``report`` is not a TradingReport.
        StoreError: the file cannot be written; nothing is left half-written.
    """
    if not isinstance(report, TradingReport):
        raise ParameterError.of("report", "write_pdf", "a TradingReport", type(report).__name__)
    # Half a second of start-up that only those who write a PDF pay.
    from .pages import pdf_bytes

    target = Path(path)
    write_atomically(target, pdf_bytes(report))
    return target
