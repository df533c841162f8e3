from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ml_analytics.analytics.report import bar_plots
from ml_analytics.analytics.report.style import BENCHMARK_LINE, STRATEGY_LINE


@pytest.fixture
def axes() -> Axes:
    return Figure(figsize=(7, 3)).add_subplot()


def heights(axes: Axes) -> list[float]:
    return [float(one.get_height()) for one in axes.patches]  # type: ignore[attr-defined]


def labels(axes: Axes) -> list[str]:
    return [one.get_text() for one in axes.get_xticklabels()]


def test_years_stand_side_by_side_and_the_benchmark_is_hatched(axes: Axes) -> None:
    sides = [("A", [0.1, -0.2], STRATEGY_LINE), ("B", [0.3, 0.4], BENCHMARK_LINE)]
    bar_plots.year_bars(axes, ["2020", "2021"], sides)
    assert heights(axes) == [0.1, -0.2, 0.3, 0.4]
    assert [bool(one.get_hatch()) for one in axes.patches] == [False, False, True, True]
    own, other = axes.patches[0].get_extents(), axes.patches[2].get_extents()
    assert own.x1 <= other.x0
    assert labels(axes) == ["2020", "2021"]


def test_of_many_years_some_are_named(axes: Axes) -> None:
    years = [str(year) for year in range(1900, 2000)]
    bar_plots.year_bars(axes, years, [("A", [0.1] * 100, STRATEGY_LINE)])
    assert labels(axes)[:3] == ["1900", "1905", "1910"]
    assert axes.get_legend() is None


def test_every_trade_is_in_a_bin_and_extremes_in_the_outermost(axes: Axes) -> None:
    pnl = np.concatenate([np.linspace(-1, 1, 1000), [500.0, -700.0]])
    bar_plots.profit_histogram(axes, pnl)
    assert sum(heights(axes)) == 1002
    assert axes.get_xlim()[1] < 2.0


@pytest.mark.parametrize("days", [[0.0], [1 / 86_400, 5000.0], [3.0] * 7, [0.5, 0.6, 0.7]], ids=str)
def test_every_time_held_is_counted_whatever_its_size(axes: Axes, days: list[float]) -> None:
    bar_plots.held_histogram(axes, np.array(days))
    assert sum(heights(axes)) == len(days)
    low, high = axes.get_xlim()
    assert 1 <= sum(low <= one <= high for one in axes.get_xticks()) <= 7


def test_the_fan_holds_half_and_nine_tenths_and_begins_at_one(axes: Axes) -> None:
    steps = np.arange(4.0)
    bands = np.vstack([1 + shift * steps for shift in (-0.2, -0.1, 0.01, 0.1, 0.2)])
    bar_plots.fan_plot(axes, steps, bands)
    outer, inner = (one.get_paths()[0].get_extents() for one in axes.collections)
    assert (outer.y0, outer.y1) == (pytest.approx(0.4), pytest.approx(1.6))
    assert (inner.y0, inner.y1) == (pytest.approx(0.7), pytest.approx(1.3))
    middle = axes.get_lines()[2]
    np.testing.assert_allclose(np.asarray(middle.get_ydata()), bands[2])
    assert axes.get_yscale() == "log"


@pytest.mark.parametrize(("stated", "shown"), [(None, 0), (20, 1), (9000, 0)])
def test_the_stated_number_of_trials_is_marked_where_it_is_on_the_axis(
    axes: Axes, stated: int | None, shown: int
) -> None:
    bar_plots.trials_plot(axes, [1, 10, 1000], [0.99, 0.8, 0.2], stated)
    assert sum("stated" in one.get_text() for one in axes.texts) == shown
    assert labels(axes) == ["1", "10", "1,000"]
    assert any(np.allclose(np.asarray(one.get_ydata()), 0.95) for one in axes.get_lines())


def test_names_of_profits_are_short_and_losses_hatched(axes: Axes) -> None:
    bar_plots.profit_bars(axes, ["a name of many words", "$x$"], [5.0, -3.0], "By name")
    assert [one.get_text() for one in axes.get_yticklabels()] == ["a name …", "$x$"]
    found = {float(one.get_width()): bool(one.get_hatch()) for one in axes.patches}  # type: ignore[attr-defined]
    assert found == {5.0: False, -3.0: True}
    first, second = axes.patches
    assert first.get_extents().y0 > second.get_extents().y1, "the first on top"
