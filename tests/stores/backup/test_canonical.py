from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.stores.backup.canonical import canonical_document, read_document, written_document

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
NUMBERS = st.one_of(
    st.integers(), st.integers(-(10**40), 10**40), st.floats(allow_nan=False, allow_infinity=False)
)
VALUES: Any = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=8,
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "_id": TEXT,
        "time": st.datetimes().map(lambda moment: moment.replace(tzinfo=UTC, fold=0)),
        "value": VALUES,
        "other": VALUES,
    }
)


@settings(max_examples=200, deadline=None)
@given(document=DOCUMENTS)
def test_what_is_written_is_read_as_it_was(document: dict[str, Any]) -> None:
    assert repr(read_document(written_document(document), "x")) == repr(document)


def as_another_backend_keeps_it(value: Any) -> Any:
    """The oracle of ``jsonb``: numbers written out in full, no signed zero, keys in another order."""
    if isinstance(value, float):
        text = format(Decimal(repr(value)), "f")
        return json.loads(text.removeprefix("-") if Decimal(text) == 0 else text)
    if isinstance(value, dict):
        return {
            key: as_another_backend_keeps_it(value[key]) for key in sorted(value, key=lambda k: (len(k), k))
        }
    return [as_another_backend_keeps_it(item) for item in value] if isinstance(value, list) else value


@settings(max_examples=300, deadline=None)
@given(document=DOCUMENTS)
def test_the_canonical_line_does_not_depend_on_the_backend(document: dict[str, Any]) -> None:
    other = {name: as_another_backend_keeps_it(value) for name, value in reversed(document.items())}
    assert canonical_document(other) == canonical_document(document)


@settings(max_examples=200, deadline=None)
@given(first=NUMBERS, second=NUMBERS)
def test_numbers_are_told_apart_by_value(first: Any, second: Any) -> None:
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    same = canonical_document({"time": moment, "x": first}) == canonical_document(
        {"time": moment, "x": second}
    )
    assert same == (Decimal(repr(first)) == Decimal(repr(second)))
