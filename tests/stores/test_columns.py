from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import Stores
from ml_analytics.stores.columns import RowRules, clean_json, clean_text
from ml_analytics.stores.tables import METADATA

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def holdable(text: str) -> bool:
    """Say by another way than ours whether every database can hold it."""
    try:
        return b"\x00" not in text.encode("utf-8")
    except UnicodeEncodeError:
        return False


ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=10)


@given(text=ANY_TEXT)
def test_text_is_refused_exactly_when_a_database_could_not_hold_it(text: str) -> None:
    for value in (text, [text], {"k": {text: 1}}):
        check = clean_text if isinstance(value, str) else clean_json
        if holdable(text):
            assert check(value, "p", "o") == value  # type: ignore[arg-type]
        else:
            with pytest.raises(ParameterError):
                check(value, "p", "o")  # type: ignore[arg-type]


@given(value=JSON)
def test_clean_json_is_json(value: Any) -> None:
    try:
        cleaned = clean_json(value, "p", "o")
    except ParameterError:
        assert not holdable(str(value)) or "\\x00" in repr(value)
        return
    json.dumps(cleaned, allow_nan=False)
    assert clean_json(cleaned, "p", "o") == cleaned


@pytest.mark.parametrize("name", sorted(METADATA.tables))
def test_defaults_fill_whatever_may_be_left_out(name: str) -> None:
    rules = RowRules(METADATA.tables[name])
    with pytest.raises(ParameterError, match="must be given"):
        rules.full_row({})
    assert set(rules.key) <= set(rules.columns)


def test_a_default_is_not_shared_between_rows(stores: Stores) -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC)
    with stores.records.begin(Tenant()) as records:
        records.insert("models", {"model_id": "a", "created_at": now})
        row = records.get("models", model_id="a")
        assert row is not None
        row["metadata"]["changed"] = True
        records.insert("models", {"model_id": "b", "created_at": now})
        other = records.get("models", model_id="b")
    assert other is not None and other["metadata"] == {}


def test_a_change_needs_something_to_change() -> None:
    rules = RowRules(METADATA.tables["models"])
    with pytest.raises(ParameterError, match="at least one column"):
        rules.changes({})
