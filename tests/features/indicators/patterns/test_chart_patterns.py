"""Chart patterns drawn as in the textbooks, each with one signal where its line is broken, and near misses."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features.indicator import Bars
from ml_analytics.features.indicators.patterns.chart_patterns import KINDS

Drawn = Callable[..., Bars]
Columns = Callable[[Bars, str], dict[str, np.ndarray]]
Point = tuple[int, float]

LEAD = [(0, 80.0), (12, 85), (24, 82), (36, 88), (48, 84)]
"""Swings that rise to where each drawing begins."""

FLAG_LEAD = [(0, 82.0), (9, 85), (18, 82), (27, 86), (36, 83), (42, 87), (48, 84)]

CUP_LEAD = [(12 * n, (80.0 if n % 2 == 0 else 83) + n / 10) for n in range(31)]


class Drawing(NamedTuple):
    """Swings of a textbook shape, and the line whose break it signals: through two of them, low or high."""

    points: list[Point]
    through: tuple[Point, Point]
    signal: int


def level(price: float) -> tuple[Point, Point]:
    return (0, price), (1, price)


CUP = [(372 + n, 88 + 12 * ((n - 30) / 30) ** 2) for n in range(0, 61, 3)]

DRAWINGS = {
    "double_top": Drawing([*LEAD, (60, 100), (70, 94), (80, 100.3), (100, 80)], level(94), -100),
    "triple_top": Drawing(
        [*LEAD, (60, 100), (70, 95), (80, 100.4), (90, 95.2), (100, 99.8), (120, 80)], level(95), -100
    ),
    "head_and_shoulders": Drawing(
        [*LEAD, (60, 96), (70, 92), (80, 102), (90, 92.5), (100, 96.3), (120, 80)],
        ((70, 92), (90, 92.5)),
        -100,
    ),
    "ascending_triangle": Drawing(
        [
            *LEAD[:3],
            (36, 93),
            (48, 90),
            (60, 100),
            (70, 92),
            (80, 100),
            (90, 95.5),
            (100, 100),
            (106, 98.9),
            (120, 108),
        ],
        level(100),
        100,
    ),
    "descending_triangle": Drawing(
        [*LEAD, (60, 100), (70, 90), (80, 97), (90, 90), (100, 94.2), (112, 90.8), (125, 80)], level(90), -100
    ),
    "symmetrical_triangle": Drawing(
        [*LEAD, (60, 100), (70, 90), (80, 98), (90, 92), (100, 96), (106, 94.4), (120, 104)],
        ((60, 100), (100, 96)),
        100,
    ),
    "rectangle": Drawing(
        [*LEAD, (60, 100), (70, 92), (80, 100.2), (90, 92), (100, 99.9), (110, 93.5), (125, 85)],
        level(92),
        -100,
    ),
    "rising_wedge": Drawing(
        [*LEAD, (60, 100), (70, 92), (80, 103), (90, 98), (100, 106), (107, 103.3), (120, 90)],
        ((70, 92), (90, 98)),
        -100,
    ),
    "falling_wedge": Drawing(
        [*LEAD, (60, 106), (70, 95), (80, 101), (90, 92.5), (100, 96), (107, 93), (120, 103)],
        ((60, 106), (100, 96)),
        100,
    ),
    "bull_flag": Drawing([*FLAG_LEAD, (62, 100), (74, 96), (90, 108)], level(100), 100),
    "cup_and_handle": Drawing([*CUP_LEAD, *CUP, (444, 97.5), (462, 110)], level(100), 100),
}
OPPOSITE = {
    "double_top": "double_bottom",
    "triple_top": "triple_bottom",
    "head_and_shoulders": "inverse_head_and_shoulders",
    "ascending_triangle": "descending_triangle",
    "rising_wedge": "falling_wedge",
    "bull_flag": "bear_flag",
    "cup_and_handle": "inverse_cup_and_handle",
}
OPPOSITE |= {bottom: top for top, bottom in OPPOSITE.items()}


def broken_at(bars: Bars, drawing: Drawing) -> int:
    """The first bar after the last touch whose close is beyond the line through the swings' ends."""
    wick = 1 / 1.001 if drawing.signal < 0 else 1.001
    (one, first), (other, second) = drawing.through
    slope = np.log(second / first) / (other - one)
    count = np.arange(len(bars["close"]))
    line = np.log(first * wick) + slope * (count - one)
    beyond = np.log(bars["close"]) < line if drawing.signal < 0 else np.log(bars["close"]) > line
    turns = [bar for bar, _ in drawing.points]
    last = turns[-3] if drawing.points[-3][1] > drawing.points[-2][1] else turns[-2]
    return int(np.argmax(beyond & (count > last)))


def fired(made: dict[str, np.ndarray], kind: str) -> list[tuple[int, float]]:
    column = made[f"{kind}_5"]
    return [(int(t), column[t]) for t in np.flatnonzero(np.nan_to_num(column))]


@pytest.mark.parametrize("kind", DRAWINGS)
def test_one_signal_where_the_line_is_broken(kind: str, drawn: Drawn, columns: Columns) -> None:
    drawing = DRAWINGS[kind]
    bars = drawn(drawing.points)
    assert fired(columns(bars, "chart_pattern_5"), kind) == [(broken_at(bars, drawing), drawing.signal)]


