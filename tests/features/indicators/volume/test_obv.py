"""Cumulative lines against adding up."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_on_balance_volume(some: Bars, agree: Callable[..., None]) -> None:
    signed = np.sign(np.diff(some["close"])) * some["volume"][1:]
    agree(some, "obv", np.cumsum(np.concatenate([some["volume"][:1], signed])))


def test_volume_price_trend(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    gained = (some["close"] / textbook.shift(some["close"]) - 1)[1:] * some["volume"][1:]
    agree(some, "vpt", np.concatenate([[0.0], np.cumsum(gained)]))
