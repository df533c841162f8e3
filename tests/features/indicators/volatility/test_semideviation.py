"""Downside and upside deviation against their definition."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_semideviation(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    move = np.log(some["close"] / textbook.shift(some["close"]))
    down = textbook.rolling(move, 20, lambda one: np.sqrt(np.mean([min(x, 0) ** 2 for x in one])))
    up = textbook.rolling(move, 20, lambda one: np.sqrt(np.mean([max(x, 0) ** 2 for x in one])))
    agree(some, "downside_deviation_20", down)
    agree(some, "upside_deviation_20", up)


def test_both_make_the_mean_square(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    down, up = column(some, "downside_deviation_20"), column(some, "upside_deviation_20")
    realised = column(some, "realised_volatility_20")
    np.testing.assert_allclose(down**2 + up**2, realised**2 / 20, rtol=1e-12)


def test_upside_down_they_change_places(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    turned = {name: 1e6 / values for name, values in some.items()}
    np.testing.assert_allclose(
        column(turned, "downside_deviation_20"), column(some, "upside_deviation_20"), rtol=1e-9
    )
