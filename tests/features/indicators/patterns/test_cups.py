"""Cups over the whole series and bar by bar; the oracle is in the test of all chart patterns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ml_analytics.features.indicator import Bars
from ml_analytics.features.indicators.patterns.cups import cup, cups, followed
from ml_analytics.features.indicators.patterns.pivots import find_pivots
from ml_analytics.features.indicators.patterns.shapes import Shape
from ml_analytics.features.stepping import Recent
from ml_analytics.features.stepping.pivots import pivots


@pytest.mark.parametrize("seed", range(6))
def test_bar_by_bar_the_same_cups(seed: int, walk: Callable[..., Bars]) -> None:
    bars = walk(seed, 3000)
    highs, lows = find_pivots(bars["high"], bars["low"], 5)
    total = np.cumsum(np.log(bars["close"]))
    batch = (
        cups(highs, bars["high"], bars["low"], total, 5, 1),
        cups(lows, bars["low"], bars["high"], total, 5, -1),
    )
    recent = Recent(11)
    states: list[object] = [None, None]
    found: list[list[tuple[int, Shape]]] = [[], []]
    for values in zip(
        *(bars[name].tolist() for name in ("open", "high", "low", "close", "volume")), strict=True
    ):
        recent.push(values)
        if recent.bar < 5:
            continue
        for place, (pivot, side) in enumerate(zip(pivots(recent, 5), (1, -1), strict=True)):
            states[place], shape = followed(states[place], recent, pivot, 5, side)
            if shape:
                found[place].append((recent.bar - 5, shape))
    for made, expected in zip(found, batch, strict=True):
        order = np.argsort(expected.bars)
        assert [bar for bar, _ in made] == expected.bars[order].tolist()
        np.testing.assert_allclose([one.upper for _, one in made], expected.shape.upper[order], rtol=1e-12)
        np.testing.assert_allclose([one.lower for _, one in made], expected.shape.lower[order], rtol=1e-12)
    assert sum(map(len, found)) > 2


GOOD = {"left": 1.0, "right": 1.0, "bottom": 0.0, "between": 0.8, "before": -0.1, "mean": 0.34, "width": 60}


@pytest.mark.parametrize(
    ("changes", "holds"),
    [
        ({}, True),
        ({"right": 0.85}, True),
        ({"right": 0.8}, False),
        ({"between": 1.0}, False),
        ({"before": 0.0}, False),
        ({"mean": 0.51}, False),
        ({"width": 29}, False),
        ({"width": 30}, True),
        ({"width": 151}, False),
        ({"bottom": 2.0}, False),
    ],
)
def test_what_makes_a_cup(changes: dict[str, float], holds: bool) -> None:
    made = cup(**(GOOD | changes), k=5)
    assert made.holds == holds
    if not changes:
        assert (made.upper, made.lower, made.up, made.down) == (1.0, 0.5, 100, 0)
