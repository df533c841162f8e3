"""The charts themselves, each drawn on given axes, so that every format shows the same picture.

Imports matplotlib: import this module only when a chart is made. Nothing here touches pyplot or the
settings of the process.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, DateFormatter, YearLocator, date2num
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from ..inputs import LARGEST, Array
from .marks import HEADROOM, ROW, TOP, marks
from .regimes import regime_order, runs
from .style import FAINT, FONT, INK, LOSS, MUTED, RULE, SMALL, Line, mixed, regime_colors
from .text import decimal, fine_percent, percent, shortened

TITLE_PAD = 4.0
LEGEND_ROW = 11.5
LEGEND_COLUMNS = 4


def growth_plot(axes: Axes, curves: Sequence[tuple[str, pd.Series, Line]], label: str) -> None:
    """Draw wealth or price on a logarithmic axis; each curve is (name, positive series, line)."""
    shown = [(name, series.where((series > 0) & (series < LARGEST)), line) for name, series, line in curves]
    drawn = [_line(axes, series, line, name) for name, series, line in shown]
    _first_on_top(axes)
    values = np.concatenate([series.dropna().to_numpy() for _, series, _ in shown])
    log_axis(axes, values)
    finish(axes, shown[0][1].index, label)
    if len(shown) > 1:
        legend(axes, drawn)


def drawdown_plot(axes: Axes, curves: Sequence[tuple[str, pd.Series, Line]]) -> None:
    """Draw drawdowns (negative fractions); the first curve is filled."""
    for position, (name, series, line) in enumerate(curves):
        if position == 0:
            axes.fill_between(
                _dates(series.index), series.to_numpy(), 0.0, color=mixed(line.color, 0.25), linewidth=0
            )
        _line(axes, series, line, name)
    _first_on_top(axes)
    lowest = min(float(series.min()) for _, series, _ in curves)
    axes.set_ylim(min(lowest * 1.05, -0.001), 0.0)
    percent_axis(axes)
    finish(axes, curves[0][1].index, "Drawdown")


def rolling_plot(
    axes: Axes, curves: Sequence[tuple[str, pd.Series, Line]], label: str, *, per_cent: bool, named: bool
) -> None:
    """Draw rolling figures with a line at zero."""
    drawn = [_line(axes, series.where(np.isfinite(series)), line, name) for name, series, line in curves]
    _first_on_top(axes)
    axes.axhline(0.0, color=MUTED, linewidth=0.6)
    if per_cent:
        percent_axis(axes)
        axes.set_ylim(bottom=0.0)
    else:
        axes.yaxis.set_major_locator(MaxNLocator(5))
        low, high = axes.get_ylim()
        digits = 1 if high - low >= 0.5 else 2 if high - low >= 0.05 else 3
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: decimal(value, digits)))
    finish(axes, curves[0][1].index, label)
    if named:
        legend(axes, drawn)


def distribution_plot(
    axes: Axes, curves: Sequence[tuple[str, Array, Line]], marked: dict[str, float]
) -> None:
    """Draw the share of bars per bin of return; the first is filled, what lies beyond falls in the end bins."""
    pooled = np.concatenate([values for _, values, _ in curves])
    reach = float(np.quantile(np.abs(pooled), 0.995)) if pooled.size else 0.0
    reach = reach if reach > 0 else 0.01
    drawn: list[Artist] = []
    edges = np.linspace(-reach, reach, 62)
    for position, (name, values, line) in enumerate(curves):
        if not values.size:
            continue
        share = np.histogram(np.clip(values, -reach, reach), edges)[0] / values.size
        if position == 0:
            step = axes.stairs(share, edges, fill=True, color=mixed(line.color, 0.30), label=name)
        else:
            step = axes.stairs(share, edges, color=INK, linewidth=0.8, linestyle=line.dash, label=name)
        drawn.append(step)
    axes.axvline(0.0, ymax=TOP, color=MUTED, linewidth=0.6)
    axes.set_ylim(0.0, axes.get_ylim()[1] * HEADROOM)
    _marks(axes, marked, reach)
    axes.xaxis.set_major_locator(MaxNLocator(9))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, 1)))
    axes.set_xlim(-reach, reach)
    percent_axis(axes)
    finish(axes, None, "Share of bars")
    legend(axes, drawn)


def _marks(axes: Axes, values: dict[str, float], reach: float) -> None:
    """Draw named values as dotted lines, their names above the bars."""
    top = axes.get_ylim()[1]
    for one in marks(values, reach, 0.28):
        axes.axvline(one.value, ymax=TOP, color=LOSS, linewidth=1.0, linestyle=(0.0, (1.5, 1.5)))
        axes.text(
            one.value,
            top * (0.985 - ROW * one.row),
            f" {one.name} {fine_percent(one.value)} ",
            ha="right" if one.left else "left",
            va="top",
            fontproperties=font(),
            color=INK,
            parse_math=False,
        )


def regime_plot(axes: Axes, price: pd.Series, names: pd.Series, label: str) -> None:
    """Draw price on a logarithmic axis over backgrounds of regimes, with a legend of their shares.

    A colour runs from the close at which the regime was known to the next.
    """
    order = regime_order(names)
    colors = regime_colors(order)
    times = _dates(price.index)
    until = np.append(times[1:], times[-1] + (float(np.median(np.diff(times))) if len(times) > 1 else 1.0))
    stretches = runs(names)
    handles = []
    for name in order:
        spans = [(times[a], until[b - 1] - times[a]) for one, a, b in stretches if one == name]
        axes.broken_barh(
            spans,
            (0.0, 1.0),
            transform=axes.get_xaxis_transform(),
            facecolor=colors[name],
            linewidth=0,
            zorder=0,
        )
        text = f"{shortened(name, 17)}  {percent(float((names == name).mean()), 0)}"
        handles.append(Patch(facecolor=colors[name], edgecolor=MUTED, linewidth=0.4, label=text))
    _line(axes, price, Line(INK, 0.9, "solid"), label)
    log_axis(axes, price.to_numpy())
    # The legend stands between the title and the picture, in as many rows as it needs.
    finish(axes, price.index, label, grid=False, pad=TITLE_PAD + LEGEND_ROW * legend_rows(names))
    if handles:
        made = axes.legend(
            handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=LEGEND_COLUMNS, frameon=False,
            prop=font(), borderpad=0.0, borderaxespad=0.4, handlelength=1.6, columnspacing=1.4,
        )  # fmt: skip
        _plain(made.get_texts())


def legend_rows(names: pd.Series) -> int:
    """Return how many rows the legend of regimes has."""
    return -(-len(regime_order(names)) // LEGEND_COLUMNS)


def log_ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Return round ticks for a logarithmic axis from ``low`` to ``high``, at most about ``most``.

    >>> log_ticks(0.8, 4.5)
    [0.8, 1.0, 1.5, 2.0, 3.0, 4.0]
    """
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8), (1, 1.5, 2, 3, 4, 6, 8), (1, 2, 5), (1, 3), (1,)):
        ticks = [round(step * 10.0**decade, 12) for decade in decades for step in steps]
        ticks = [tick for tick in ticks if low <= tick <= high]
        if 3 <= len(ticks) <= most:
            return ticks
    if high / low < 3:
        return [
            float(tick)
            for tick in MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(low, high)
            if low <= tick <= high
        ]
    every = math.ceil(len(list(decades)) / most)
    return [10.0**decade for decade in decades if decade % every == 0 and low <= 10.0**decade <= high]


