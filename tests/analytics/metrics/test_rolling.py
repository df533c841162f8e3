from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics import metrics as m
from ml_analytics.core.errors import ParameterError


def test_each_point_is_the_metric_of_its_window(market: pd.Series) -> None:
    some = market.iloc[:400]
    sharpe, spread = m.rolling_sharpe(some, 252, 60, 0.02), m.rolling_volatility(some, 252, 60)
    assert sharpe.index.equals(some.index)
    assert sharpe.iloc[:59].isna().all()
    for end in (60, 200, 400):
        window = some.iloc[end - 60 : end]
        assert sharpe.iloc[end - 1] == pytest.approx(m.sharpe_ratio(window, 252, 0.02), rel=1e-6)
        assert spread.iloc[end - 1] == pytest.approx(m.volatility(window, 252), rel=1e-6)


def test_nothing_that_varies_is_nan() -> None:
    assert m.rolling_sharpe([0.01] * 5, 252, 3).isna().all()
    assert np.nan_to_num(m.rolling_volatility([0.01] * 5, 252, 3)).tolist() == [0.0] * 5


def test_the_window_must_be_a_count() -> None:
    with pytest.raises(ParameterError, match="'window' parameter of rolling_sharpe"):
        m.rolling_sharpe([0.01], 252, 0)
