from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics import LeakageError
from ml_analytics.models.ensemble.folds import bars_of, forward_folds, forward_holdout


@given(st.lists(st.integers(1, 3), min_size=2, max_size=60), st.integers(1, 8), st.integers(0, 5))
def test_whoever_predicts_has_learnt_from_earlier_rows_only(widths: list[int], folds: int, gap: int) -> None:
    bars = np.repeat(np.arange(len(widths)), widths)
    splits = [*forward_folds(bars, folds, gap), *forward_holdout(bars, 0.3, gap)]
    for train, test in splits:
        if len(train) and len(test):
            assert bars[train].max() + gap < bars[test].min()
            assert train[0] == 0 and (np.diff(train) == 1).all()  # expanding: from the first row on
    tested = np.concatenate([test for _, test in splits[:-1]])
    assert len(np.unique(tested)) == len(tested)  # no row is predicted twice
    if len(tested) and len(widths) > folds:
        assert tested.max() == len(bars) - 1
        assert bars[tested].min() >= np.floor(len(widths) / (folds + 1))  # the first block never


def test_rows_of_one_time_stay_together() -> None:
    times = pd.DatetimeIndex(["2024-01-01", "2024-01-01", "2024-01-02", "2024-01-03"])
    assert bars_of(pd.DataFrame({"a": range(4)}, index=times), "test").tolist() == [0, 0, 1, 2]
    with pytest.raises(LeakageError, match="time order"):
        bars_of(pd.DataFrame({"a": range(4)}, index=times[::-1]), "test")
