from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.text import Text

from ml_analytics.analytics import TradingReport, report_figures
from ml_analytics.analytics.report import plots, sections
from ml_analytics.analytics.report.honesty import honesty_figures
from ml_analytics.analytics.report.readable import readable
from ml_analytics.analytics.report.style import STRATEGY_LINE


@given(st.floats(1e-3, 1e4), st.floats(1.01, 1e6))
def test_log_ticks_are_few_ordered_and_inside(low: float, factor: float) -> None:
    high = low * factor
    ticks = plots.log_ticks(low, high)
    assert 1 <= len(ticks) <= 12
    assert ticks == sorted(set(ticks))
    assert all(low <= tick <= high for tick in ticks)


def drawn(paint: object, report: TradingReport) -> Figure:
    figure = Figure(figsize=(7.0, 4.5), dpi=72)
    canvas = FigureCanvasAgg(figure)
    paint(figure, report)  # type: ignore[operator]
    canvas.draw()  # type: ignore[no-untyped-call]
    return figure


def visible_texts(figure: Figure) -> list[Text]:
    """Every text but the labels of ticks outside the axes, which are not drawn."""
    hidden: set[int] = set()
    for axes in figure.axes:
        for labels, limits, side in (
            (axes.get_xticklabels(), axes.get_xlim(), 0),
            (axes.get_yticklabels(), axes.get_ylim(), 1),
        ):
            hidden |= {id(one) for one in labels if not limits[0] <= one.get_position()[side] <= limits[1]}
    texts = [one for one in figure.findobj(Text) if isinstance(one, Text)]
    return [one for one in texts if one.get_visible() and one.get_text().strip() and id(one) not in hidden]


@pytest.mark.parametrize(
    "days", [0.002, 0.04, 0.12, 0.124, 0.9, 2.6, 2.99, 80.0, 92.0, 948.0, 999.0, 1001.0, 3e4]
)
def test_any_span_has_a_few_marks_of_time(days: float) -> None:
    """Almost three hours, three days or 32 months have no fitting step where marks are too few; warnings are errors."""
    index = pd.DatetimeIndex(
        pd.Timestamp("2019-03-05 07:13") + pd.to_timedelta(np.linspace(0, days, 30), "D")
    )
    axes = Figure(figsize=(7, 3)).add_subplot()
    plots.finish(axes, index, "some")
    low, high = axes.get_xlim()
    shown = [at for at in axes.get_xticks() if low <= at <= high]
    assert 2 <= len(shown) <= 11


MARKS = (
    {"VaR 95%": -0.010, "CVaR 95%": -0.0138},
    {"VaR 95%": -0.010, "CVaR 95%": -0.0101},
    {"VaR 95%": -0.002, "CVaR 95%": -0.019},
    {"VaR 95%": 0.004, "CVaR 95%": 0.003},
    {"VaR 95%": -0.01, "CVaR 95%": -0.5},
    {"VaR 95%": -0.016, "CVaR 95%": -0.018},
)


@pytest.mark.parametrize("marks", MARKS, ids=str)
def test_names_in_a_distribution_touch_no_bar_no_line_and_not_each_other(marks: dict[str, float]) -> None:
    figure = Figure(figsize=(7.0, 2.4), dpi=72)
    canvas = FigureCanvasAgg(figure)
    (axes,) = sections.stack(figure, (1.0,))
    plots.distribution_plot(
        axes, [("S", np.random.default_rng(0).normal(0, 0.007, 9000), STRATEGY_LINE)], marks
    )
    canvas.draw()  # type: ignore[no-untyped-call]
    labels = [one for one in axes.texts if one.get_text().strip()]
    inside = {name: value for name, value in marks.items() if abs(value) < axes.get_xlim()[1]}
    assert sorted(one.get_text().split()[0] for one in labels) == sorted(name.split()[0] for name in inside)
    boxes = [one.get_window_extent() for one in labels]
    lines = [one.get_window_extent().y1 for one in axes.get_lines()]
    for box in boxes:
        assert box.y0 > max(axes.patches[0].get_window_extent().y1, *lines)
    assert len(boxes) < 2 or not boxes[0].overlaps(boxes[1])


