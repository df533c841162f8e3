"""Shapes are described once, for numbers and for arrays, and do not depend on units of price or time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.indicators.patterns.chart_patterns import KINDS
from ml_analytics.features.indicators.patterns.shapes import higher, lower, shapes

Swings = tuple[tuple[int, ...], tuple[float, ...]]


@st.composite
def swings(draw: st.DrawFn) -> Swings:
    """Six swings, newest first, the newest a peak; on a coarse grid, where many shapes are found."""
    gaps = draw(st.lists(st.integers(5, 20), min_size=5, max_size=5))
    bars = tuple(int(one) for one in 200 - np.cumsum([0, *gaps]))
    peaks = draw(st.lists(st.integers(6, 12), min_size=3, max_size=3))
    valleys = draw(st.lists(st.integers(0, 5), min_size=3, max_size=3))
    values = [one / 50 for pair in zip(peaks, valleys, strict=True) for one in pair]
    return bars, tuple(values)


@given(many=st.lists(swings(), min_size=1, max_size=5))
def test_numbers_and_arrays_give_the_same(many: list[Swings]) -> None:
    bars = np.array([one for one, _ in many]).T
    values = np.array([one for _, one in many]).T
    for number, (own_bars, own_values) in enumerate(many):
        for single, several in zip(shapes(own_bars, own_values, 5), shapes(bars, values, 5), strict=True):
            assert (single.top, single.bottom) == (several.top, several.bottom)
            assert isinstance(single.holds, bool)
            assert single.holds == several.holds[number]
            for one, other in zip(single[3:], several[3:], strict=True):
                assert one == (other[number] if isinstance(other, np.ndarray) else other)


@given(swings(), st.floats(0.1, 10), st.floats(-5, 5))
def test_stretched_or_moved_prices_make_the_same_shapes(some: Swings, factor: float, shift: float) -> None:
    """Thresholds are shares of the height; a hair's breadth off them on purpose, so that rounding decides nothing."""
    bars, values = some
    uneven = [value + 1e-5 * number**2 for number, value in enumerate(values)]
    moved = [value * factor + shift for value in uneven]
    held = [one.top for one in shapes(bars, uneven, 5) if one.holds]
    assert [one.top for one in shapes(bars, moved, 5) if one.holds] == held


@given(swings())
def test_edges_enclose_and_one_name_a_shape(some: Swings) -> None:
    bars, values = some
    held = [one for one in shapes(bars, values, 5) if one.holds]
    names = [one.top for one in held]
    assert len(set(names)) == len(names)
    lines = {
        "ascending_triangle",
        "descending_triangle",
        "symmetrical_triangle",
        "rising_wedge",
        "falling_wedge",
    }
    assert len(lines & set(names)) <= 1, "triangles and wedges exclude each other"
    assert all(one.upper > one.lower for one in held)


def test_every_kind_has_a_column() -> None:
    made = list(shapes((50, 40, 30, 20, 10, 0), (1.0, 0.0, 1.0, 0.0, 1.0, 0.0), 5))
    names = {one.top for one in made} | {one.bottom for one in made}
    assert names | {"cup_and_handle", "inverse_cup_and_handle"} == set(KINDS)


@given(st.floats(-40, 40), st.floats(-40, 40))
def test_higher_and_lower(one: float, other: float) -> None:
    assert higher(one, other) == pytest.approx(max(one, other), abs=1e-13)
    assert lower(one, other) == pytest.approx(min(one, other), abs=1e-13)
