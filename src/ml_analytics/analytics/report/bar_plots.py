"""Charts made of bars and bands: years, profits, times held, futures, and what many trials do to a result.

Imports matplotlib: import this module only when a chart is made. What loses is hatched, so that a grey print
tells it from what earns.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from ..inputs import Array
from .plots import finish, font, legend, log_axis, percent_axis
from .style import BENCHMARK_LINE, FAINT, GAIN, INK, LOSS, MUTED, STRATEGY, STRATEGY_LINE, Line, mixed
from .text import decimal, percent, shortened, whole
from .trade_figures import held_marks

HATCH = "/////"
BINS = 41


def year_bars(axes: Axes, labels: Sequence[str], sides: Sequence[tuple[str, Sequence[float], Line]]) -> None:
    """Draw returns of years side by side: the first solid, the second hatched."""
    width = 0.8 / len(sides)
    at = np.arange(len(labels), dtype=np.float64)
    drawn = []
    for place, (name, values, line) in enumerate(sides):
        first = place == 0
        drawn.append(
            axes.bar(
                at + (place - (len(sides) - 1) / 2) * width, np.nan_to_num(values, posinf=0.0), width * 0.92,
                color=line.color if first else mixed(line.color, 0.25), edgecolor=line.color, linewidth=0.4,
                hatch=None if first else HATCH, label=name,
            )
        )  # fmt: skip
    axes.axhline(0.0, color=MUTED, linewidth=0.6)
    percent_axis(axes)
    axes.set_xlim(-0.6, max(len(labels) - 0.4, 2.4))
    every = max(1, math.ceil(len(labels) / 22))
    axes.xaxis.set_major_locator(FixedLocator(at[::every].tolist()))
    axes.set_xticklabels(list(labels)[::every])
    finish(axes, None, "Return of the year")
    if len(sides) > 1:
        legend(axes, drawn)  # type: ignore[arg-type]


def profit_histogram(axes: Axes, pnl: Array) -> None:
    """Draw how many trades ended at which profit; the outermost bins hold what lies beyond."""
    reach = float(np.quantile(np.abs(pnl), 0.96)) if pnl.size else 1.0
    reach = reach if reach > 0 else 1.0
    edges = np.linspace(-reach, reach, BINS + 1)
    counts = np.histogram(np.clip(pnl, -reach, reach), edges)[0]
    middle, width = (edges[1:] + edges[:-1]) / 2, edges[1] - edges[0]
    lost = middle < 0
    for mask, color, hatch in ((~lost, GAIN, None), (lost, mixed(LOSS, 0.55), HATCH)):
        axes.bar(
            middle[mask], counts[mask], width * 0.92, color=color, edgecolor=LOSS if hatch else color,
            linewidth=0.3, hatch=hatch,
        )  # fmt: skip
    axes.axvline(0.0, color=MUTED, linewidth=0.6)
    axes.set_xlim(-reach * 1.02, reach * 1.02)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: money_tick(value, reach)))
    _count_axis(axes)
    finish(axes, None, "Trades by profit")


def held_histogram(axes: Axes, days: Array) -> None:
    """Draw how many trades were held for how long, on a logarithmic axis."""
    known = np.maximum(days[days >= 0], 1 / 86_400)
    if not known.size:
        known = np.array([1.0])
    low, high = float(known.min()), float(known.max())
    marks = held_marks(low, high)
    if high / low < 10:
        low, high = low / 2, high * 2
    edges = np.geomspace(low * 0.999, high * 1.001, 25)
    counts = np.histogram(known, edges)[0] if days.size else np.zeros(24)
    axes.set_xscale("log")
    axes.bar(
        edges[:-1], counts, np.diff(edges) * 0.92, align="edge", color=mixed(STRATEGY, 0.55),
        edgecolor=STRATEGY, linewidth=0.3,
    )  # fmt: skip
    axes.xaxis.set_major_locator(FixedLocator(list(marks)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels(list(marks.values()))
    _count_axis(axes)
    finish(axes, None, "Trades by time held")


def profit_curves(axes: Axes, curves: Sequence[tuple[str, Array, Array, Line]], label: str) -> None:
    """Draw cumulated profit over the number of the trade; each curve is (name, numbers, profit, line)."""
    drawn = [
        axes.plot(at, profit, color=line.color, linewidth=line.width, linestyle=line.dash, label=name)[0]
        for name, at, profit, line in curves
    ]
    axes.axhline(0.0, color=MUTED, linewidth=0.6)
    last = max((float(at[-1]) for _, at, _, _ in curves if at.size), default=1.0)
    axes.set_xlim(0.0, max(last, 1.0))
    reach = max((float(np.abs(profit).max(initial=0.0)) for _, _, profit, _ in curves), default=1.0)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: money_tick(value, reach)))
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: whole(value)))
    finish(axes, None, label)
    if len(drawn) > 1:
        legend(axes, drawn)


def profit_bars(axes: Axes, names: Sequence[str], profits: Sequence[float], label: str) -> None:
    """Draw a bar for each name, the first on top; losses are hatched."""
    at = -np.arange(len(names), dtype=np.float64)
    values = np.asarray(profits, dtype=np.float64)
    lost = values < 0
    for mask, color, hatch in ((~lost, GAIN, None), (lost, mixed(LOSS, 0.55), HATCH)):
        axes.barh(
            at[mask],
            values[mask],
            0.72,
            color=color,
            edgecolor=LOSS if hatch else color,
            linewidth=0.3,
            hatch=hatch,
        )
    axes.axvline(0.0, color=MUTED, linewidth=0.6)
    axes.set_ylim(at[-1] - 0.6 if len(at) else -1.0, 0.6)
    axes.yaxis.set_major_locator(FixedLocator(at.tolist()))
    axes.set_yticklabels([shortened(name, 8) for name in names], parse_math=False)
    reach = float(np.abs(values).max(initial=0.0)) or 1.0
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: money_tick(value, reach)))
    finish(axes, None, label, grid=False)
    axes.grid(axis="x", color=FAINT, linewidth=0.7)


def fan_plot(axes: Axes, steps: Array, bands: Array) -> None:
    """Draw bands of simulated wealth: half of all futures in the darker, nine of ten in the lighter one."""
    lowest, low, middle, high, highest = bands
    outer = axes.fill_between(
        steps, lowest, highest, color=mixed(STRATEGY, 0.15), linewidth=0, label="9 of 10 futures"
    )
    inner = axes.fill_between(
        steps, low, high, color=mixed(STRATEGY, 0.40), linewidth=0, label="half of all futures"
    )
    for edge in (lowest, highest):
        axes.plot(steps, edge, color=STRATEGY, linewidth=0.6, linestyle=BENCHMARK_LINE.dash)
    (line,) = axes.plot(
        steps, middle, color=INK, linewidth=STRATEGY_LINE.width, linestyle="solid", label="the middle one"
    )
    axes.axhline(1.0, color=MUTED, linewidth=0.6)
    log_axis(axes, bands[bands > 0])
    axes.set_xlim(0.0, float(steps[-1]))
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: whole(value)))
    finish(axes, None, "What 1 could become, by bars from now")
    legend(axes, [line, inner, outer])


def trials_plot(axes: Axes, trials: Sequence[int], chances: Sequence[float], stated: int | None) -> None:
    """Draw the deflated Sharpe ratio over the number of trials, with the level that is wanted."""
    axes.set_xscale("log")
    axes.plot(trials, chances, color=STRATEGY, linewidth=STRATEGY_LINE.width, marker="o", markersize=3)
    axes.axhline(0.95, color=LOSS, linewidth=0.9, linestyle=(0.0, (1.5, 1.5)))
    axes.set_ylim(0.0, 1.03)
    axes.set_xlim(0.9, trials[-1] * 1.1)
    text = {"va": "top", "fontproperties": font(), "color": INK, "parse_math": False}
    axes.text(trials[-1], 0.93, "95% ", ha="right", **text)  # type: ignore[arg-type]
    if stated is not None and stated <= trials[-1]:
        axes.axvline(stated, color=MUTED, linewidth=0.8, linestyle=BENCHMARK_LINE.dash)
        axes.text(stated, 0.08, f" {whole(stated)} stated", ha="left", **text)  # type: ignore[arg-type]
    axes.xaxis.set_major_locator(FixedLocator([float(one) for one in trials]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([whole(one) for one in trials])
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, 0)))
    finish(axes, None, "Deflated Sharpe ratio, by number of trials")


def money_tick(value: float, reach: float) -> str:
    """Write an amount on an axis that reaches to ``reach``: thousands as k, millions as M.

    >>> money_tick(25_000.0, 90_000.0), money_tick(0.5, 2.0), money_tick(0.0, 5e6)
    ('25k', '0.5', '0')
    """
    if value == 0:
        return "0"
    for size, sign in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if reach >= 2 * size:
            return f"{decimal(value / size, 0 if reach >= 10 * size else 1)}{sign}"
    return decimal(value, 0 if reach >= 10 else 1 if reach >= 1 else 3)


def _count_axis(axes: Axes) -> None:
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: whole(value)))
