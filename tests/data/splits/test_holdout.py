from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import LeakageError, ParameterError
from ml_analytics.data import final_holdout, load_sp500


def test_last_two_years_of_the_sample() -> None:
    bars = load_sp500()
    train, test = final_holdout(bars, horizon=1)
    assert bars.index[test[0]] == pd.Timestamp("2017-01-03", tz="UTC")
    assert len(test) == 502
    assert train[-1] == test[0] - 2


@settings(max_examples=60, deadline=None)
@given(n=st.integers(2, 400), horizon=st.integers(0, 20), cut=st.integers(0, 399))
def test_laws(n: Any, horizon: Any, cut: Any) -> None:
    days = pd.date_range("2020-01-01", periods=n, tz="UTC")
    start = pd.Timestamp("2020-01-01", tz="UTC") + pd.Timedelta(days=cut)
    try:
        train, test = final_holdout(days, start=start.to_pydatetime(), horizon=horizon)
    except ParameterError:
        assert cut >= n or cut <= horizon
        return
    assert (days[test] >= start).all() and test[-1] == n - 1
    assert train[-1] + horizon < test[0] and train[-1] + horizon + 1 == test[0]


def test_start_and_naive_times() -> None:
    days = pd.date_range("2020-01-01", periods=100)
    train, test = final_holdout(pd.DataFrame({"timestamp": days, "x": 1}), start="2020-03-01")
    assert (len(train), len(test)) == (60, 40)


def test_refusals() -> None:
    days = pd.date_range("2020-01-01", periods=100, tz="UTC")
    with pytest.raises(ParameterError, match="'index' parameter of final_holdout"):
        final_holdout([1, 2, 3])
    with pytest.raises(ParameterError, match="'index'"):
        final_holdout(days[:0])
    with pytest.raises(ParameterError, match=r"'years'.*both parts"):
        final_holdout(days)
    with pytest.raises(ParameterError, match=r"'years'.*above 0"):
        final_holdout(days, years=-1)
    with pytest.raises(ParameterError, match=r"'start'.*both parts"):
        final_holdout(days, start="2030-01-01")
    with pytest.raises(LeakageError, match="time order"):
        final_holdout(days[::-1])
