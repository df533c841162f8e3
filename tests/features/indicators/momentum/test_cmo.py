"""Chande's oscillator by the book, with Wilder's averages."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import talib

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    move = np.diff(some["close"], prepend=np.nan)
    agree(some, "cmo_14", 100 * textbook.rma(move, 14) / textbook.rma(np.abs(move), 14))


def test_plain_sums_by_the_book_and_as_talib(
    some: Bars, agree: Callable[..., None], textbook: SimpleNamespace
) -> None:
    move = np.diff(some["close"], prepend=np.nan)
    up, down = (textbook.total(np.where(move * side > 0, np.abs(move), move * 0), 14) for side in (1, -1))
    agree(some, "cmou_14", 100 * (up - down) / (up + down))
    agree(some, "cmou_14", talib.CMOU(some["close"], timeperiod=14))


def test_it_is_the_rsi_around_zero(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    np.testing.assert_allclose(column(some, "cmo_14"), 2 * column(some, "rsi_14") - 100, atol=1e-9)
