# ruff: noqa: S101, D102 - a suite asserts, and a test's name is its sentence
"""What JSON in a record must be when it comes back: equal, and of the same kinds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ...core.canonical import canonical_json, plain
from ...core.protocols import RecordStore
from ...core.tenant import Tenant
from .document_values import VALUES, same

_NUMBERS = [
    1e15,
    1e16,
    -1e16,
    1e22,
    1.5e300,
    1.7976931348623157e308,
    5e-324,
    -0.0,
    1.0,
    10**16,
    10**22,
    2**63,
]
_KEYS = st.text('e+19"\\', max_size=4)
_LAWS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)


class JsonContract:
    """Mixed into the suite of record stores."""

    @pytest.mark.parametrize("value", _NUMBERS, ids=repr)
    def test_a_number_keeps_its_kind(self, store: RecordStore, value: float) -> None:
        for made in ({"x": value, "deep": [{"y": value}], "text": repr(value)}, {"x": [value, '"1e+16"']}):
            back = _written_and_read(store, made)
            assert back == made and same(back, made)

    @pytest.mark.parametrize("value", _NUMBERS, ids=repr)
    def test_a_number_in_a_whole_table_keeps_its_kind(self, store: RecordStore, value: float) -> None:
        made = {"x": value, "text": repr(value)}
        rows = pa.table(
            {
                "model_id": ["numbers"],
                "metadata": [canonical_json(made)],
                "created_at": pa.array([datetime(2024, 3, 1, tzinfo=UTC)], pa.timestamp("us", "UTC")),
            }
        )
        with store.begin(Tenant("tenant_a")) as records:
            records.insert_table("models", rows)
            (row,) = records.find("models", {"model_id": "numbers"})
        assert same(row["metadata"], plain(made))

    @_LAWS
    @given(values=st.dictionaries(_KEYS, VALUES, max_size=4))
    @example(values={"1e+16": "1e+16", '"': [1e16, "\\", 2e16, '\\"3e+16']})
    def test_json_comes_back_with_the_hash_that_it_had(
        self, store: RecordStore, values: dict[str, Any]
    ) -> None:
        back = _written_and_read(store, values)
        assert same(back, plain(values))
        assert canonical_json(back) == canonical_json(values)


def _written_and_read(store: RecordStore, made: dict[str, Any]) -> Any:
    """Return what a record holds after it was inserted or updated with ``made``."""
    key = {"model_id": "numbers"}
    with store.begin(Tenant("tenant_a")) as records:
        if records.get("models", **key) is None:
            records.insert(
                "models", {**key, "metadata": made, "created_at": datetime(2024, 3, 1, tzinfo=UTC)}
            )
        else:
            records.update("models", key, {"metadata": made})
        (row,) = records.find("models", key)
    return row["metadata"]
