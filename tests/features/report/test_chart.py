"""The chart holds the catalogue's own numbers, on the bars shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import talib

from ml_analytics.core.errors import ParameterError
from ml_analytics.features import catalogue
from ml_analytics.features.report.chart import AVERAGES, BAND, RSI, Chart, make_chart
from ml_analytics.features.report.inputs import read_inputs


def chart_of(bars: pd.DataFrame, columns: dict[str, object], count: int = 100) -> Chart:
    made = make_chart(read_inputs(pd.DataFrame(columns, index=bars.index), bars, None), list(columns), count)
    assert made is not None
    return made


def test_what_is_drawn_stands_in_the_catalogue() -> None:
    assert {*BAND, *AVERAGES, RSI} <= {name for one in catalogue() for name in one.columns}


def test_indicators_are_those_of_talib_on_all_bars(bars: pd.DataFrame) -> None:
    made = chart_of(bars, {"mine": np.arange(600.0)})
    close = bars["close"].to_numpy()
    upper, middle, lower = talib.BBANDS(close, 20, 2.0, 2.0)
    for line, expected in (
        *zip(made.band, (upper, middle, lower), strict=True),
        (made.overlays[0], talib.SMA(close, 50)),
        (made.overlays[1], talib.SMA(close, 200)),
        (made.panels[0], talib.RSI(close, 14)),
    ):
        np.testing.assert_array_equal(line.values, expected[-100:])
    assert made.bars.index.equals(bars.index[-100:]) and len(made.close) == 600
    assert made.panels[1].name == "mine" and made.panels[1].values.tolist() == list(range(500, 600))


def test_a_feature_at_the_price_goes_over_it(bars: pd.DataFrame) -> None:
    columns = {"ema_20": bars["close"] * 1.01, "macd": bars["close"] * 0.01, "none": np.nan}
    made = chart_of(bars, columns)
    assert [one.name for one in made.overlays] == ["sma_50", "sma_200", "ema_20"]
    assert [one.name for one in made.panels] == ["rsi_14", "macd", "none"]


def test_a_feature_is_missing_on_a_bar_without_a_row(bars: pd.DataFrame) -> None:
    table = pd.DataFrame({"mine": np.arange(600.0)}, index=bars.index).iloc[::2]
    made = make_chart(read_inputs(table, bars, None), ["mine"], 10)
    assert made is not None
    np.testing.assert_array_equal(
        made.panels[1].values, [590, np.nan, 592, np.nan, 594, np.nan, 596, np.nan, 598, np.nan]
    )


def test_without_bars_there_is_no_chart_but_names_are_checked() -> None:
    inputs = read_inputs(pd.DataFrame({"a": [1.0]}), None, None)
    assert make_chart(inputs, ["a"], 10) is None
    with pytest.raises(ParameterError, match=r"made of names of the features\. Got 'b'"):
        make_chart(inputs, ["b"], 10)
