"""The guards at the door; what they let through is tested on real databases by the contracts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ml_analytics.core.clock import TimeRange
from ml_analytics.core.errors import ParameterError
from ml_analytics.stores.columns import RowRules
from ml_analytics.stores.conditions import (
    MOST_VALUES,
    at_most,
    between_conditions,
    ordering,
    range_condition,
    where_conditions,
)
from ml_analytics.stores.tables import METADATA, MODELS

RULES = RowRules(METADATA.tables["models"])
EVIL = "x'; DROP TABLE models; --"


def test_values_are_bound_and_never_spliced() -> None:
    (condition,) = where_conditions(RULES, {"description": EVIL})
    assert "DROP" not in str(condition) and condition.compile().params == {"description_1": EVIL}


def test_the_order_always_ends_in_the_key() -> None:
    assert [str(part) for part in ordering(RULES, ["-created_at"])] == [
        "models.created_at DESC",
        "models.model_id ASC",
    ]
    assert [str(part) for part in ordering(RULES, ["-model_id"])] == ["models.model_id DESC"]


@pytest.mark.parametrize("order", ["model_id", [None], [5], [EVIL], ["tenant_id"], ["-"]])
def test_orders_that_are_refused(order: Any) -> None:
    with pytest.raises(ParameterError, match="order_by"):
        ordering(RULES, order)


def test_ranges_are_of_time_columns_only() -> None:
    with pytest.raises(ParameterError, match="time columns"):
        between_conditions(RULES, {"model_id": TimeRange()})
    with pytest.raises(ParameterError, match="TimeRange"):
        range_condition(MODELS.c.created_at, {"start": datetime(2024, 1, 1, tzinfo=UTC)})


def test_one_of_has_a_bound() -> None:
    where_conditions(RULES, {"model_id": ["m"] * MOST_VALUES})
    with pytest.raises(ParameterError, match=str(MOST_VALUES)):
        where_conditions(RULES, {"model_id": ["m"] * (MOST_VALUES + 1)})


@pytest.mark.parametrize("limit", [None, 0, 1, 10**9])
def test_limits(limit: int | None) -> None:
    assert at_most(limit, "find") == limit
