"""Which series of the report each chart shows, and how the charts share a figure.

Imports matplotlib: import this module only when a chart is made.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .. import metrics as m
from . import plots
from .regimes import regime_names
from .style import BENCHMARK_LINE, STRATEGY_LINE, Line
from .trading import TradingReport

_LEFT, _RIGHT, _TOP, _BOTTOM = 36.0, 6.0, 18.0, 16.0


def growth_and_drawdown(figure: Figure, report: TradingReport) -> None:
    """Draw what one unit became (log scale) over the drawdowns."""
    upper, lower = stack(figure, (2.1, 1.0))
    curves = [(name, _series(m.wealth(side), side), line) for name, side, line in _sides(report)]
    plots.growth_plot(upper, curves, "Growth of 1, logarithmic")
    falls = [(name, _series(m.drawdown_series(side), side), line) for name, side, line in _sides(report)]
    plots.drawdown_plot(lower, falls)


def rolling_window(report: TradingReport) -> int:
    """Return the bars of twelve months, at least two."""
    return max(2, round(report.annual_periods))


def rolling(figure: Figure, report: TradingReport) -> None:
    """Draw rolling Sharpe ratio over rolling volatility."""
    upper, lower = stack(figure, (1.0, 1.0))
    p, window, free = report.annual_periods, rolling_window(report), report.risk_free_rate
    ratios = [(name, m.rolling_sharpe(side, p, window, free), line) for name, side, line in _sides(report)]
    plots.rolling_plot(upper, ratios, "Sharpe ratio", per_cent=False, legend=report.benchmark is not None)
    spreads = [(name, m.rolling_volatility(side, p, window), line) for name, side, line in _sides(report)]
    plots.rolling_plot(lower, spreads, "Volatility a year", per_cent=True, legend=False)


def distribution(figure: Figure, report: TradingReport) -> None:
    """Draw the distributions of non-zero returns with the strategy's value at risk."""
    (axes,) = stack(figure, (1.0,))
    curves = [(name, side[side != 0].to_numpy(), line) for name, side, line in _sides(report)]
    plots.distribution_plot(axes, curves, {"value at risk, 95%": m.value_at_risk(report.net)})


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
