"""All chart patterns against a slow, independent reading of their descriptions, from the bars up to each bar only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log

import numpy as np
import pandas as pd
import pytest

from ml_analytics.features.bars import read_bars
from ml_analytics.features.indicator import Bars
from ml_analytics.features.indicators.patterns.chart_patterns import KINDS

Line = Callable[[float], float]
Turns = Callable[[Bars, int], list[tuple[int, str]]]
KnownPivots = Callable[[Bars, int, int], tuple[list[int], list[int]]]
Columns = Callable[[Bars, str], dict[str, np.ndarray]]
K = 5


@dataclass
class Found:
    """A shape: its name, the bar of its newest swing, its edges, what each break means; mirrored or not."""

    kind: str
    newest: int
    roof: Line
    floor: Line
    up: int
    down: int
    sign: int


def through(one: tuple[int, float], other: tuple[int, float]) -> Line:
    return lambda t: one[1] + (other[1] - one[1]) * (t - one[0]) / (other[0] - one[0])


def flat(value: float) -> Line:
    return lambda _: value


def named(sign: int, top: str, bottom: str) -> str:
    return top if sign > 0 else bottom


def reversals(p: list[tuple[int, float]], sign: int) -> Iterator[Found]:
    """Double and triple tops, heads and shoulders; ``p`` are six swings, oldest first, the newest a peak."""
    (_, s), (ta, a), (tb, b), (tc, c), (td, d), (te, e) = p
    height = np.mean([c, e]) - d
    if height > 0 and abs(c - e) / height <= 0.2 and b < d:
        yield Found(named(sign, "double_top", "double_bottom"), te, flat(max(c, e)), flat(d), 0, -100, sign)
    neckline = min(b, d)
    height = np.mean([a, c, e]) - neckline
    even = height > 0 and (max(a, c, e) - min(a, c, e)) / height <= 0.3
    if even and abs(b - d) / height <= 0.5 and s < neckline:
        kind = named(sign, "triple_top", "triple_bottom")
        yield Found(kind, te, flat(max(a, c, e)), flat(neckline), 0, -100, sign)
    height = c - np.mean([b, d])
    if height > 0 and min(c - a, c - e) / height >= 0.2 and abs(a - e) / height <= 0.3:
        level = abs(b - d) / height <= 0.2 and s < min(b, d)
        if level and 1 / 2.5 <= (tc - ta) / (te - tc) <= 2.5:
            kind = named(sign, "head_and_shoulders", "inverse_head_and_shoulders")
            yield Found(kind, te, flat(e), through((tb, b), (td, d)), 0, -100, sign)


def flags(p: list[tuple[int, float]], sign: int) -> Iterator[Found]:
    _, (_, a), (_, b), (_, c), (td, d), (te, e) = p
    if e > d and e - d >= 2 * np.mean([a - b, c - b, c - d]) and te - td <= 4 * K:
        yield Found(named(sign, "bull_flag", "bear_flag"), te, flat(e), flat((d + e) / 2), 100, 0, sign)


def triangles(p: list[tuple[int, float]], sign: int) -> Iterator[Found]:
    _, one, first, two, second, three = p
    roof, floor = through(one, three), through(first, second)
    start, end = first[0], three[0]
    height = roof(start) - floor(start)
    if height <= 0 or abs(two[1] - roof(two[0])) > 0.2 * height:
        return
    remains = (roof(end) - floor(end)) / height
    if remains < 0.25 or (second[0] - first[0]) / (three[0] - one[0]) < 0.3:
        return
    roof_moves, floor_moves = (roof(end) - roof(start)) / height, (floor(end) - floor(start)) / height
    trend = tuple(0 if abs(one) <= 0.125 else int(np.sign(one)) for one in (roof_moves, floor_moves))
    kinds = {
        (0, 1): named(sign, "ascending_triangle", "descending_triangle"),
        (-1, 0): named(sign, "descending_triangle", "ascending_triangle"),
        (-1, 1): "symmetrical_triangle",
        (1, 1): named(sign, "rising_wedge", "falling_wedge"),
        (-1, -1): named(sign, "falling_wedge", "rising_wedge"),
    }
    if remains <= 0.7 and trend in kinds:
        yield Found(kinds[trend], end, roof, floor, 100, -100, sign)
    if max(abs(roof_moves), abs(floor_moves)) <= 0.2 and abs(1 - remains) < 0.3:
        yield Found("rectangle", end, roof, floor, 100, -100, sign)


def cups(bars: Bars, pivots: list[int], sign: int) -> Iterator[Found]:
    """The longest cup whose right rim is the newest pivot; at least 14 pivots are asked for."""
    if len(pivots) < 14:
        return
    rim, floor = (bars["high"], bars["low"]) if sign > 0 else (bars["low"], bars["high"])
    right = pivots[-1]
    for left_at in range(-11, -1):
        left = pivots[left_at]
        rims = [sign * log(rim[left]), sign * log(rim[right])]
        bottom = min(sign * np.log(floor[left:right]))
        depth = np.mean(rims) - bottom
        before = min(sign * np.log(floor[pivots[left_at - 3] : left]))
        between = [sign * log(rim[one]) for one in pivots[left_at + 1 : -1]]
        mean = np.mean(sign * np.log(bars["close"][left + 1 : right + 1]))
        if (
            6 * K <= right - left <= 30 * K
            and depth > 0
            and abs(rims[0] - rims[1]) / depth <= 0.2
            and all(one < min(rims) for one in between)
            and before < bottom
            and (mean - bottom) / depth <= 0.5
        ):
            kind = named(sign, "cup_and_handle", "inverse_cup_and_handle")
            yield Found(kind, right, flat(max(rims)), flat(rims[1] - depth / 2), 100, 0, sign)
            return


def completed(bars: Bars, t: int, turns: Turns, known_pivots: KnownPivots) -> Iterator[Found]:
    """What the bar t completes: the shapes of the swings it changed, and of the pivots it made known."""
    now = turns(bars, t)
    if len(now) >= 6 and now != turns(bars, t - 1):
        sign = 1 if now[-1][1] == "high" else -1
        points = [(bar, sign * log(bars[side][bar])) for bar, side in now[-6:]]
        yield from reversals(points, sign)
        yield from flags(points, sign)
        yield from triangles(points, sign)
    for pivots, sign in zip(known_pivots(bars, t, K), (1, -1), strict=True):
        if pivots and pivots[-1] == t - K:
            yield from cups(bars, pivots, sign)


def signals(bars: Bars, turns: Turns, known_pivots: KnownPivots) -> dict[str, np.ndarray]:
    made = {kind: np.zeros(len(bars["close"])) for kind in KINDS}
    waiting: dict[str, Found] = {}
    last = dict.fromkeys(KINDS, -1)
    for t in range(10, len(bars["close"])):
        for found in completed(bars, t, turns, known_pivots):
            if found.newest > last[found.kind]:
                waiting[found.kind] = found
        for kind, found in list(waiting.items()):
            close = found.sign * log(bars["close"][t])
            roof, floor = found.roof(t), found.floor(t)
            if t > found.newest + 25 or roof <= floor + 1e-9:
                del waiting[kind]
            elif close > roof + 1e-9 or close < floor - 1e-9:
                del waiting[kind]
                made[kind][t] = found.sign * (found.up if close > roof else found.down)
                last[kind] = t if made[kind][t] else last[kind]
    return made


def assert_equal(bars: Bars, expected: dict[str, np.ndarray], columns: Columns) -> None:
    made = columns(bars, "chart_pattern_5")
    for kind in KINDS:
        np.testing.assert_array_equal(made[f"{kind}_5"][10:], expected[kind][10:], err_msg=kind)
    total = np.sign(np.sum(list(expected.values()), axis=0))
    for t in range(10, len(total)):
        recent = [(total[t - age], age) for age in range(min(20, t + 1)) if total[t - age]]
        assert made["chart_pattern_5"][t] == (recent[0][0] * (100 - 5 * recent[0][1]) if recent else 0)


def test_random_walks(
    walk: Callable[..., Bars], turns: Turns, known_pivots: KnownPivots, columns: Columns
) -> None:
    seen = set()
    for seed in (13, 23):  # both together have every kind
        bars = walk(seed, 600)
        expected = signals(bars, turns, known_pivots)
        assert_equal(bars, expected, columns)
        seen |= {kind for kind, values in expected.items() if values.any()}
    assert seen == set(KINDS)


@pytest.mark.parametrize("start", [300, 2300])
def test_the_sp500(
    start: int, sp500_bars: pd.DataFrame, turns: Turns, known_pivots: KnownPivots, columns: Columns
) -> None:
    bars = read_bars(sp500_bars.iloc[start : start + 500], "test")[0]
    expected = signals(bars, turns, known_pivots)
    assert_equal(bars, expected, columns)
    assert sum(values.any() for values in expected.values()) >= 6