@pytest.mark.parametrize("kind", DRAWINGS)
def test_upside_down_it_is_the_opposite(
    kind: str, drawn: Drawn, columns: Columns, mirrored: Callable[[Bars], Bars]
) -> None:
    drawing = DRAWINGS[kind]
    bars = drawn(drawing.points)
    made = columns(mirrored(bars), "chart_pattern_5")
    assert fired(made, OPPOSITE.get(kind, kind)) == [(broken_at(bars, drawing), -drawing.signal)]


@pytest.mark.parametrize("kind", ["double_top", "triple_top", "head_and_shoulders", "bull_flag"])
def test_a_clean_shape_is_not_taken_for_its_neighbour(kind: str, drawn: Drawn, columns: Columns) -> None:
    made = columns(drawn(DRAWINGS[kind].points), "chart_pattern_5")
    alike = {"double_top", "triple_top", "head_and_shoulders", "bull_flag", "cup_and_handle"} - {kind}
    # the last two peaks of a triple top are a double top too
    alike -= {"double_top"} if kind == "triple_top" else set()
    assert [other for other in alike | {OPPOSITE[one] for one in alike} if fired(made, other)] == []


NEAR_MISSES = {
    "peaks too uneven": ("double_top", [*LEAD, (60, 100), (70, 94), (80, 97.5), (100, 80)]),
    "no rise before": ("double_top", [*LEAD[:3], (36, 112), (48, 97), (60, 100), (70, 94), (80, 100), (100, 80)]),
    "neckline holds": ("double_top", [*LEAD, (60, 100), (70, 94), (80, 100), (92, 95), (104, 99), (120, 95)]),
    "above the peaks first": (
        "double_top", [*LEAD, (60, 100), (70, 94), (80, 100), (87, 97), (92, 102), (110, 80)]
    ),
    "broken too late": ("double_top", [*LEAD, (60, 100), (70, 94), (80, 100), (106, 95), (112, 80)]),
    "no head": ("head_and_shoulders", [*LEAD, (60, 100), (70, 92), (80, 101), (90, 92.5), (100, 100), (120, 80)]),
    "a shoulder too low": (
        "head_and_shoulders", [*LEAD, (60, 101), (70, 92), (80, 106), (90, 92.5), (100, 95), (120, 80)]
    ),
    "a neckline too steep": (
        "head_and_shoulders", [*LEAD, (60, 96), (70, 88), (80, 102), (90, 93), (100, 96), (120, 80)]
    ),
    "halves too different": (
        "head_and_shoulders", [*LEAD, (60, 96), (70, 92), (80, 102), (110, 92.5), (140, 96), (160, 80)]
    ),
    "lines too near the apex": (
        "symmetrical_triangle", [*LEAD, (60, 100), (70, 90), (80, 97.5), (90, 94), (100, 95.2), (120, 104)]
    ),
    "lines that part": (
        "symmetrical_triangle", [*LEAD, (60, 96), (70, 92), (80, 98), (90, 90), (100, 100), (120, 80)]
    ),
    "half of the pole is lost": ("bull_flag", [*FLAG_LEAD, (62, 100), (74, 91), (90, 108)]),
    "a pole like the swings before": ("bull_flag", [*FLAG_LEAD, (62, 89.5), (74, 87.5), (90, 98)]),
    "a pole too slow": ("bull_flag", [*FLAG_LEAD, (80, 100), (92, 96), (108, 108)]),
    "a V is no cup": (
        "cup_and_handle",
        [*CUP_LEAD, (372, 100), (384, 99), (402, 86), (420, 99), (432, 100.3), (444, 97.5), (462, 110)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NEAR_MISSES)
def test_near_misses_give_no_signal(case: str, drawn: Drawn, columns: Columns) -> None:
    kind, points = NEAR_MISSES[case]
    assert fired(columns(drawn(points), "chart_pattern_5"), kind) == []


def test_a_shape_that_is_broken_before_it_is_known_signals_when_it_is(drawn: Drawn, columns: Columns) -> None:
    bars = drawn([*LEAD, (60, 100), (70, 94), (80, 100), (84, 85), (100, 80)])
    assert fired(columns(bars, "chart_pattern_5"), "double_top") == [(85, -100.0)]


def test_the_newest_signal_fades(drawn: Drawn, columns: Columns) -> None:
    drawing = DRAWINGS["bull_flag"]
    bars = drawn([*drawing.points[:-1], (140, 160)])
    made, at = columns(bars, "chart_pattern_5"), broken_at(bars, drawing)
    assert fired(made, "bull_flag") == [(at, 100.0)]
    assert made["chart_pattern_5"][at : at + 23].tolist() == [*np.arange(100.0, -1, -5), 0.0, 0.0]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), power=st.floats(-6, 6))
def test_mirror_and_scale(
    seed: int, power: float, walk: Callable[..., Bars], mirrored: Callable[[Bars], Bars], columns: Columns
) -> None:
    bars = walk(seed, 1500)
    before = columns(bars, "chart_pattern_5")
    scaled = columns({name: values * 10**power for name, values in bars.items()}, "chart_pattern_5")
    turned = columns(mirrored(bars), "chart_pattern_5")
    for kind in (*KINDS, "chart_pattern"):
        np.testing.assert_array_equal(scaled[f"{kind}_5"], before[f"{kind}_5"])
        np.testing.assert_array_equal(turned[f"{OPPOSITE.get(kind, kind)}_5"], -before[f"{kind}_5"])
