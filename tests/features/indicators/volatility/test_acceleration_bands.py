"""Acceleration bands by the book, and TA-Lib's."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import talib

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    high, low = some["high"], some["low"]
    agree(some, "accbands_upper_20", textbook.sma(high * (1 + 4 * (high - low) / (high + low)), 20))
    agree(some, "accbands_middle_20", textbook.sma(some["close"], 20))
    agree(some, "accbands_lower_20", textbook.sma(low * (1 - 4 * (high - low) / (high + low)), 20))


def test_as_talib(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    bands = talib.ACCBANDS(some["high"], some["low"], some["close"], timeperiod=20)
    for name, expected in zip(("upper", "middle", "lower"), bands, strict=True):
        np.testing.assert_allclose(column(some, f"accbands_{name}_20"), expected, rtol=1e-11)


def test_bars_without_a_range_have_bands_on_one_another(
    some: Bars, column: Callable[[Bars, str], np.ndarray]
) -> None:
    points = dict.fromkeys(("high", "low", "close"), some["close"])
    np.testing.assert_array_equal(column(points, "accbands_upper_20"), column(points, "accbands_lower_20"))
