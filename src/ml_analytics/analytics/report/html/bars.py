"""Bars and bands of the page as plotly's own JSON: years, distribution, futures, trades, attribution, trials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ... import metrics as m
from ...inputs import Array
from ...trades.blotter import holding_days
from ..marks import HEADROOM, ROW, TOP, marks
from ..style import FAINT, INK, LOSS, MUTED, STRATEGY, mixed
from ..text import fine_percent
from ..trade_figures import held_marks
from ..trading import TradingReport
from .specs import GAIN_BAR, LOSS_BAR, PER_CENT, SIDES, layout, line, note, numbers, plain_text, sides


def year_bars(report: TradingReport) -> dict[str, Any]:
    """Return the returns of the years side by side; the benchmark's bars are hatched."""
    data = []
    for side, name, returns in sides(report):
        found = m.compounded(returns, "year")
        hatched = {"color": mixed(MUTED, 0.25), "pattern": {"shape": "/", "size": 5, "fgcolor": MUTED}}
        marker = {"color": STRATEGY} if side == "strategy" else hatched
        data.append(
            {"type": "bar", "name": plain_text(name), "x": [str(one) for one in found.index],
             "y": numbers(found), "marker": marker, "hovertemplate": "%{y:.1%}"}
        )  # fmt: skip
    axes = {"yaxis": {"tickformat": PER_CENT}, "xaxis": {"type": "category"}}
    return {
        "data": data,
        "layout": layout(bargap=0.25, showlegend=len(data) > 1, **axes),
    }


def distribution(report: TradingReport) -> dict[str, Any]:
    """Return the share of bars per bin of return, with value at risk and expected shortfall."""
    found = [(side, name, returns[returns != 0].to_numpy()) for side, name, returns in sides(report)]
    pooled = np.concatenate([values for _, _, values in found])
    reach = float(np.quantile(np.abs(pooled), 0.995)) if pooled.size else 0.01
    edges = np.linspace(-reach, reach, 62)
    middle = numbers((edges[1:] + edges[:-1]) / 2)
    data, top = [], 0.0
    for side, name, values in found:
        share = np.histogram(np.clip(values, -reach, reach), edges)[0] / max(1, values.size)
        top = max(top, float(share.max()) * HEADROOM)
        base = {"name": plain_text(name), "x": middle, "y": numbers(share), "hovertemplate": "%{y:.1%}"}
        if side == "strategy":
            data.append({"type": "bar", "marker": {"color": mixed(STRATEGY, 0.45)}, **base})
        else:
            shape = {**SIDES["benchmark"], "shape": "hvh"}
            data.append({"type": "scatter", "mode": "lines", "line": shape, **base})
    named = {"VaR 95%": m.value_at_risk(report.net), "CVaR 95%": m.conditional_value_at_risk(report.net)}
    lines, words = [], []
    for mark in marks(named, reach, 0.5):
        lines.append(
            {"type": "line", "x0": mark.value, "x1": mark.value, "y0": 0, "y1": TOP, "yref": "paper",
             "line": {"color": LOSS, "width": 1.5, "dash": "dot"}}
        )  # fmt: skip
        words.append(
            {"text": f"{mark.name} {fine_percent(mark.value)}", "x": mark.value, "y": 1.0 - ROW * mark.row,
             "yref": "paper", "xanchor": "right" if mark.left else "left", "yanchor": "top", "showarrow": False,
             "font": {"size": 11, "color": INK}}
        )  # fmt: skip
    axes = {
        "yaxis": {"tickformat": PER_CENT, "range": [0, top or 1.0]},
        "xaxis": {"tickformat": PER_CENT, "range": [-reach, reach]},
    }
    made = layout(bargap=0.05, shapes=lines, annotations=words, **axes)
    return {"data": data, "layout": made}


def fan(steps: Array, bands: Array) -> dict[str, Any]:
    """Return the bands of the simulated year."""
    x = [int(one) for one in steps]
    edge = {"color": STRATEGY, "width": 0.8, "dash": "dash"}
    styles = (
        ("5%", edge, None, "9 of 10 futures"),
        ("95%", edge, mixed(STRATEGY, 0.15), "9 of 10 futures"),
        ("25%", {"width": 0}, None, "half of all futures"),
        ("75%", {"width": 0}, mixed(STRATEGY, 0.40), "half of all futures"),
        ("50%", {"color": INK, "width": 1.8}, None, "the middle one"),
    )
    order = {"5%": 0, "25%": 1, "50%": 2, "75%": 3, "95%": 4}
    data = []
    for level, style, fill, name in styles:
        values = bands[order[level]]
        one: dict[str, Any] = {
            "type": "scatter", "mode": "lines", "x": x, "y": numbers(np.where(values > 0, values, np.nan)),
            "line": style, "name": name, "showlegend": bool(fill) or level == "50%",
            "hovertemplate": f"{level}: %{{y:,.3f}}<extra></extra>",
        }  # fmt: skip
        if fill:
            one |= {"fill": "tonexty", "fillcolor": fill}
        data.append(one)
    axes = {"yaxis": {"type": "log", "tickformat": ",~g", "nticks": 6}}
    return {"data": data, "layout": layout(**axes)}


