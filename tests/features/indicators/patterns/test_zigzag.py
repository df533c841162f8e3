"""The zigzag against a slow oracle, over the whole series and bar by bar."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ml_analytics.features.indicator import Bars
from ml_analytics.features.indicators.patterns.pivots import find_pivots
from ml_analytics.features.indicators.patterns.zigzag import Swings, moved, seen, zigzag
from ml_analytics.features.stepping import Recent
from ml_analytics.features.stepping.pivots import pivots

Turns = Callable[[Bars, int], list[tuple[int, str]]]


@pytest.mark.parametrize("seed", range(4))
def test_against_the_bars_up_to_each_bar(seed: int, walk: Callable[..., Bars], turns: Turns) -> None:
    bars = walk(seed, 500)
    changes: list[list[tuple[int, str]]] = []
    for t in range(10, 500):
        found = turns(bars, t)
        if len(found) >= 6 and (not changes or found[-6:] != changes[-1]):
            changes.append(found[-6:])
    made = zigzag(*find_pivots(bars["high"], bars["low"], 5), bars["high"], bars["low"])
    assert made.bars.T.tolist() == [[bar for bar, _ in reversed(one)] for one in changes]
    assert made.side.tolist() == [1 if one[-1][1] == "high" else -1 for one in changes]
    for values, side, one in zip(made.values.T, made.side, changes, strict=True):
        prices = [bars[name][bar] for bar, name in reversed(one)]
        np.testing.assert_allclose(values, side * np.log(prices), rtol=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_bar_by_bar(seed: int, walk: Callable[..., Bars]) -> None:
    bars = walk(seed, 500)
    batch = zigzag(*find_pivots(bars["high"], bars["low"], 5), bars["high"], bars["low"])
    recent, changes = Recent(11), []
    swings: Swings = ()
    for values in zip(
        *(bars[name].tolist() for name in ("open", "high", "low", "close", "volume")), strict=True
    ):
        recent.push(values)
        before = swings
        swings = moved(swings, *pivots(recent, 5), recent, 5)
        if swings is not before and len(swings) == 6:
            changes.append(seen(swings))
    assert [bars_of for _, bars_of, _ in changes] == [tuple(one) for one in batch.bars.T.tolist()]
    np.testing.assert_allclose([values for _, _, values in changes], batch.values.T, rtol=1e-12)


def test_highs_and_lows_take_turns_and_settled_swings_stay(walk: Callable[..., Bars]) -> None:
    bars = walk(5, 3000)
    made = zigzag(*find_pivots(bars["high"], bars["low"], 5), bars["high"], bars["low"])
    assert (made.bars[:-1] > made.bars[1:]).all()
    came = made.side[1:] != made.side[:-1]
    np.testing.assert_array_equal(made.bars[1:, 1:][:, came], made.bars[:-1, :-1][:, came])
    np.testing.assert_array_equal(made.bars[1:, 1:][:, ~came], made.bars[1:, :-1][:, ~came])
    assert (made.values[0, 1:] > made.values[0, :-1])[~came].all(), "a swing moves on only outwards"
    assert (~came).any()


def test_a_bar_that_is_both_is_left_out() -> None:
    high, low = np.full(30, 10.0), np.full(30, 9.0)
    high[10], low[10] = 11, 8
    highs, lows = find_pivots(high, low, 5)
    assert highs[10]
    assert lows[10]
    assert not zigzag(highs, lows, high, low).side.size
