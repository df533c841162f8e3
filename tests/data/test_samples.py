from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.data import load_fama_french, load_nasdaq, load_sp500


@pytest.mark.parametrize("load", [load_sp500, load_nasdaq])
def test_daily_bars_have_the_house_shape(load: Any) -> None:
    bars = load()
    assert bars.columns.tolist() == ["open", "high", "low", "close", "adj_close", "volume"]
    assert bars.index.name == "timestamp"
    assert str(bars.index.tz) == "UTC"
    assert bars.index.is_monotonic_increasing and bars.index.is_unique
    assert (bars.dtypes == "float64").all()
    assert np.isfinite(bars.to_numpy()).all()
    assert len(bars) == 5031
    assert bars.index[0] == pd.Timestamp("1999-01-04", tz="UTC")
    assert bars.index[-1] == pd.Timestamp("2018-12-31", tz="UTC")


def test_known_closes() -> None:
    assert load_sp500()["close"].iloc[-1] == pytest.approx(2506.85, abs=0.01)
    assert load_nasdaq()["close"].iloc[-1] == pytest.approx(6635.28, abs=0.01)


def test_every_call_gives_a_new_frame() -> None:
    bars: Any = load_sp500()
    bars.iloc[0, 0] = -1.0
    again: Any = load_sp500()
    assert again.iloc[0, 0] > 0


def test_factors_are_one_row_per_month_end() -> None:
    factors: Any = load_fama_french()
    assert factors.columns.tolist() == ["mkt_rf", "smb", "hml", "rf"]
    assert len(factors) == 1109
    assert (factors.index.day == factors.index.days_in_month).all()
    months = factors.index.year * 12 + factors.index.month
    assert (np.diff(months) == 1).all()
    assert factors.loc["2008-10-31", "mkt_rf"] == pytest.approx(-17.23)  # a month everyone remembers