def font(size: float = SMALL, *, bold: bool = False) -> FontProperties:
    """Return the report's typeface."""
    return FontProperties(family=FONT, size=size, weight="bold" if bold else "normal")


def _line(axes: Axes, series: pd.Series, line: Line, name: str) -> Artist:
    (drawn,) = axes.plot(
        _dates(series.index), series.to_numpy(), color=line.color, linewidth=line.width, linestyle=line.dash,
        label=name, solid_joinstyle="round", solid_capstyle="butt", marker="." if len(series) == 1 else "",
    )  # fmt: skip
    return drawn


def _first_on_top(axes: Axes) -> None:
    for position, line in enumerate(axes.get_lines()):
        line.set_zorder(3.0 - 0.1 * position)


def _dates(index: pd.Index) -> Array:
    """Return the places of bars on the axis: days, or the numbers of the bars."""
    if not isinstance(index, pd.DatetimeIndex):
        return np.asarray(index.to_numpy(), dtype=np.float64)
    local = index.tz_localize(None)
    return np.asarray(date2num(local.to_numpy()), dtype=np.float64)  # type: ignore[no-untyped-call]


def log_axis(axes: Axes, values: Array) -> None:
    """Make the vertical axis logarithmic with round ticks that reach over ``values``."""
    low, high = (float(values.min()), float(values.max())) if values.size else (1.0, 1.0)
    low = max(low, high * 1e-8)
    if high / low < 1.001:
        low, high = low * 0.99, high * 1.01
    margin = (high / low) ** 0.03
    axes.set_ylim(low / margin, high * margin)
    axes.set_yscale("log")
    ticks = log_ticks(low / margin, high * margin)
    axes.yaxis.set_major_locator(FixedLocator(ticks))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: decimal(value, _digits(value, ticks))))


