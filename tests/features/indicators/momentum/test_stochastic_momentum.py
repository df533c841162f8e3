"""The stochastic momentum index by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    top, bottom = textbook.highest(some["high"], 13), textbook.lowest(some["low"], 13)

    def smooth(values: np.ndarray) -> np.ndarray:
        twice: np.ndarray = textbook.ema(textbook.ema(values, 25), 2)
        return twice

    index = 100 * smooth(some["close"] - (top + bottom) / 2) / smooth((top - bottom) / 2)
    agree(some, "smi", index, exactly_known=False)
    agree(some, "smi_signal", textbook.ema(index, 9))
