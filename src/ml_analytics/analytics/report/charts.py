"""Single charts as PNG or SVG files, drawn without pyplot and without a display."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...core.errors import ParameterError
from ...core.files import write_atomically
from ..inputs import on_calendar
from .regimes import regime_names
from .trading import TradingReport

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SIZE = (7.6, 3.6)
_DPI = 160
# SVG identifiers come from a setting of the process; two charts at once must not mix theirs.
_SETTINGS = threading.Lock()


def regime_chart(
    close: pd.Series, regimes: pd.Series, path: str | Path, labels: Mapping[Any, str] | None = None
) -> Path:
    """Draw the price (log scale) over backgrounds of regimes, with a legend of their shares.

    Args:
        close: positive prices on a DatetimeIndex.
        regimes: the regime known at the close of each bar, on the same times; missing is unknown and stays
            white. A colour runs from the close at which the regime was known to the next.
        path: ``.png`` or ``.svg``.
        labels: name of each regime value; without it the value itself.

    Raises:
        ParameterError: prices or regimes that do not fit, or another kind of file.
        StoreError: the file cannot be written; nothing is left half-written.
    """
    price = on_calendar(close, "close", "regime_chart")
    # A report checks that prices, regimes and times fit each other.
    TradingReport(price * 0.0, close=price, regimes=regimes)
    known = regime_names(regimes, labels)

    def draw(figure: Figure) -> None:
        from .plots import LEGEND_ROW, legend_rows, regime_plot
        from .readable import written
        from .sections import stack

        names = known.map(written, na_action="ignore")
        (axes,) = stack(figure, (1.0,), extra=LEGEND_ROW * legend_rows(names))
        regime_plot(axes, price, names, "Price, logarithmic")

    return _write(draw, path, "regime_chart")


def equity_chart(
    net: pd.Series,
    benchmark: pd.Series | None,
    path: str | Path,
    *,
    strategy_name: str = "Strategy",
    benchmark_name: str = "Buy and hold",
) -> Path:
    """Draw what one unit became (log scale) over the drawdowns, strategy and benchmark.

    Args:
        net: simple returns on a DatetimeIndex.
        benchmark: returns on the same times, or ``None``.
        path: ``.png`` or ``.svg``.
        strategy_name: name in the legend.
        benchmark_name: name in the legend.

    Raises:
        ParameterError: returns that do not fit, or another kind of file.
        StoreError: the file cannot be written; nothing is left half-written.
    """
    report = TradingReport(net, benchmark, strategy_name=strategy_name, benchmark_name=benchmark_name)

    def draw(figure: Figure) -> None:
        from .readable import readable
        from .sections import growth_and_drawdown

        growth_and_drawdown(figure, readable(report))

    return _write(draw, path, "equity_chart")


def _write(draw: Callable[[Figure], None], path: str | Path, owner: str) -> Path:
    target = Path(path)
    kind = target.suffix.lower().lstrip(".")
    if kind not in ("png", "svg"):
        raise ParameterError.of("path", owner, "a file name that ends in .png or .svg", str(path))
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE, dpi=_DPI, facecolor="white")
    canvas = FigureCanvasSVG(figure) if kind == "svg" else FigureCanvasAgg(figure)
    draw(figure)
    out = BytesIO()
    # No date and no version: the same chart gives the same bytes.
    metadata: dict[str, Any] = {"Date": None} if kind == "svg" else {"Software": None}
    with _SETTINGS, mpl.rc_context({"svg.hashsalt": "ml_analytics"}):
        canvas.print_figure(out, format=kind, metadata=metadata, dpi=_DPI)
    write_atomically(target, out.getvalue())
    return target