def _digits(value: float, ticks: Sequence[float]) -> int:
    """Return the decimals that tell a tick from its nearest neighbour."""
    nearest = min((abs(value - other) for other in ticks if other != value), default=1.0)
    return min(4, max(0 if value >= 10 else 1, math.ceil(-math.log10(nearest) - 1e-9)))


def percent_axis(axes: Axes) -> None:
    """Write the vertical axis in per cent."""
    axes.yaxis.set_major_locator(MaxNLocator(5))
    low, high = axes.get_ylim()
    digits = 0 if high - low >= 0.05 else 1 if high - low >= 0.005 else 2
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, digits)))


def finish(
    axes: Axes, index: pd.Index | None, label: str, *, grid: bool = True, pad: float = TITLE_PAD
) -> None:
    """Give the axes their title, times, quiet frame and type."""
    if index is not None:
        _time_axis(axes, index)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(RULE)
        axes.spines[side].set_linewidth(0.7)
    axes.set_facecolor("none")
    axes.set_axisbelow(True)
    if grid:
        axes.grid(axis="y", color=FAINT, linewidth=0.7, linestyle="solid")
    axes.tick_params(length=2.5, width=0.6, color=RULE, pad=2.5)
    for tick in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        tick.set_fontproperties(font())
        tick.set_color(MUTED)
    axes.set_title(label, loc="left", fontproperties=font(7.5), color=INK, pad=pad, parse_math=False)


def _time_axis(axes: Axes, index: pd.Index) -> None:
    times = _dates(index)
    low, high = float(times[0]), float(times[-1])
    if high <= low:
        low, high = low - 1.0, high + 1.0
    axes.set_xlim(low, high)
    if not isinstance(index, pd.DatetimeIndex):
        axes.xaxis.set_major_locator(MaxNLocator(7, integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: decimal(value, 0)))
        return
    days = high - low
    pattern = "%Y" if days > 1000 else "%b %Y" if days > 150 else "%d %b %Y" if days > 3 else "%d %b %H:%M"
    # With fewer marks than seven some spans (almost three days, three hours) would have no fitting step.
    years = YearLocator(max(1, round(days / 365.25 / 10)))  # type: ignore[no-untyped-call]
    locator = years if days > 1000 else AutoDateLocator(minticks=3, maxticks=7)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(DateFormatter(pattern))  # type: ignore[no-untyped-call]


def legend(axes: Axes, drawn: Sequence[Artist]) -> None:
    """Name what was drawn; given one by one, as matplotlib leaves out names that begin with an underscore."""
    if not drawn:
        return
    made = axes.legend(
        handles=drawn,
        labels=[shortened(str(one.get_label()), 30) for one in drawn],
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=3,
        frameon=False,
        prop=font(),
        borderaxespad=0.2,
        handlelength=2.6,
        columnspacing=1.6,
    )
    _plain(made.get_texts())


def _plain(texts: Sequence[object]) -> None:
    """Show names as they are: a dollar sign in a name must not start a formula."""
    for text in texts:
        text.set_parse_math(False)  # type: ignore[attr-defined]
