"""Laguerre RSI, one stage after the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None]) -> None:
    close, stages, expected = some["close"], [some["close"][0]] * 4, []
    for value in close:
        before, stages = stages, [0.5 * value + 0.5 * stages[0]]
        for number in (1, 2, 3):
            stages.append(-0.5 * stages[-1] + before[number - 1] + 0.5 * before[number])
        steps = -np.diff(stages)
        up, down = steps[steps > 0].sum(), -steps[steps < 0].sum()
        expected.append(100 * up / (up + down) if up + down else 0.0)
    agree(some, "lrsi", np.array(expected), exactly_known=False)


def test_a_rise_is_full_and_upside_down_the_rest(
    some: Bars, column: Callable[[Bars, str], np.ndarray]
) -> None:
    np.testing.assert_allclose(column({"close": np.arange(1.0, 80)}, "lrsi")[30:], 100)
    np.testing.assert_allclose(
        column({"close": 5000 - some["close"]}, "lrsi"), 100 - column(some, "lrsi"), atol=1e-7
    )
