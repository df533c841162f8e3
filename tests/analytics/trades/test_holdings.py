from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics.trades import annual_turnover, holdings
from ml_analytics.core.errors import ParameterError

DAYS = pd.date_range("2024-01-01", periods=3)
MONEY = pd.DataFrame(
    {"A": [50.0, 0.0, np.nan], "B": [-25.0, 80.0, 0.0], "Cash": [75.0, 20.0, -5.0]}, index=DAYS
)


def test_by_hand() -> None:
    found = holdings(MONEY)
    assert found["long"].tolist()[:2] == [0.5, 0.8]
    assert found["short"].tolist()[:2] == [-0.25, 0.0]
    assert found["gross"].tolist()[:2] == [0.75, 0.8]
    assert found["net"].tolist()[:2] == [0.25, 0.8]
    assert found["count"].tolist() == [2.0, 1.0, 0.0]
    assert math.isnan(found["gross"].iloc[2])  # the account owes money


def test_equity_of_its_own() -> None:
    equity = pd.Series([100.0, 160.0, 10.0], index=DAYS)
    for money in (MONEY, MONEY.drop(columns="Cash")):
        assert holdings(money, equity)["gross"].tolist() == [0.75, 0.5, 0.0]


@pytest.mark.parametrize(
    ("positions", "equity", "sentence"),
    [
        (MONEY.drop(columns="Cash"), None, "given with equity or a column 'cash'"),
        (MONEY.reset_index(drop=True), None, "on a DatetimeIndex"),
        (MONEY[::-1], None, "time order"),
        (MONEY.assign(A="x"), None, "numbers"),
        (MONEY, pd.Series([1.0], index=DAYS[:1]), "on the 3 times of the positions. Got '1 times'"),
    ],
)
def test_mistakes(positions: Any, equity: Any, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        holdings(positions, equity)


def test_turnover() -> None:
    assert annual_turnover([50.0, 0.0, 10.0], [100.0, np.nan, 0.0], 252) == 126.0
    assert math.isnan(annual_turnover([], [], 252))
    assert math.isnan(annual_turnover([1.0], [-1.0], 252))
    with pytest.raises(ParameterError, match="as long as traded"):
        annual_turnover([1.0], [1.0, 2.0], 252)
