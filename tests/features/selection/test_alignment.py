"""A target is read beside the features it belongs to, or refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.features import FeatureEngineeringPipeline, FeatureSelector
from ml_analytics.features.selection.alignment import require_aligned

DAYS = pd.date_range("2024-01-01", periods=40, tz="UTC")
PANEL = pd.MultiIndex.from_product([["A", "B", "C"], DAYS], names=["symbol", "timestamp"])
TABLE = pd.DataFrame(np.random.default_rng(0).normal(size=(120, 3)), index=PANEL, columns=list("abc"))
TARGET = TABLE["b"].rename("target")


def refused(target: Any, frame: pd.DataFrame) -> bool:
    try:
        require_aligned(target, frame, "x")
    except ParameterError as error:
        assert str(error).count(". ") == 1 and "'target' parameter of x" in str(error)
        return True
    return False


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 10_000), swapped=st.booleans())
def test_exactly_the_same_rows_in_the_same_order_are_taken(seed: int, swapped: bool) -> None:
    generator = np.random.default_rng(seed)
    order = np.arange(120) if seed % 3 == 0 else generator.permutation(120)
    target = TARGET.iloc[order]
    target = target.swaplevel() if swapped else target
    assert refused(target, TABLE) == (order != np.arange(120)).any()
    assert not refused(target, TABLE.iloc[order])


def test_what_the_review_found() -> None:
    by_time = TARGET.sort_index(level="timestamp")
    assert refused(by_time, TABLE) and refused(TARGET[::-1], TABLE)
    assert refused(TARGET.droplevel(0)[::-1], TABLE), "times alone, in reverse"
    assert refused(TARGET.reset_index(drop=True)[::-1], TABLE), "numbers in reverse"
    with pytest.raises(ParameterError, match="symbols and times"):
        FeatureSelector("f_test").fit(TABLE, by_time)
    found = FeatureSelector("f_test", 1).fit(TABLE.loc[by_time.index], by_time)
    assert found.selection_.names == ("b",)


@pytest.mark.parametrize(
    "target",
    [
        TARGET,
        TARGET.to_numpy(),
        TARGET.tolist(),
        pl.Series(TARGET.to_numpy()),
        TARGET.reset_index(drop=True),
        TARGET.droplevel(0),
        TARGET.droplevel(1),
        TARGET.droplevel(0).tz_localize(None),
        TARGET.set_axis(pd.RangeIndex(500, 740, 2)),
    ],
)
def test_what_goes_by_position_or_fits_is_taken(target: Any) -> None:
    assert not refused(target, TABLE)


@pytest.mark.parametrize(
    "target",
    [
        TARGET.set_axis(PANEL.set_levels(["A", "B", "D"], level=0)),
        TARGET.set_axis(PANEL.set_levels(list(DAYS + pd.Timedelta("1h")), level=1)),
        TARGET.set_axis(pd.MultiIndex.from_arrays([PANEL.get_level_values(1), PANEL.get_level_values(1)])),
        TARGET.droplevel(1)[::-1],
    ],
)
def test_other_symbols_times_and_levels_are_refused(target: Any) -> None:
    assert refused(target, TABLE)


def test_symbols_and_times_in_columns_count_too() -> None:
    flat = TABLE.reset_index()
    assert not refused(TARGET, flat) and not refused(TARGET.droplevel(0), flat)
    assert refused(TARGET[::-1], flat) and refused(TARGET[::-1], flat.drop(columns="symbol"))
    assert not refused(TARGET[::-1], flat[["a", "b"]]), "an array has no rows to compare"


def test_one_level() -> None:
    single = TABLE.reset_index(drop=True)
    assert refused(pd.Series(range(120))[::-1], single)
    assert not refused(pd.Series(range(120), index=range(7, 127)), single)
    dated = single.set_index(pd.date_range("2024-01-01", periods=120))
    assert not refused(pd.Series(range(120)), dated)
    assert refused(pd.Series(range(120), index=dated.index[::-1]), dated)
    assert refused(TARGET, dated)
    named = single.set_index(pd.Index([f"row {at}" for at in range(120)]))
    assert refused(pd.Series(range(120), index=named.index[::-1]), named)


def test_a_kept_selection_is_not_given_to_another_order(tmp_path: Any) -> None:
    generator = np.random.default_rng(1)
    close = pd.Series(100 * np.exp(generator.normal(0, 0.01, 120).cumsum()), index=PANEL)
    bars = pd.DataFrame({"open": close, "high": close * 1.01, "low": close / 1.01, "close": close})
    bars["volume"] = 1.0
    config = {
        "technical_indicators": {"returns": True},
        "feature_selection": {"method": "f_test", "n_features": 2},
    }
    pipeline = FeatureEngineeringPipeline(config, cache=tmp_path)
    pipeline.fit(bars, TARGET)
    with pytest.raises(ParameterError, match="symbols and times"):
        pipeline.fit(bars, TARGET.set_axis(PANEL[::-1]))
