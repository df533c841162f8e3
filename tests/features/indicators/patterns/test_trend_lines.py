"""Trend lines against a slow oracle that looks at the bars up to each bar only, and on a drawn channel."""

from __future__ import annotations

from collections.abc import Callable
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.ohlcv import OHLCV
from ml_analytics.features.indicator import Bars
from ml_analytics.features.indicators.patterns.trend_lines import trend_lines_stepper
from ml_analytics.features.stepping import Recent

KnownPivots = Callable[[Bars, int, int], tuple[list[int], list[int]]]
Columns = Callable[[Bars, str], dict[str, np.ndarray]]
NAMES = [
    f"{name}_5"
    for name in (
        "upper_trend_line_slope",
        "lower_trend_line_slope",
        "close_to_upper_trend_line",
        "close_to_lower_trend_line",
        "trend_channel_width",
        "trend_channel_convergence",
        "trend_line_break",
    )
]


def lines(bars: Bars, t: int, known_pivots: KnownPivots) -> list[np.ndarray | None]:
    """Slope and intercept of the upper and the lower line as known at bar t, if not from before bar t - 250."""
    found: list[np.ndarray | None] = []
    for pivots, side in zip(known_pivots(bars, t, 5), ("high", "low"), strict=True):
        last = pivots[-2:]
        there = len(last) == 2 and t - last[1] <= 250
        found.append(np.polyfit(last, [log(bars[side][p]) for p in last], 1) if there else None)
    return found


def expected(bars: Bars, t: int, known_pivots: KnownPivots) -> list[float]:
    price, before = log(bars["close"][t]), log(bars["close"][t - 1])
    now = lines(bars, t, known_pivots)
    slopes = [0.0 if line is None else line[0] for line in now]
    values = [price if line is None else float(np.polyval(line, t)) for line in now]
    both = all(line is not None for line in now)
    broken = 0.0
    for line, sign in zip(lines(bars, t - 1, known_pivots), (1, -1), strict=True):
        if line is not None:
            beyond = price - float(np.polyval(line, t))
            if sign * beyond > 1e-9 and sign * (before - np.polyval(line, t - 1)) <= 1e-9:
                broken += beyond
    width, convergence = (values[0] - values[1], slopes[1] - slopes[0]) if both else (0.0, 0.0)
    return [*slopes, price - values[0], price - values[1], width, convergence, broken]


@pytest.mark.parametrize("seed", range(3))
def test_against_the_bars_up_to_each_bar(
    seed: int, walk: Callable[..., Bars], columns: Columns, known_pivots: KnownPivots
) -> None:
    bars = walk(seed)
    made = np.column_stack(list(columns(bars, "trend_line_break_5").values()))
    for t in range(10, len(made)):
        np.testing.assert_allclose(made[t], expected(bars, t, known_pivots), rtol=1e-7, atol=1e-9)
    assert (made[10:, 6] > 0).any()
    assert (made[10:, 6] < 0).any()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), power=st.floats(-6, 6))
def test_mirror_and_scale(
    seed: int, power: float, walk: Callable[..., Bars], mirrored: Callable[[Bars], Bars], columns: Columns
) -> None:
    bars = walk(seed)
    before = list(columns(bars, "trend_line_break_5").values())
    scaled = columns({name: values * 10**power for name, values in bars.items()}, "trend_line_break_5")
    turned = columns(mirrored(bars), "trend_line_break_5")
    swapped = [-before[1], -before[0], -before[3], -before[2], before[4], before[5], -before[6]]
    for name, values, other in zip(NAMES, before, swapped, strict=True):
        np.testing.assert_allclose(scaled[name], values, atol=1e-8)
        np.testing.assert_allclose(turned[name], other, atol=1e-8)


def test_a_drawn_channel_and_its_break(drawn: Callable[..., Bars], columns: Columns) -> None:
    """Peaks rise by one percent in ten bars, troughs by two: they converge, until the price falls through."""
    peaks = [(10 + 20 * n, 110 * 1.02**n) for n in range(4)]
    troughs = [(20 + 20 * n, 100 * 1.04**n) for n in range(3)]
    bars = drawn([(0, 95), *sorted([*peaks, *troughs]), (100, 80)])
    made = columns(bars, "trend_line_break_5")
    t = 77
    assert made["upper_trend_line_slope_5"][t] == pytest.approx(log(1.02) / 20)
    assert made["lower_trend_line_slope_5"][t] == pytest.approx(log(1.04) / 20)
    assert made["trend_channel_convergence_5"][t] == pytest.approx((log(1.04) - log(1.02)) / 20)
    floor = log(100 / 1.001) + log(1.04) / 20 * (np.arange(101) - 20)
    roof = log(110 * 1.001) + log(1.02) / 20 * (np.arange(101) - 10)
    assert made["trend_channel_width_5"][t] == pytest.approx(roof[t] - floor[t])
    price = np.log(bars["close"])
    assert made["close_to_lower_trend_line_5"][t] == pytest.approx(price[t] - floor[t])
    fallen = 70 + int(np.argmax(price[70:] < floor[70:]))
    assert (np.flatnonzero(made["trend_line_break_5"][70:]) + 70).tolist() == [fallen]
    assert made["trend_line_break_5"][fallen] == pytest.approx(price[fallen] - floor[fallen])


def rising_for_long(drawn: Callable[..., Bars]) -> Bars:
    """Two peaks and two troughs, then 700 bars straight up through the roof, and a fall through nothing."""
    return drawn([(0, 95), (10, 110), (20, 100), (30, 109), (40, 100), (740, 1000), (760, 50)])


def test_a_line_ends_250_bars_after_its_newer_pivot(
    drawn: Callable[..., Bars], columns: Columns, known_pivots: KnownPivots
) -> None:
    bars = rising_for_long(drawn)
    made = np.column_stack(list(columns(bars, "trend_line_break_5").values()))
    for t in range(10, len(made)):
        np.testing.assert_allclose(made[t], expected(bars, t, known_pivots), rtol=1e-7, atol=1e-9)
    last = {name: values.nonzero()[0] for name, values in zip(NAMES, made[:740].T, strict=True)}
    assert last["close_to_upper_trend_line_5"].max() == 30 + 250
    assert last["close_to_lower_trend_line_5"].max() == 40 + 250
    assert last["trend_channel_width_5"].max() == 30 + 250
    # the fall crosses the lower line as it would have been drawn on
    assert not made[300:, 6].any()


def test_in_the_stream_a_line_ends_at_the_same_bar(drawn: Callable[..., Bars], columns: Columns) -> None:
    bars = rising_for_long(drawn)
    step, recent, state = trend_lines_stepper(5), Recent(11), None
    expected_columns = np.column_stack(list(columns(bars, "trend_line_break_5").values()))
    for t, values in enumerate(zip(*(bars[name].tolist() for name in OHLCV), strict=True)):
        recent.push(values)
        state, made = step(state, recent)
        if t >= 10:
            np.testing.assert_allclose(made, expected_columns[t], rtol=1e-9, atol=1e-12)


def test_without_two_pivots_there_is_no_line(drawn: Callable[..., Bars], columns: Columns) -> None:
    made = columns(drawn([(0, 100), (20, 110), (40, 100), (60, 120)]), "trend_line_break_5")
    assert all(set(made[name][10:]) == {0.0} for name in NAMES)
