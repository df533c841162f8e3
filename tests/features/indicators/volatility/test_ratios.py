"""Ratios of volatility against their parts."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_volatility_ratio(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    move = np.log(some["close"] / textbook.shift(some["close"]))
    for short, long in ((5, 20), (20, 50)):
        agree(
            some,
            f"volatility_ratio_{short}_{long}",
            textbook.rolling(move, short, np.std) / textbook.rolling(move, long, np.std),
        )


def test_atr_ratio(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    ranges = textbook.true_range(some)
    agree(some, "atr_ratio_7_28", textbook.rma(ranges, 7) / textbook.rma(ranges, 28))
