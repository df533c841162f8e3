"""Correlation trend indicator against NumPy's correlation."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_against_numpy(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    agree(
        some,
        "cti_12",
        textbook.rolling(some["close"], 12, lambda window: np.corrcoef(window, np.arange(12))[0, 1]),
    )


def test_a_line_is_one_and_its_mirror_minus_one(
    some: Bars, column: Callable[[Bars, str], np.ndarray]
) -> None:
    np.testing.assert_allclose(column({"close": np.arange(1.0, 60)}, "cti_12")[11:], 1)
    np.testing.assert_allclose(
        column({"close": 5000 - some["close"]}, "cti_12"), -column(some, "cti_12"), atol=1e-9
    )
