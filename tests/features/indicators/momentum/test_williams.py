"""Williams %R against its definition, also where a close was rounded out of the range of its bar."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ml_analytics.features.indicators.momentum.williams import williams_r


@pytest.mark.parametrize("period", [7, 14])
def test_by_definition(period: int, odd_bars: dict[str, pd.DataFrame]) -> None:
    bars = odd_bars["rounded beyond the range"]
    top, bottom = bars["high"].rolling(period).max(), bars["low"].rolling(period).min()
    expected = (-100 * (top - bars["close"]) / (top - bottom)).clip(-100, 0)
    made = williams_r(
        bars["high"].to_numpy(), bars["low"].to_numpy(), bars["close"].to_numpy(), period=period
    )
    np.testing.assert_allclose(made, expected, rtol=1e-9, atol=1e-9)
    beyond = (bars["close"] > top) | (bars["close"] < bottom)
    assert beyond.any()
    assert set(made[beyond]) == {-100.0, 0.0}


def test_turned_upside_down_it_is_measured_from_the_low(make_bars: Callable[..., pd.DataFrame]) -> None:
    high, low, close = (make_bars(300)[name].to_numpy() for name in ("high", "low", "close"))
    turned = williams_r(-low, -high, -close, period=14)
    np.testing.assert_allclose(williams_r(high, low, close, period=14), -100 - turned, atol=1e-9)
