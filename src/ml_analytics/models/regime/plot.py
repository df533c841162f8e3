"""The price over its regimes, and how sure the detector was: one picture, without a display.

Imports matplotlib: import this module only when a picture is made.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from ...core.errors import ParameterError
from ...core.files import write_atomically

_INK, _MUTED = "#1B1F24", "#5B6470"
_OWNER = "HMMRegimeDetector.plot"
# From light to dark in the order bull, sideways, bear, so that a grey print still tells them apart.
_COLORS = {"bull": "#CFE3F5", "sideways": "#F3E3B3", "bear": "#E2A07C"}
_BETWEEN = ("#F3E3B3", "#B9D8C2", "#C3B7DC", "#E6BFD0", "#A9B4C2")


def draw_regimes(
    close: pd.Series, probabilities: np.ndarray, index: pd.Index, names: list[str], path: str | Path
) -> Path:
    """Draw positive prices over the likeliest regime of each bar, and the probabilities (T, K) below.

    A colour runs from the close at which the regime was known to the next.

    Raises:
        ParameterError: prices that do not fit ``index``, or a file name that is neither .png nor .svg.
    """
    target = Path(path)
    kind = target.suffix.lower().lstrip(".")
    if kind not in ("png", "svg"):
        raise ParameterError.of("path", _OWNER, "a file name that ends in .png or .svg", str(path))
    price = _matched(close, index)
    edges = _edges(index)
    figure = Figure(figsize=(9.0, 5.2), dpi=150, facecolor="white", layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    colors = _colors(names)
    best = probabilities.argmax(axis=1)
    _spans(above, edges, best, [colors[name] for name in names])
    above.plot(edges[:-1], price, color=_INK, linewidth=0.9)
    _price_axis(above, price)
    order = sorted(
        range(len(names)), key=lambda state: (names[state] == "bear", names[state] != "bull", state)
    )
    handles = [
        Patch(facecolor=colors[names[state]], edgecolor=_MUTED, linewidth=0.4,
              label=f"{names[state].replace('_', ' ')}  {(best == state).mean():.0%}")
        for state in order
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside upper right", ncols=len(names), frameon=False, fontsize=9)
    known = np.vstack([probabilities, probabilities[-1:]])
    below.stackplot(
        edges, *(known[:, state] for state in order), colors=[colors[names[state]] for state in order],
        step="post", linewidth=0,
    )  # fmt: skip
    below.set(ylim=(0, 1), ylabel="Probability", xlim=(edges[0], edges[-1]))
    below.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
    _time_axis(below, index)
    for axes in (above, below):
        axes.tick_params(colors=_MUTED, labelsize=8)
        axes.yaxis.label.set(color=_MUTED, fontsize=9)
        axes.spines[["top", "right"]].set_visible(False)
    write_atomically(target, _bytes(figure, kind))
    return target


def _matched(close: pd.Series, index: pd.Index) -> np.ndarray:
    """Return one positive price for each bar."""
    timed = isinstance(index, pd.DatetimeIndex) and isinstance(
        getattr(close, "index", None), pd.DatetimeIndex
    )
    try:
        price = np.asarray(close.reindex(index) if timed else close, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ParameterError.of(
            "close", _OWNER, "numbers at times that occur once", type(close).__name__
        ) from error
    if price.shape != (len(index),):
        raise ParameterError.of("close", _OWNER, f"one price for each of {len(index)} bars", price.shape)
    if not (np.isfinite(price) & (price > 0)).all():
        wrong = price[~(np.isfinite(price) & (price > 0))][0]
        raise ParameterError.of("close", _OWNER, "positive and finite at every bar", float(wrong))
    return price


def _edges(index: pd.Index) -> np.ndarray:
    """Return where each bar begins on the axis, and where the last one ends."""
    at = np.arange(len(index), dtype=np.float64)
    if isinstance(index, pd.DatetimeIndex):
        at = np.asarray(date2num(index.to_numpy()))  # type: ignore[no-untyped-call]
    step = float(np.median(np.diff(at))) if len(at) > 1 else 1.0
    edges: np.ndarray = np.append(at, at[-1] + step).astype(np.float64)
    return edges


def _spans(axes: Axes, edges: np.ndarray, best: np.ndarray, colors: list[str]) -> None:
    first = np.flatnonzero(np.diff(best, prepend=-1))
    after = np.append(first[1:], len(best))
    for state, color in enumerate(colors):
        mine = best[first] == state
        spans = [(edges[a], edges[b] - edges[a]) for a, b in zip(first[mine], after[mine], strict=True)]
        axes.broken_barh(
            spans, (0, 1), transform=axes.get_xaxis_transform(), facecolor=color, linewidth=0, zorder=0
        )


def _price_axis(axes: Axes, price: np.ndarray) -> None:
    axes.set_yscale("log")
    decades = np.log10(price.max() / price.min())
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)) if decades > 0.7 else MaxNLocator(6))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.set_ylabel("Price, logarithmic")


def _time_axis(axes: Axes, index: pd.Index) -> None:
    if isinstance(index, pd.DatetimeIndex):
        locator = AutoDateLocator(maxticks=10)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    else:
        axes.set_xlabel("Bar", color=_MUTED, fontsize=9)


def _colors(names: list[str]) -> dict[str, str]:
    between = iter(_BETWEEN * (1 + len(names) // len(_BETWEEN)))
    return {name: _COLORS[name] if name in _COLORS else next(between) for name in names}


def _bytes(figure: Figure, kind: str) -> bytes:
    canvas = FigureCanvasSVG(figure) if kind == "svg" else FigureCanvasAgg(figure)
    out = BytesIO()
    # No date and no version: the same picture gives the same bytes.
    metadata: dict[str, Any] = {"Date": None} if kind == "svg" else {"Software": None}
    with mpl.rc_context({"svg.hashsalt": "ml_analytics"}):
        canvas.print_figure(out, format=kind, metadata=metadata)
    return out.getvalue()
