from __future__ import annotations

import numpy as np
import pandas as pd

from ml_analytics.use_cases.markets import MarketConfig, regimes


def test_inputs_at_a_bar_do_not_change_with_later_bars(bars: pd.DataFrame) -> None:
    whole, part = regimes.regime_inputs(bars), regimes.regime_inputs(bars.iloc[:700])
    pd.testing.assert_frame_equal(whole.loc[: bars.index[699]], part)


def test_appended_bars_flip_nothing(bars: pd.DataFrame, config: MarketConfig) -> None:
    detector = regimes.fit_regimes(bars, bars.index[900], config)
    inputs = regimes.regime_inputs(bars)
    whole = detector.predict(inputs)
    for cut in (950, 1100, 1300):
        np.testing.assert_array_equal(detector.predict(inputs.iloc[:cut]), whole[:cut])


def test_the_table_adds_up(bars: pd.DataFrame, config: MarketConfig) -> None:
    states = pd.Series(np.arange(len(bars)) % 2, index=bars.index)
    table = regimes.describe(bars, states, {0: "even", 1: "odd"})
    assert sum(row["share"] for row in table) == 1.0
    following = bars["close"].pct_change().shift(-1)
    assert np.isclose(table[1]["next_bar_mean"], following[states == 1].dropna().mean())
