"""Keltner's channel against its textbook form."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_keltner(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    middle = textbook.ema(textbook.typical(some), 20)
    ranges = textbook.true_range(some)
    ranges[:10] = np.nan  # its mean begins as late as the first value of the channel allows
    away = 2 * textbook.rma(ranges, 10)
    agree(some, "keltner_upper_20", middle + away)
    agree(some, "keltner_middle_20", middle + 0 * away)
    agree(some, "keltner_lower_20", middle - away)
