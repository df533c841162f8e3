from __future__ import annotations

import numpy as np
import pandas as pd

from ml_analytics.analytics.metrics.trials import trials


def test_each_strategy_lies_together_with_its_name() -> None:
    table = trials(pd.DataFrame({"a": [1, 2], "b": [0.5, None]}), "test")
    assert table.names.tolist() == ["a", "b"]
    assert table.values[0].tolist() == [1.0, 2.0]
    assert table.values.flags.c_contiguous
    assert np.isnan(table.values[1, 1])
    assert table.times is None


def test_a_series_is_a_table_of_one_with_its_times(market: pd.Series) -> None:
    table = trials(market, "test")
    assert table.values.shape == (1, 5030)
    assert table.times is not None
    assert table.times.equals(market.index)
