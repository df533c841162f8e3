"""Negative and positive volume index against compounding."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ml_analytics.features.indicator import Bars


def test_indices(some: Bars, agree: Callable[..., None]) -> None:
    close, volume = some["close"], some["volume"]
    for name, sign in (("nvi", -1), ("pvi", 1)):
        made = [1000.0]
        for bar in range(1, len(close)):
            counts = sign * (volume[bar] - volume[bar - 1]) > 0
            made.append(made[-1] * close[bar] / close[bar - 1] if counts else made[-1])
        agree(some, name, np.array(made))


def test_together_they_make_the_price(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    """Every bar of these counts in one of the two."""
    product = column(some, "nvi") / 1000 * column(some, "pvi") / 1000
    assert (np.diff(some["volume"]) != 0).all()
    np.testing.assert_allclose(product, some["close"] / some["close"][0], rtol=1e-9)
