"""Klinger's oscillator by the book."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_by_the_book(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    typical = textbook.typical(some)
    signed = some["volume"] * np.sign(typical - textbook.shift(typical))
    line = textbook.ema(signed, 34) - textbook.ema(signed, 55)
    agree(some, "kvo", line, exactly_known=False)
    agree(some, "kvo_signal", textbook.ema(line, 13))


def test_upside_down_and_without_volume(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    turned = {name: 5000 - values for name, values in some.items()}
    turned |= {"high": 5000 - some["low"], "low": 5000 - some["high"], "volume": some["volume"]}
    np.testing.assert_allclose(column(turned, "kvo"), -column(some, "kvo"), rtol=1e-9)
    assert not np.nan_to_num(column({**some, "volume": np.zeros(400)}, "kvo_signal")).any()
