"""The charts of the page as plotly's own JSON: traces and layouts, made without importing plotly.

Series that several charts share stand once, by name ("@times"). Numbers are rounded to what an eye can see.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ... import metrics as m
from ..style import FAINT, GAIN, INK, LOSS, MUTED, RULE, STRATEGY, mixed
from ..trading import TradingReport

MOST_POINTS = 6000
"""Points of a line; of a longer series the lowest and highest of each stretch are kept."""
FONT = {"family": 'system-ui,-apple-system,"Segoe UI",sans-serif', "size": 12, "color": INK}
SIDES = {
    "strategy": {"color": STRATEGY, "width": 1.8, "dash": "solid"},
    "benchmark": {"color": MUTED, "width": 1.2, "dash": "dash"},
}
LOSS_BAR = {
    "color": mixed(LOSS, 0.55),
    "line": {"color": LOSS, "width": 0.5},
    "pattern": {"shape": "/", "size": 5, "fgcolor": LOSS},
}
PER_CENT = ".2~%"
"""Marks in per cent with the digits they need: 2% and 1.5%, not twice 2%."""
GAIN_BAR = {"color": GAIN, "line": {"color": GAIN, "width": 0.5}}


def layout(**more: Any) -> dict[str, Any]:
    """Return a quiet layout; ``more`` is merged over it (axes by their keys). Titles stand outside, as text."""
    axis = {"gridcolor": FAINT, "linecolor": RULE, "zerolinecolor": RULE, "automargin": True}
    base: dict[str, Any] = {
        "font": dict(FONT),
        "margin": {"l": 60, "r": 12, "t": 28, "b": 36},
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "hovermode": "x unified",
        "dragmode": False,
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.01, "yanchor": "bottom"},
        "annotations": more.pop("annotations", []),
        "xaxis": {**axis, "showgrid": False, **more.pop("xaxis", {})},
        "yaxis": {**axis, **more.pop("yaxis", {})},
    }
    return {**base, **more}


def note(title: str, y: float = 1.0, yref: str = "paper") -> dict[str, Any]:
    """Return a title over the left end of a panel; plain text, whatever stands in it."""
    return {
        "text": plain_text(title), "x": 0, "xref": "paper", "xanchor": "left", "y": y, "yref": yref,
        "yanchor": "bottom", "showarrow": False, "font": {"size": 13, "color": INK},
    }  # fmt: skip


def plain_text(name: str) -> str:
    """Return a name as plotly shows it letter by letter: its few tags and entities made harmless.

    >>> plain_text("<b>A&B</b>")
    '&lt;b&gt;A&amp;B&lt;/b&gt;'
    """
    shown = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return shown.replace("$", "&#36;")


def line(side: str, name: str, x: Any, y: Any, **more: Any) -> dict[str, Any]:
    """Return a line in the dress of its side."""
    return {
        "type": "scatter", "mode": "lines", "name": plain_text(name), "x": x, "y": y, "line": SIDES[side], **more,
    }  # fmt: skip


def numbers(values: Any, digits: int = 5) -> list[float | None]:
    """Return a list of rounded numbers; what is not finite is not known.

    >>> numbers([1.23456789, float("nan")], 3), numbers([123456.7], 3)
    ([1.2346, None], [123457.0])
    """
    array = np.asarray(values, dtype=np.float64)
    known = np.isfinite(array)
    largest = float(np.abs(array[known]).max(initial=0.0))
    places = digits - 1 - math.floor(math.log10(largest)) if largest > 0 else 0
    rounded = np.round(array, max(0, min(12, places + (largest < 1e4) * 2)))
    return [value if ok else None for value, ok in zip(rounded.tolist(), known.tolist(), strict=True)]


def times(index: pd.Index) -> list[Any]:
    """Return the times as plotly reads them, on the clock of the index; numbers where there are no times."""
    if not isinstance(index, pd.DatetimeIndex):
        return [int(one) for one in index]
    naive = index.tz_localize(None)
    daily = bool((naive == naive.normalize()).all())
    unit = "D" if daily else "s"
    return [str(one) for one in naive.to_numpy().astype(f"datetime64[{unit}]").tolist()]


def kept(report: TradingReport) -> NDArray[np.intp]:
    """Return the bars that are drawn: all, or of a long history the ends and extremes of each stretch.

    >>> len(kept(TradingReport([0.0] * 50)))
    50
    """
    n = len(report.net)
    if n <= MOST_POINTS:
        return np.arange(n)
    level = np.cumsum(np.log1p(np.maximum(report.net.to_numpy(), -0.999999)))
    edges = np.linspace(0, n, MOST_POINTS // 4 + 1).astype(int)
    found = [edges[:-1], edges[1:] - 1]
    found += [
        np.array([a + int(pick(level[a:b])) for a, b in itertools.pairwise(edges)])
        for pick in (np.argmin, np.argmax)
    ]
    return np.unique(np.concatenate(found))


def sides(report: TradingReport) -> list[tuple[str, str, pd.Series]]:
    """Return (side, name, returns) of the strategy and, where there is one, the benchmark."""
    found = [("strategy", report.strategy_name, report.net)]
    if report.benchmark is not None:
        found.append(("benchmark", report.benchmark_name, report.benchmark))
    return found


def growth(report: TradingReport, bars: NDArray[np.intp]) -> dict[str, Any]:
    """Return growth on a logarithmic axis over the drawdowns."""
    data = []
    for side, name, returns in sides(report):
        level = m.wealth(returns)[bars]
        known = np.where((level > 0) & (level < 1e100), level, np.nan)
        data.append(line(side, name, "@times", numbers(known, 6), hovertemplate="%{y:,.3f}"))
    for side, name, returns in sides(report):
        fill = {"fill": "tozeroy", "fillcolor": mixed(STRATEGY, 0.2)} if side == "strategy" else {}
        depth = numbers(m.drawdown_series(returns)[bars])
        data.append(
            line(side, name, "@times", depth, yaxis="y2", showlegend=False, hovertemplate="%{y:.1%}", **fill)
        )
    lower = {
        "domain": [0, 0.28],
        "tickformat": PER_CENT,
        "gridcolor": FAINT,
        "linecolor": RULE,
        "automargin": True,
    }
    return {
        "data": data,
        "layout": layout(
            yaxis={"type": "log", "domain": [0.38, 1], "tickformat": ",~g", "nticks": 6},
            yaxis2=lower,
            xaxis={"anchor": "y2", "type": "date" if report.has_times else "linear"},
            annotations=[note("Drawdown", 0.30)],
        ),
    }


def panels(found: Sequence[dict[str, Any]], report: TradingReport, bars: NDArray[np.intp]) -> dict[str, Any]:
    """Return rolling figures, one panel above the other."""
    names = {"strategy": report.strategy_name, "benchmark": report.benchmark_name}
    data, axes, notes = [], {}, []
    tall = 1 / len(found)
    for place, one in enumerate(found):
        axis, top = f"y{place + 1 if place else ''}", 1 - place * tall
        per_cent = one["key"] == "volatility"
        for side, series in one["sides"].items():
            values = numbers(series.to_numpy()[bars])
            data.append(
                line(side, names[side], "@times", values, yaxis=axis, showlegend=place == 0,
                     hovertemplate="%{y:.1%}" if per_cent else "%{y:.2f}")
            )  # fmt: skip
        axes[f"yaxis{place + 1 if place else ''}"] = {
            "domain": [top - tall + 0.06, top - 0.02 if place else 1], "tickformat": PER_CENT if per_cent else ".2~f",
            "gridcolor": FAINT, "linecolor": RULE, "zerolinecolor": RULE, "automargin": True, "nticks": 5,
        }  # fmt: skip
        if place:
            notes.append(note(one["label"], top - 0.02))
    last = f"y{len(found) if len(found) > 1 else ''}"
    kind = "date" if report.has_times else "linear"
    made = layout(xaxis={"anchor": last, "type": kind}, annotations=notes, **axes)
    return {"data": data, "layout": made}
