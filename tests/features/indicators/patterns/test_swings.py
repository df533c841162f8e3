"""The last swings against a slow oracle that looks at the bars up to each bar only."""

from __future__ import annotations

from collections.abc import Callable
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features.indicator import Bars

KnownPivots = Callable[[Bars, int, int], tuple[list[int], list[int]]]
Columns = Callable[[Bars, str], dict[str, np.ndarray]]


def expected(bars: Bars, t: int, known_pivots: KnownPivots) -> list[float]:
    close = bars["close"]
    now, before = known_pivots(bars, t, 5), known_pivots(bars, t - 1, 5)
    distances, ages, broken = [], [], 0.0
    for number, side in enumerate(("high", "low")):
        bar = now[number][-1] if now[number] else None
        distances.append(0.0 if bar is None else log(close[t] / bars[side][bar]))
        ages.append(1.0 if bar is None else min(t - bar, 250) / 250)
        if before[number]:
            level, sign = bars[side][before[number][-1]], 1 - 2 * number
            if sign * close[t] > sign * level >= sign * close[t - 1]:
                broken = log(close[t] / level)
    return [*distances, *ages, broken]


def direction(bars: Bars, t: int, known_pivots: KnownPivots) -> float:
    signs = []
    for bars_of, side in zip(known_pivots(bars, t, 5), ("high", "low"), strict=True):
        prices = [bars[side][p] for p in bars_of]
        signs.append(np.sign(prices[-1] - prices[-2]) if len(prices) > 1 else 0)
    return 100.0 * signs[0] if signs[0] == signs[1] else 0.0


@pytest.mark.parametrize("seed", range(3))
def test_against_the_bars_up_to_each_bar(
    seed: int, walk: Callable[..., Bars], columns: Columns, known_pivots: KnownPivots
) -> None:
    bars = walk(seed)
    made = np.column_stack(list(columns(bars, "swing_break_5").values()))
    structure = columns(bars, "swing_structure_5")["swing_structure_5"]
    for t in range(10, len(made)):
        np.testing.assert_allclose(made[t], expected(bars, t, known_pivots), rtol=1e-9, atol=1e-12)
        assert structure[t] == direction(bars, t, known_pivots)
    assert (made[10:, 4] > 0).any()
    assert (made[10:, 4] < 0).any()
    assert {-100.0, 0.0, 100.0} == set(structure[10:])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), power=st.floats(-6, 6))
def test_mirror_and_scale(
    seed: int, power: float, walk: Callable[..., Bars], mirrored: Callable[[Bars], Bars], columns: Columns
) -> None:
    bars = walk(seed)
    before = columns(bars, "swing_break_5") | columns(bars, "swing_structure_5")
    scaled = {name: values * 10**power for name, values in bars.items()}
    turned = columns(mirrored(bars), "swing_break_5") | columns(mirrored(bars), "swing_structure_5")
    for name, values in (columns(scaled, "swing_break_5") | columns(scaled, "swing_structure_5")).items():
        np.testing.assert_allclose(values, before[name], atol=1e-9)
    np.testing.assert_allclose(turned["close_to_swing_high_5"], -before["close_to_swing_low_5"], atol=1e-9)
    np.testing.assert_allclose(turned["close_to_swing_low_5"], -before["close_to_swing_high_5"], atol=1e-9)
    np.testing.assert_array_equal(turned["swing_high_age_5"], before["swing_low_age_5"])
    np.testing.assert_allclose(turned["swing_break_5"], -before["swing_break_5"], atol=1e-9)
    np.testing.assert_array_equal(turned["swing_structure_5"], -before["swing_structure_5"])


def test_before_the_first_pivot_nothing_is_said(drawn: Callable[..., Bars], columns: Columns) -> None:
    made = columns(drawn([(0, 100), (300, 200)]), "swing_break_5")
    assert {name: set(values[10:]) for name, values in made.items()} == {
        "close_to_swing_high_5": {0.0},
        "close_to_swing_low_5": {0.0},
        "swing_high_age_5": {1.0},
        "swing_low_age_5": {1.0},
        "swing_break_5": {0.0},
    }


def test_higher_highs_and_higher_lows_are_an_uptrend(drawn: Callable[..., Bars], columns: Columns) -> None:
    bars = drawn(
        [(0, 100), (10, 110), (20, 105), (30, 115), (40, 110), (50, 120), (60, 90), (70, 95), (80, 80)]
    )
    made = columns(bars, "swing_structure_5")["swing_structure_5"]
    assert set(made[10:45]) == {0.0}, "the second low is known at bar 45"
    assert set(made[45:65]) == {100.0}
    assert set(made[65:75]) == {0.0}, "higher high, lower low"
    assert set(made[75:]) == {-100.0}
    broken = columns(bars, "swing_break_5")["swing_break_5"]
    crossings = [26, 46, 54, 74]  # above 110 and 115, below 110 and 90
    assert (np.flatnonzero(broken[10:]) + 10).tolist() == crossings
    assert np.sign(broken[crossings]).tolist() == [1, 1, -1, -1]
