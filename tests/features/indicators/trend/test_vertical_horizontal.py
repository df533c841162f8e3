"""The vertical horizontal filter against its textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_vertical_horizontal_filter(
    some: Bars, agree: Callable[..., None], textbook: SimpleNamespace
) -> None:
    close = some["close"]
    way = textbook.total(np.abs(close - textbook.shift(close)), 28)
    agree(some, "vhf_28", (textbook.highest(close, 28) - textbook.lowest(close, 28)) / way)
