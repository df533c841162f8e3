"""Moves of prices."""

from __future__ import annotations

import numpy as np
import pytest

from ml_analytics.features.moves import log_return


@pytest.mark.parametrize("period", [1, 3, 10])
def test_log_returns_add_up(period: int) -> None:
    close = np.random.default_rng(0).uniform(50, 150, 40)
    single, several = log_return(close, 1), log_return(close, period)
    assert np.isnan(several[:period]).all()
    for t in range(period, 40):
        assert several[t] == pytest.approx(single[t - period + 1 : t + 1].sum())


def test_log_return_of_a_short_series() -> None:
    assert np.isnan(log_return(np.array([1.0]), 5)).all()
