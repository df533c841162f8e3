"""Whole columns must be judged as rows are: the oracle is the rule for one row."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.stores.bulk.columns import arrow_schema, checked_batches, split
from ml_analytics.stores.records import RULES

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
TIME = pa.timestamp("us", "UTC")
RULE = RULES["market_metrics"]
SYMBOLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=3) | st.text(
    "ü", min_size=98, max_size=103
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "symbol": st.none() | SYMBOLS,
            "timestamp": st.datetimes(timezones=st.just(UTC)),
            "close": st.none() | st.floats(),
            "created_at": st.just(NOON),
        }
    ),
    max_size=6,
)


def by_row(rows: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    try:
        return [{name: RULE.convert[name](value) for name, value in row.items()} for row in rows]
    except ParameterError:
        return None


@settings(deadline=None, max_examples=150)
@given(rows=ROWS, size=st.integers(1, 4))
def test_columns_are_judged_as_rows_are(rows: list[dict[str, Any]], size: int) -> None:
    schema = arrow_schema([RULE.columns[name] for name in ("symbol", "timestamp", "close", "created_at")])
    table = pa.Table.from_pylist(rows, schema=schema)
    expected = by_row(rows)
    if expected is None:
        with pytest.raises(ParameterError):
            checked_batches(RULE, "t", table, size)
        return
    batches = checked_batches(RULE, "t", table, size)
    assert all(batch.num_rows <= size for batch in batches)
    found = [row for batch in batches for row in batch.to_pylist()]
    order = lambda row: (row["symbol"], row["timestamp"], str(row["close"]))  # noqa: E731
    assert sorted(found, key=order) == sorted(expected, key=order)


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.none() | st.sampled_from([1.0, 2.0])), min_size=1, max_size=6
    )
)
def test_what_all_rows_share_is_said_once(values: list[tuple[str, float | None]]) -> None:
    batch = pa.record_batch(
        {
            "symbol": pa.array([symbol for symbol, _ in values]),
            "timestamp": pa.array([NOON] * len(values), TIME),
            "close": pa.array([close for _, close in values], pa.float64()),
            "created_at": pa.array([NOON] * len(values), TIME),
        }
    )
    varying, fixed = split(RULE, "t", batch)
    rows = [{**fixed, **row} for row in varying.to_pylist()]
    assert [(row["symbol"], row["close"]) for row in rows] == values
    assert all(row["tenant_id"] == "t" and row["created_at"] == NOON for row in rows)
    assert all(set(row) == {"tenant_id", *RULE.columns} for row in rows)
    assert {"symbol", "timestamp"} <= set(varying.schema.names) and "created_at" in fixed


def test_a_table_without_a_key_of_its_own_keeps_its_rows() -> None:
    batch = pa.record_batch({"created_at": pa.array([NOON] * 3, TIME)})
    varying, fixed = split(RULES["tenants"], "t", batch)
    assert varying.num_rows == 3 and fixed == {"tenant_id": "t"}
