"""MACD against its textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_macd_begins_both_averages_together(
    some: Bars, agree: Callable[..., None], textbook: SimpleNamespace
) -> None:
    late = some["close"].copy()
    late[: 26 - 12] = np.nan
    line = textbook.ema(late, 12) - textbook.ema(some["close"], 26)
    signal = textbook.ema(line, 9)
    agree(some, "macd", line, exactly_known=False)
    agree(some, "macd_signal", signal)
    agree(some, "macd_hist", line - signal)
