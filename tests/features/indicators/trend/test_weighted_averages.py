"""Averages with weights of some shape, against the weights spelled out."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
import talib

from ml_analytics.features import catalogue
from ml_analytics.features.indicator import Bars

NAMES = ("alma_10", "fwma_10", "pwma_10", "sinwma_14", "swma_10")
WEIGHTS = {
    "alma_10": [np.exp(-((i - 0.85 * 9) ** 2) / (2 * (10 / 6) ** 2)) for i in range(10)],
    "fwma_10": [1, 1, 2, 3, 5, 8, 13, 21, 34, 55],
    "pwma_10": [1, 9, 36, 84, 126, 126, 84, 36, 9, 1],
    "sinwma_14": [np.sin(np.pi * (i + 1) / 15) for i in range(14)],
    "swma_10": [1, 2, 3, 4, 5, 5, 4, 3, 2, 1],
}


@pytest.mark.parametrize("name", NAMES)
def test_by_the_book(name: str, some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    weights = WEIGHTS[name]
    agree(
        some,
        name,
        textbook.rolling(some["close"], len(weights), lambda window: np.average(window, weights=weights)),
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_straight_line_keeps_its_slope_and_a_constant_its_value(
    name: str, column: Callable[[Bars, str], np.ndarray]
) -> None:
    line = {"close": 100.0 + 0.5 * np.arange(60.0)}
    np.testing.assert_allclose(np.diff(column(line, name)[20:]), 0.5)
    np.testing.assert_allclose(column({"close": np.full(60, 7.25)}, name)[20:], 7.25)


def test_the_newest_counts_most_where_it_should(column: Callable[[Bars, str], np.ndarray]) -> None:
    leap = {"close": np.where(np.arange(60) < 30, 1.0, 2.0)}
    done = [column(leap, name)[34] for name in ("alma_10", "fwma_10", "swma_10")]
    assert all(first > then for first, then in pairwise(done))  # half a window after the leap


def test_an_odd_triangle_is_talibs(some: Bars) -> None:
    swma = next(one for one in catalogue("trend") if one.family == "swma").with_parameters(period=9)
    np.testing.assert_allclose(
        swma.values(some)["swma_9"][8:], talib.TRIMA(some["close"], timeperiod=9)[8:], rtol=1e-12
    )
