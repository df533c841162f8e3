"""Share of unchanged closes against counting."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np


def test_zero_returns(agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    close = 10 + np.cumsum(np.random.default_rng(2).integers(-1, 2, 200)) * 0.25 + 50
    bars = dict.fromkeys(("open", "high", "low", "close", "volume"), close)
    still = np.where(np.arange(200) == 0, np.nan, close == textbook.shift(close))
    agree(bars, "zero_return_share_20", textbook.sma(still, 20))
    assert np.nanstd(textbook.sma(still, 20)) > 0
