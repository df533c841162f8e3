"""The report as one HTML file: tables and captions that can be read anywhere, charts that answer to a finger."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ....core.errors import ParameterError
from ....core.files import write_atomically
from ....core.optional import require
from ..trading import TradingReport

__all__ = ["write_html"]


def write_html(report: TradingReport, path: str | Path) -> Path:
    """Write ``report`` as one interactive HTML file and return its path.

    Nothing is loaded from a network: plotly's own JavaScript stands in the file, once (about 4.8 MB). Every chart
    has its figures in a table too; names are shown as text whatever stands in them. The same report gives the
    same bytes.

    Raises:
        ParameterError: ``report`` is not a TradingReport.
        MissingExtraError: plotly is not installed (``pip install 'ml-analytics[reports]'``).
        StoreError: the file cannot be written; nothing is left half-written.
    """
    if not isinstance(report, TradingReport):
        raise ParameterError.of("report", "write_html", "a TradingReport", type(report).__name__)
    library = _library()
    from .page import page

    target = Path(path)
    write_atomically(target, page(report, library).encode("utf-8"))
    return target


@cache
def _library() -> str:
    """Return plotly's JavaScript, as it lies in its package."""
    plotly = require("plotly", "reports", "An interactive HTML report")
    found = Path(str(plotly.__file__)).parent / "package_data" / "plotly.min.js"
    return found.read_text(encoding="utf-8")
