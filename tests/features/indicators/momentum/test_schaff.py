"""Schaff trend cycle by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def smoothed_place(values: np.ndarray) -> np.ndarray:
    out, smooth = np.full(len(values), np.nan), np.nan
    for t in range(9, len(values)):
        window = values[t - 9 : t + 1]
        if np.isnan(window).any():
            continue
        place = 100 * (window[-1] - window.min()) / (window.max() - window.min())
        smooth = place if np.isnan(smooth) else smooth + 0.5 * (place - smooth)
        out[t] = smooth
    return out


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    line = textbook.ema(some["close"], 12) - textbook.ema(some["close"], 26)
    agree(some, "stc", smoothed_place(smoothed_place(line)))


def test_it_stays_within_its_scale(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    values = column(some, "stc")[43:]
    assert values.min() >= 0
    assert values.max() <= 100
    turned = column({"close": 5000 - some["close"]}, "stc")[43:]
    np.testing.assert_allclose(turned, 100 - values, atol=1e-6)
