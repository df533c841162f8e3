"""Chande's oscillator by the book, with Wilder's averages."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    move = np.diff(some["close"], prepend=np.nan)
    agree(some, "cmo_14", 100 * textbook.rma(move, 14) / textbook.rma(np.abs(move), 14))


def test_it_is_the_rsi_around_zero(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    np.testing.assert_allclose(column(some, "cmo_14"), 2 * column(some, "rsi_14") - 100, atol=1e-9)
