"""Aroon against its textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_aroon(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    for period in (14, 25):
        up = textbook.rolling(
            some["high"], period + 1, lambda window: 100 * (1 - np.argmax(window[::-1]) / (len(window) - 1))
        )
        down = textbook.rolling(
            some["low"], period + 1, lambda window: 100 * (1 - np.argmin(window[::-1]) / (len(window) - 1))
        )
        agree(some, f"aroon_up_{period}", up)
        agree(some, f"aroon_down_{period}", down)
        agree(some, f"aroon_osc_{period}", up - down)
