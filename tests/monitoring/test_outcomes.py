from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import ConflictError, ParameterError
from ml_analytics.core.tenant import Tenant
from ml_analytics.core.values import OUTCOMES
from ml_analytics.monitoring import joined, record_outcomes
from ml_analytics.stores import Stores

Log = Callable[..., list[str]]
LATER = datetime(2024, 3, 1, tzinfo=UTC)


def test_recording_again_changes_nothing(stores: Stores, log: Log) -> None:
    first, second, _ = log([1, 0, 1])
    assert record_outcomes(stores.documents, None, {first: 1, second: 1}, LATER) == 2
    assert record_outcomes(stores.documents, None, [(first, 1), (second, np.int64(1))]) == 0
    kept = stores.documents.collection(Tenant(), OUTCOMES).get(first)
    assert kept == {"_id": first, "time": LATER, "value": 1}


def test_another_outcome_is_a_conflict_and_the_first_stays(stores: Stores, log: Log) -> None:
    first, second, _ = log([1, 0, 1])
    record_outcomes(stores.documents, None, {first: 1})
    with pytest.raises(ConflictError, match=f"'{first}' already has the outcome 1. Got 0"):
        record_outcomes(stores.documents, None, {first: 0, second: 0})
    frame = joined(stores.documents, None, "trend")
    assert dict(zip(frame["id"], frame["outcome"], strict=True)) == {first: 1, second: 0}
    with pytest.raises(ConflictError):
        record_outcomes(stores.documents, None, [("new", 1), ("new", 2)])
    with pytest.raises(ConflictError):
        record_outcomes(stores.documents, None, {first: True})


@pytest.mark.parametrize("value", [None, float("nan"), [1], {"a": 1}])
def test_an_unknown_outcome_is_refused_and_nothing_kept(stores: Stores, log: Log, value: Any) -> None:
    first, second = log([1, 0])
    with pytest.raises(ParameterError, match="'outcomes' parameter of record_outcomes"):
        record_outcomes(stores.documents, None, {first: 1, second: value})
    assert stores.documents.collection(Tenant(), OUTCOMES).count() == 0


@pytest.mark.parametrize("outcomes", [["one"], [("a", 1, 2)], [(3, 1)], {"": 1}])
def test_outcomes_are_pairs_with_an_id(stores: Stores, outcomes: Any) -> None:
    with pytest.raises(ParameterError, match="'outcomes'"):
        record_outcomes(stores.documents, None, outcomes)


def test_inner_and_left(stores: Stores, log: Log) -> None:
    ids = log(["up", "down", "up"])
    record_outcomes(stores.documents, None, {ids[1]: "up"}, LATER)
    inner = joined(stores.documents, None, "trend")
    assert inner["id"].tolist() == [ids[1]]
    assert inner["outcome_time"].tolist() == [pd.Timestamp(LATER)]
    assert inner.attrs == {"predictions": 3, "without_outcome": 2}
    left = joined(stores.documents, None, "trend", how="left")
    assert left["id"].tolist() == ids
    assert left["outcome"].tolist() == [None, "up", None]
    assert left["time"].is_monotonic_increasing
    with pytest.raises(ParameterError, match="'how'"):
        joined(stores.documents, None, "trend", how="outer")  # type: ignore[arg-type]


def test_model_version_range_and_tenant_are_kept_apart(stores: Stores, log: Log) -> None:
    old, new = log([1] * 4), log([1] * 2, version="2.0.0")
    log([1], model_id="other")
    log([1], tenant="acme")
    assert len(joined(stores.documents, None, "trend", how="left")) == 6
    assert joined(stores.documents, None, "trend", "2.0.0", how="left")["id"].tolist() == new
    days = {"start": "2023-12-02", "end": "2023-12-04"}
    assert joined(stores.documents, None, "trend", "1.0.0", days, how="left")["id"].tolist() == old[1:3]
    assert len(joined(stores.documents, "acme", "trend", how="left")) == 1


def test_nothing_is_an_empty_frame_with_columns(stores: Stores) -> None:
    frame = joined(stores.documents, None, "nobody")
    assert frame.empty
    assert "outcome" in frame.columns
    assert frame.attrs == {"predictions": 0, "without_outcome": 0}


def test_more_outcomes_than_one_query_takes(stores: Stores, log: Log) -> None:
    ids = log([1] * 1203)
    assert record_outcomes(stores.documents, None, dict.fromkeys(ids, 1)) == 1203
    assert record_outcomes(stores.documents, None, dict.fromkeys(ids, 1)) == 0
    assert len(joined(stores.documents, None, "trend")) == 1203


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.sets(st.integers(0, 9)), min_size=1, max_size=4))
def test_no_order_of_batches_makes_duplicates(stores: Stores, log: Log, batches: list[set[int]]) -> None:
    ids = log([1] * 10, model_id="law")
    for batch in batches:
        record_outcomes(stores.documents, None, {ids[i]: i % 2 for i in batch})
    frame = joined(stores.documents, None, "law", how="left")
    assert frame["id"].tolist() == ids
    known = set().union(*batches)
    assert {ids.index(one) for one in frame.loc[frame["outcome"].notna(), "id"]} >= known
