"""The accumulation line and its oscillator against their textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def flow(bars: Bars) -> np.ndarray:
    place = ((bars["close"] - bars["low"]) - (bars["high"] - bars["close"])) / (bars["high"] - bars["low"])
    return place * bars["volume"]


def test_line_and_oscillator(some: Bars, agree: Callable[..., None]) -> None:
    line = np.cumsum(flow(some))
    agree(some, "ad", line)
    averages = []
    for period in (3, 10):
        made = [line[0]]
        for value in line[1:]:
            made.append(made[-1] + 2 / (period + 1) * (value - made[-1]))
        averages.append(np.array(made))
    agree(some, "adosc", averages[0] - averages[1], exactly_known=False)


def test_chaikin_money_flow(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    agree(some, "cmf_20", textbook.total(flow(some), 20) / textbook.total(some["volume"], 20))
