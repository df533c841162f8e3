"""Illiquidity against its definition."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_illiquidity(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    move = np.abs(np.log(some["close"] / textbook.shift(some["close"])))
    for period in (5, 20):
        agree(some, f"amihud_{period}", textbook.sma(move / (some["close"] * some["volume"]), period))
    turnover = textbook.sma(move / some["volume"], 20) * textbook.sma(some["volume"], 20)
    agree(some, "turnover_illiquidity_20", turnover)


def test_a_spell_without_depth_is_forgotten(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    thin = {**some, "volume": np.where(np.arange(400) == 200, 1e-9, some["volume"])}
    np.testing.assert_array_equal(column(thin, "amihud_20")[220:], column(some, "amihud_20")[220:])


def test_twice_the_volume_is_half_the_impact(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    busy = {**some, "volume": some["volume"] * 2}
    np.testing.assert_allclose(column(busy, "amihud_20"), column(some, "amihud_20") / 2)
    np.testing.assert_allclose(
        column(busy, "turnover_illiquidity_20"), column(some, "turnover_illiquidity_20")
    )
