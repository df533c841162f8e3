"""Price volume rank, bar by bar."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ml_analytics.features.indicator import Bars


def test_bar_by_bar(some: Bars, agree: Callable[..., None]) -> None:
    ranks = {(True, True): 1, (True, False): 2, (False, True): 3, (False, False): 4}
    close, volume = some["close"], some["volume"]
    expected = [np.nan] + [
        ranks[bool(close[t] >= close[t - 1]), bool(volume[t] >= volume[t - 1])] for t in range(1, len(close))
    ]
    agree(some, "pvr", np.array(expected, dtype=float))


def test_quiet_falls_and_busy_rises(column: Callable[[Bars, str], np.ndarray]) -> None:
    bars = {"close": np.array([3.0, 4.0, 3.0, 3.0]), "volume": np.array([5.0, 9.0, 1.0, 0.0])}
    np.testing.assert_array_equal(column(bars, "pvr")[1:], [1, 4, 2])
