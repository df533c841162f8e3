"""On which side the volume was, against sums and NumPy's least squares."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_slope_of_the_line(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    signed = np.sign(np.diff(some["close"])) * some["volume"][1:]
    line = np.concatenate([[0.0], np.cumsum(signed)])
    slope = textbook.rolling(line, 20, lambda one: np.polyfit(np.arange(20), one, 1)[0])
    agree(some, "obv_slope_20", slope / textbook.sma(some["volume"], 20))


def test_shares(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    move = some["close"] / textbook.shift(some["close"]) - 1
    total = textbook.total(some["volume"], 20)
    rose = np.where(np.isnan(move), np.nan, (move > 0) * some["volume"])
    agree(some, "up_volume_share_20", textbook.total(rose, 20) / total)
    agree(some, "volume_weighted_return_20", textbook.total(move * some["volume"], 20) / total)


def test_upside_down(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    turned = {name: values if name == "volume" else 1e6 / values for name, values in some.items()}
    assert (np.diff(some["close"]) != 0).all()
    np.testing.assert_allclose(column(turned, "obv_slope_20"), -column(some, "obv_slope_20"), atol=1e-12)
    np.testing.assert_allclose(
        column(turned, "up_volume_share_20"), 1 - column(some, "up_volume_share_20"), atol=1e-12
    )


def test_bounds(column: Callable[[Bars, str], np.ndarray]) -> None:
    """Prices that only rise, on volumes that are alike, are as far up as it goes."""
    close = np.linspace(10, 20, 60)
    bars = {**dict.fromkeys(("open", "high", "low", "close"), close), "volume": np.full(60, 4.0)}
    np.testing.assert_allclose(column(bars, "obv_slope_20")[19:], 1)
    np.testing.assert_allclose(column(bars, "up_volume_share_20")[20:], 1)
