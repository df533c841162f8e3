"""The vortex indicator against its textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_vortex(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    high, low, total, shift = some["high"], some["low"], textbook.total, textbook.shift
    ranges = total(textbook.true_range(some), 14)
    agree(some, "vortex_plus_14", total(np.abs(high - shift(low)), 14) / ranges)
    agree(some, "vortex_minus_14", total(np.abs(low - shift(high)), 14) / ranges)