def trials(figure: Figure, report: TradingReport) -> None:
    sections.trials(figure, honesty_figures(report)["by_trials"], 20)


def attribution(figure: Figure, report: TradingReport) -> None:
    groups = report_figures(report)["trades"]["attribution"]
    sections.attribution(figure, groups)


PAINTERS = [
    sections.growth_and_drawdown,
    sections.rolling,
    sections.years,
    sections.distribution,
    sections.year_ahead,
    sections.regimes,
    trials,
]


@pytest.mark.parametrize("paint", PAINTERS, ids=lambda paint: paint.__name__)
def test_no_two_texts_overlap_and_none_leaves_the_figure(paint: object, report: TradingReport) -> None:
    figure = drawn(paint, report)
    shown = [(one.get_text(), one.get_window_extent()) for one in visible_texts(figure)]
    assert len(shown) >= 8
    for name, box in shown:
        assert box.x0 >= -1 and box.x1 <= figure.bbox.width + 1, name
        assert box.y0 >= -1 and box.y1 <= figure.bbox.height + 1, name
    for position, (name, box) in enumerate(shown):
        for other, another in shown[position + 1 :]:
            overlap_x = min(box.x1, another.x1) - max(box.x0, another.x0)
            overlap_y = min(box.y1, another.y1) - max(box.y0, another.y0)
            assert min(overlap_x, overlap_y) <= 0.5, (name, other)


@pytest.mark.parametrize("paint", [sections.trades, attribution], ids=["trades", "attribution"])
def test_charts_of_thousands_of_trades_have_few_shapes_and_no_collisions(
    paint: object, book: TradingReport
) -> None:
    shown = readable(book)
    test_no_two_texts_overlap_and_none_leaves_the_figure(paint, shown)
    figure = drawn(paint, shown)
    shapes = sum(len(axes.patches) for axes in figure.axes)
    points = sum(len(np.asarray(line.get_xdata())) for axes in figure.axes for line in axes.get_lines())
    assert shapes < 200
    assert points < 7000


def test_losses_are_hatched_and_gains_are_not(book: TradingReport) -> None:
    figure = drawn(sections.trades, book)
    bars = [(patch.get_extents().x1, patch.get_hatch()) for patch in figure.axes[0].patches]
    middle = figure.axes[0].transData.transform((0.0, 0.0))[0]
    assert {bool(hatch) for right, hatch in bars if right < middle} == {True}
    assert {bool(hatch) for right, hatch in bars if right > middle} == {False}


def test_both_sides_are_drawn_with_the_data_of_the_report(report: TradingReport) -> None:
    upper = drawn(sections.growth_and_drawdown, report).axes[0]
    lines = upper.get_lines()
    np.testing.assert_allclose(
        np.asarray(lines[0].get_ydata(), dtype=float), (1 + report.net).cumprod(), rtol=1e-9
    )
    assert report.benchmark is not None
    np.testing.assert_allclose(
        np.asarray(lines[1].get_ydata(), dtype=float), (1 + report.benchmark).cumprod(), rtol=1e-9
    )
    assert upper.get_yscale() == "log"
    legend = upper.get_legend()
    assert legend is not None
    assert [one.get_text() for one in legend.get_texts()] == ["Strategy", "Buy and hold"]


def test_a_regime_is_coloured_from_the_close_at_which_it_was_known() -> None:
    days = pd.DatetimeIndex(["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-05"])
    figure = Figure()
    axes = figure.add_subplot()
    price = pd.Series([1.0, 2.0, 3.0, 4.0], index=days)
    plots.regime_plot(axes, price, pd.Series([None, "bull", "bear", "bear"], index=days), "Price")
    spans = [path.get_extents() for one in axes.collections for path in one.get_paths()]
    first = float(date2num(days[0]))  # type: ignore[no-untyped-call]
    assert [(box.x0 - first, box.x1 - first) for box in spans] == [(1.0, 2.0), (2.0, 5.0)]
