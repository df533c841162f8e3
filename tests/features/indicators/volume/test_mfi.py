"""Money flow index against its textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_money_flow_index(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    typical = textbook.typical(some)
    move, money = typical - textbook.shift(typical), typical * some["volume"]
    known = np.where(np.isnan(move), np.nan, 0.0)
    up = textbook.total(np.where(move > 0, money, 0) + known, 14)
    down = textbook.total(np.where(move < 0, money, 0) + known, 14)
    agree(some, "mfi_14", 100 * up / (up + down))
