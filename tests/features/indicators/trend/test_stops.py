"""Chandelier and Chande-Kroll stops by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_chandelier(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    away = 3 * textbook.rma(textbook.true_range(some), 22)
    agree(some, "chandelier_long_22", textbook.highest(some["high"], 22) - away)
    agree(some, "chandelier_short_22", textbook.lowest(some["low"], 22) + away)


def test_chande_kroll(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    away = 3 * textbook.rma(textbook.true_range(some), 10)
    below, above = textbook.highest(some["high"], 10) - away, textbook.lowest(some["low"], 10) + away
    agree(some, "chande_kroll_long_10_20", textbook.highest(below, 20))
    agree(some, "chande_kroll_short_10_20", textbook.lowest(above, 20))


def test_upside_down_long_and_short_change_places(
    some: Bars, column: Callable[[Bars, str], np.ndarray]
) -> None:
    turned = {name: 5000 - values for name, values in some.items()}
    turned |= {"high": 5000 - some["low"], "low": 5000 - some["high"]}
    for one, other in (
        ("chandelier_long_22", "chandelier_short_22"),
        ("chande_kroll_long_10_20", "chande_kroll_short_10_20"),
    ):
        np.testing.assert_allclose(column(turned, one), 5000 - column(some, other), rtol=1e-9)
