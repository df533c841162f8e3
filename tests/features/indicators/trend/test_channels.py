"""Donchian's channel and the middle of closes; what all levels keep."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from ml_analytics.features.indicator import Bars


def test_donchian_and_midpoint(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    for period in (20, 55):
        top, bottom = textbook.highest(some["high"], period), textbook.lowest(some["low"], period)
        agree(some, f"donchian_upper_{period}", top)
        agree(some, f"donchian_lower_{period}", bottom)
        agree(some, f"donchian_middle_{period}", (top + bottom) / 2)
    middle = (textbook.highest(some["close"], 14) + textbook.lowest(some["close"], 14)) / 2
    agree(some, "midpoint_14", middle)


@pytest.mark.parametrize(
    "name", ["supertrend_10", "donchian_upper_20", "keltner_lower_20", "psar", "kijun_26"]
)
def test_they_scale_with_the_price(name: str, some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    doubled = {one: values * 2 for one, values in some.items()}
    np.testing.assert_allclose(column(doubled, name), 2 * column(some, name), rtol=1e-12)
