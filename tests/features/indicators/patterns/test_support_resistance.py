"""Levels against a slow oracle that looks at the bars up to each bar only, and on drawn charts."""

from __future__ import annotations

from collections.abc import Callable
from math import log
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features.indicator import Bars

KnownPivots = Callable[[Bars, int, int], tuple[list[int], list[int]]]
Columns = Callable[[Bars, str], dict[str, np.ndarray]]
Level = tuple[float, int, int]
"""Logarithm, pivots, newest bar."""

NAMES = [
    f"{name}_10"
    for name in (
        "close_to_resistance",
        "close_to_support",
        "resistance_strength",
        "support_strength",
        "resistance_age",
        "support_age",
        "level_position",
        "level_break",
    )
]


def levels(bars: Bars, t: int, known_pivots: KnownPivots) -> list[Level]:
    highs, lows = known_pivots(bars, t, 10)
    pivots = sorted(
        [(log(bars["high"][p]), p) for p in highs[-6:]] + [(log(bars["low"][p]), p) for p in lows[-6:]]
    )
    if not pivots:
        return []
    changed = max([*highs, *lows]) + 10
    heights = [log(bars["high"][s] / bars["low"][s]) for s in range(changed - 20, changed + 1)]
    groups = [[pivots[0]]]
    for pivot in pivots[1:]:
        if pivot[0] - groups[-1][-1][0] > 0.75 * fmean(heights) + 1e-9:
            groups.append([])
        groups[-1].append(pivot)
    return [(fmean(price for price, _ in one), len(one), max(bar for _, bar in one)) for one in groups]


def nearest(found: list[Level], price: float) -> tuple[Level | None, Level | None]:
    above = [one for one in found if one[0] >= price - 1e-9]
    below = [one for one in found if one[0] <= price + 1e-9]
    return (min(above) if above else None), (max(below) if below else None)


def expected(bars: Bars, t: int, known_pivots: KnownPivots) -> list[float]:
    price, before = log(bars["close"][t]), log(bars["close"][t - 1])
    band = nearest(levels(bars, t, known_pivots), price)
    distances = [0.0 if one is None else price - one[0] for one in band]
    strengths = [0.0 if one is None else one[1] / 12 for one in band]
    ages = [1.0 if one is None else min(t - one[2], 250) / 250 for one in band]
    above, below = band
    if above and below:
        position = (price - below[0]) / (above[0] - below[0]) if above[0] - below[0] > 1e-9 else 0.5
    else:
        position = 1.0 if below else 0.0 if above else 0.5
    broken = 0.0
    for one, sign in zip(nearest(levels(bars, t - 1, known_pivots), before), (1, -1), strict=True):
        if one and one[1] >= 2 and sign * (price - one[0]) > 1e-9:
            broken = price - one[0]
    return [*distances, *strengths, *ages, position, broken]


@pytest.mark.parametrize("seed", range(3))
def test_against_the_bars_up_to_each_bar(
    seed: int, walk: Callable[..., Bars], columns: Columns, known_pivots: KnownPivots
) -> None:
    bars = walk(seed, 600)
    made = np.column_stack(list(columns(bars, "level_break_10").values()))
    for t in range(20, len(made)):
        np.testing.assert_allclose(
            made[t], expected(bars, t, known_pivots), rtol=1e-9, atol=1e-12, err_msg=str(t)
        )
    assert (made[20:, 7] > 0).any()
    assert (made[20:, 7] < 0).any()
    assert made[20:, 2:4].max() >= 3 / 12


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), power=st.floats(-6, 6))
def test_mirror_scale_and_bounds(
    seed: int, power: float, walk: Callable[..., Bars], mirrored: Callable[[Bars], Bars], columns: Columns
) -> None:
    bars = walk(seed)
    before = [values[20:] for values in columns(bars, "level_break_10").values()]
    scaled = columns({name: values * 10**power for name, values in bars.items()}, "level_break_10")
    turned = [values[20:] for values in columns(mirrored(bars), "level_break_10").values()]
    for values, name in zip(before, NAMES, strict=True):
        np.testing.assert_allclose(scaled[name][20:], values, atol=1e-9)
    swapped = [-before[1], -before[0], before[3], before[2], before[5], before[4], 1 - before[6], -before[7]]
    for values, other in zip(turned, swapped, strict=True):
        np.testing.assert_allclose(values, other, atol=1e-9)
    assert (before[0] <= 1e-9).all()
    assert (before[1] >= -1e-9).all()
    assert all(0 <= values.min() <= values.max() <= 1 + 1e-9 for values in before[2:7])


def test_three_touches_at_one_price_then_the_break(drawn: Callable[..., Bars], columns: Columns) -> None:
    peaks = [(20, 110.0), (60, 110.1), (100, 109.9)]
    troughs = [(0, 95.0), (40, 100.0), (80, 99.0), (120, 101.0)]
    bars = drawn([*sorted([*peaks, *troughs]), (160, 118.0)])
    made = columns(bars, "level_break_10")
    at = 118
    assert made["resistance_strength_10"][at] == pytest.approx(3 / 12)
    assert made["close_to_resistance_10"][at] == pytest.approx(log(bars["close"][at] / 110.11), abs=1e-4)
    assert made["resistance_age_10"][at] == pytest.approx((at - 100) / 250)
    broken = np.flatnonzero(made["level_break_10"][20:] > 0) + 20
    assert broken.tolist() == [int(np.argmax(bars["close"][120:] > 110.11)) + 120]
    after = broken[0] + 2
    assert made["support_strength_10"][after] == pytest.approx(3 / 12), "broken resistance is support"
    assert made["level_position_10"][after] == 1.0, "no resistance above"


def test_a_close_on_a_level_is_at_both_sides_of_it(drawn: Callable[..., Bars], columns: Columns) -> None:
    bars = drawn([(0, 90), (20, 100), (40, 90), (60, 110)])
    bars = {**bars, "high": bars["close"].copy(), "low": bars["close"].copy()}
    bars["close"][50] = bars["high"][20]
    made = columns(bars, "level_break_10")
    assert [made[name][50] for name in NAMES[:2]] == [0.0, 0.0]
    assert made["level_position_10"][50] == 0.5


def test_without_a_pivot_nothing_is_said(drawn: Callable[..., Bars], columns: Columns) -> None:
    made = columns(drawn([(0, 100), (300, 200)]), "level_break_10")
    assert [set(made[name][20:]) for name in NAMES] == [{0.0}] * 4 + [{1.0}] * 2 + [{0.5}, {0.0}]
