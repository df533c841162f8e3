"""Which series of the report each chart shows, and how the charts share a figure.

Imports matplotlib: import this module only when a chart is made.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .. import metrics as m
from ..trades.blotter import holding_days
from . import bar_plots as bars
from . import plots
from .curves import profit_by_side
from .future import bands, futures
from .regimes import regime_names
from .rolling_figures import rolling_series
from .style import BENCHMARK_LINE, STRATEGY_LINE, Line
from .text import percent
from .trading import TradingReport

_LEFT, _RIGHT, _TOP, _BOTTOM = 36.0, 6.0, 18.0, 16.0


def growth_and_drawdown(figure: Figure, report: TradingReport) -> None:
    """Draw what one unit became (log scale) over the drawdowns."""
    upper, lower = stack(figure, (2.1, 1.0))
    curves = [(name, _series(m.wealth(side), side), line) for name, side, line in _sides(report)]
    plots.growth_plot(upper, curves, "Growth of 1, logarithmic")
    falls = [(name, _series(m.drawdown_series(side), side), line) for name, side, line in _sides(report)]
    plots.drawdown_plot(lower, falls)


def rolling(figure: Figure, report: TradingReport) -> None:
    """Draw rolling Sharpe ratio, volatility and, beside a benchmark, beta."""
    found = rolling_series(report)
    lines = {"strategy": STRATEGY_LINE, "benchmark": BENCHMARK_LINE}
    names = {"strategy": report.strategy_name, "benchmark": report.benchmark_name}
    for place, (axes, one) in enumerate(zip(stack(figure, (1.0,) * len(found)), found, strict=True)):
        curves = [(names[side], series, lines[side]) for side, series in one["sides"].items()]
        plots.rolling_plot(
            axes, curves, one["label"], per_cent=one["write"] is percent, named=not place and len(curves) > 1
        )


def years(figure: Figure, report: TradingReport) -> None:
    """Draw the returns of the years."""
    (axes,) = stack(figure, (1.0,))
    found = [(name, m.compounded(side, "year"), line) for name, side, line in _sides(report)]
    labels = [str(one) for one in found[0][1].index]
    bars.year_bars(axes, labels, [(name, values.tolist(), line) for name, values, line in found])


def distribution(figure: Figure, report: TradingReport) -> None:
    """Draw the distributions of non-zero returns with value at risk and expected shortfall."""
    (axes,) = stack(figure, (1.0,))
    curves = [(name, side[side != 0].to_numpy(), line) for name, side, line in _sides(report)]
    marks = {
        "VaR 95%": m.value_at_risk(report.net),
        "CVaR 95%": m.conditional_value_at_risk(report.net),
    }
    plots.distribution_plot(axes, curves, marks)


def year_ahead(figure: Figure, report: TradingReport) -> None:
    """Draw the simulated year."""
    found = futures(report)
    if found is not None:
        (axes,) = stack(figure, (1.0,))
        bars.fan_plot(axes, *bands(found))


def trials(figure: Figure, found: Sequence[dict[str, Any]], stated: int | None) -> None:
    """Draw what the number of trials does to the certainty."""
    (axes,) = stack(figure, (1.0,))
    counts, chances = [one["trials"] for one in found], [one["value"] for one in found]
    bars.trials_plot(axes, counts, [math.nan if one is None else one for one in chances], stated)


def trades(figure: Figure, report: TradingReport) -> None:
    """Draw profits and times held as histograms and the cumulated profit, by side where it is known."""
    if report.trades is None or report.trades.empty:
        return
    found = report.trades
    upper, lower = rows(figure, (1.0, 1.05), (2, 1))
    pnl = found["pnl"].to_numpy()
    bars.profit_histogram(upper[0], pnl)
    held = holding_days(found)
    if held.size:
        bars.held_histogram(upper[1], held)
    else:
        upper[1].set_visible(False)
    bars.profit_curves(lower[0], profit_by_side(found), "Profit so far, by number of the trade")


def attribution(figure: Figure, found: dict[str, list[dict[str, Any]]]) -> None:
    """Draw net profit by symbol beside net profit by year, or the one that is known."""
    known = [(name, found[name]) for name in ("symbol", "year") if found.get(name)]
    if not known:
        known = list(found.items())[:1]
    (areas,) = rows(figure, (1.0,), (len(known),))
    inset = 14.0 / (float(figure.get_size_inches()[0]) * 72.0)
    for axes, (name, groups) in zip(areas, known, strict=True):
        box = axes.get_position()  # names need more room than numbers
        axes.set_position((box.x0 + inset, box.y0, box.width - inset, box.height))
        names = [one["name_text"] for one in groups]
        bars.profit_bars(axes, names, [one["pnl"] for one in groups], f"Net profit by {name}")


def regimes(figure: Figure, report: TradingReport) -> None:
    """Draw price, or the benchmark's growth, over regimes."""
    if report.regimes is None:
        return
    names = regime_names(report.regimes, report.regime_labels)
    (axes,) = stack(figure, (1.0,), extra=plots.LEGEND_ROW * plots.legend_rows(names))
    if report.close is not None:
        price, label = report.close, "Price, logarithmic"
    else:
        side = report.net if report.benchmark is None else report.benchmark
        price, label = _series(m.wealth(side), side), "Growth of 1, logarithmic"
    plots.regime_plot(axes, price, names, label)


def _sides(report: TradingReport) -> list[tuple[str, pd.Series, Line]]:
    sides = [(report.strategy_name, report.net, STRATEGY_LINE)]
    if report.benchmark is not None:
        sides.append((report.benchmark_name, report.benchmark, BENCHMARK_LINE))
    return sides


def _series(values: object, like: pd.Series) -> pd.Series:
    return pd.Series(values, index=like.index)


def stack(figure: Figure, heights: tuple[float, ...], extra: float = 0.0) -> list[Axes]:
    """Return axes one above the other with fixed margins in points, so that labels never collide.

    ``extra`` is added above each for a legend.
    """
    width, height = (float(side) * 72.0 for side in figure.get_size_inches())
    above = _TOP + extra
    room = height - (above + _BOTTOM) * len(heights)
    axes, top = [], height
    for share in heights:
        tall = room * share / sum(heights)
        bottom = top - above - tall
        box = (_LEFT / width, bottom / height, (width - _LEFT - _RIGHT) / width, tall / height)
        axes.append(figure.add_axes(box))
        top = bottom - _BOTTOM
    return axes


def rows(figure: Figure, heights: tuple[float, ...], columns: tuple[int, ...]) -> list[list[Axes]]:
    """Return rows of axes, each row cut into as many columns as ``columns`` says."""
    width = float(figure.get_size_inches()[0]) * 72.0
    cut = []
    for axes, parts in zip(stack(figure, heights), columns, strict=True):
        box = axes.get_position()
        gap = (_LEFT + 14.0) / width
        wide = (box.width - gap * (parts - 1)) / parts
        axes.remove()
        cut.append(
            [figure.add_axes((box.x0 + i * (wide + gap), box.y0, wide, box.height)) for i in range(parts)]
        )
    return cut