def profits(trades: pd.DataFrame) -> dict[str, Any]:
    """Return how many trades ended at which profit."""
    pnl = trades["pnl"].to_numpy()
    reach = float(np.quantile(np.abs(pnl), 0.96)) or float(np.abs(pnl).max(initial=0.0)) or 1.0
    edges = np.linspace(-reach, reach, 42)
    counts = np.histogram(np.clip(pnl, -reach, reach), edges)[0]
    middle = (edges[1:] + edges[:-1]) / 2
    data = [
        {"type": "bar", "name": name, "x": numbers(middle[mask]), "y": counts[mask].tolist(), "marker": marker,
         "hovertemplate": "%{y:,} trades at about %{x:,.4~g}<extra></extra>"}
        for name, mask, marker in (("won", middle >= 0, GAIN_BAR), ("lost", middle < 0, LOSS_BAR))
    ]  # fmt: skip
    return {
        "data": data,
        "layout": layout(bargap=0.08, barmode="overlay", hovermode="closest", yaxis=_counts(counts)),
    }


def held(trades: pd.DataFrame) -> dict[str, Any] | None:
    """Return how many trades were held for how long; ``None`` where times are not known."""
    days = holding_days(trades)
    if not days.size:
        return None
    known = np.maximum(days, 1 / 86_400)
    low, high = float(known.min()), float(known.max())
    ticks = held_marks(low, high)
    if high / low < 10:
        low, high = low / 2, high * 2
    edges = np.geomspace(low * 0.999, high * 1.001, 25)
    counts = np.histogram(known, edges)[0]
    middle = np.sqrt(edges[1:] * edges[:-1])
    data = [
        {"type": "bar", "name": "trades", "x": numbers(middle), "width": numbers(np.diff(edges) * 0.95),
         "y": counts.tolist(), "marker": {"color": mixed(STRATEGY, 0.55)},
         "hovertemplate": "%{y:,} trades held for about %{x:,.3~g} days<extra></extra>"}
    ]  # fmt: skip
    axis = {"type": "log", "tickvals": list(ticks), "ticktext": list(ticks.values())}
    return {
        "data": data,
        "layout": layout(showlegend=False, hovermode="closest", xaxis=axis, yaxis=_counts(counts)),
    }


def profit_curves(curves: Sequence[tuple[str, Array, Array, Any]]) -> dict[str, Any]:
    """Return the cumulated profit over the number of the trade, of all and of each side."""
    data = []
    for place, (name, at, values, style) in enumerate(curves):
        dress = {
            "color": style.color,
            "width": 1.8 if not place else 1.3,
            "dash": ("solid", "dash", "dot", "dashdot")[place],
        }
        data.append(
            {
                **line("strategy", name, [int(one) for one in at], numbers(values)),
                "line": dress,
                "hovertemplate": "%{y:,.0f}",
            }
        )
    axis = {"tickformat": ",d"}
    made = layout(
        xaxis=axis,
        yaxis={"tickformat": ",~s"},
        showlegend=len(data) > 1,
    )
    return {"data": data, "layout": made}


def profit_bars(rows: Sequence[dict[str, Any]], by: str) -> dict[str, Any]:
    """Return a bar for each group, the first on top; losses are hatched."""
    data = []
    for marker, sign in ((GAIN_BAR, 1), (LOSS_BAR, -1)):
        some = [one for one in rows if (one["pnl"] >= 0) == (sign > 0)]
        data.append(
            {"type": "bar", "orientation": "h", "x": numbers([one["pnl"] for one in some]),
             "y": [plain_text(one["name_text"]) for one in some], "marker": marker, "showlegend": False,
             "hovertemplate": "%{y}: %{x:,.0f}<extra></extra>"}
        )  # fmt: skip
    order = [plain_text(one["name_text"]) for one in rows]
    axes = {
        "yaxis": {"type": "category", "categoryorder": "array", "categoryarray": order[::-1]},
        "xaxis": {"tickformat": ",~s", "showgrid": True, "gridcolor": FAINT},
    }
    return {"data": data, "layout": layout(bargap=0.25, hovermode="closest", **axes)}


def trials(rows: Sequence[dict[str, Any]], stated: int | None) -> dict[str, Any]:
    """Return the deflated Sharpe ratio over the number of trials."""
    x = [one["trials"] for one in rows]
    dots = line("strategy", "deflated Sharpe ratio", x, [one["value"] for one in rows])
    told = "%{x:,} trials: %{y:.1%}<extra></extra>"
    level = {"color": LOSS, "dash": "dot", "width": 1.5}
    marks = [{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0.95, "y1": 0.95, "line": level}]
    words: list[dict[str, Any]] = []
    if stated is not None and stated <= x[-1]:
        dashed = {"color": MUTED, "dash": "dash", "width": 1}
        marks.append(
            {"type": "line", "x0": stated, "x1": stated, "yref": "paper", "y0": 0, "y1": 1, "line": dashed}
        )
        small = {"font": {"size": 11, "color": INK}}
        words.append({**note(f"{stated:,} stated", 0.02), "xref": "x", "x": float(np.log10(stated)), **small})
    axes = {
        "xaxis": {"type": "log", "tickvals": x, "ticktext": [one["trials_text"] for one in rows]},
        "yaxis": {"tickformat": ".0%", "range": [0, 1.03]},
    }
    made = layout(
        showlegend=False,
        shapes=marks,
        annotations=words,
        hovermode="closest",
        **axes,
    )
    return {"data": [{**dots, "mode": "lines+markers", "hovertemplate": told}], "layout": made}


def _counts(counts: NDArray[np.intp]) -> dict[str, Any]:
    """Return an axis of whole numbers: with few to show, a mark at each."""
    return {"tickformat": ",d", **({"dtick": 1} if int(counts.max(initial=0)) <= 5 else {})}
