from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from ml_analytics.stores.json_text import json_text

TEXTS = st.text() | st.text('e+19"\\', max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
@example(['\\"1e+16', {'"1e+16': -1e16}])
def test_it_is_the_same_json_whether_numbers_are_read_as_floats_or_as_decimals(value: Any) -> None:
    assert json.loads(json_text(value)) == value
    numbers: list[str] = []
    json.loads(json_text(value), parse_float=lambda text: numbers.append(text) or 0.0)  # type: ignore[func-returns-value]
    # What a database makes of a decimal: digits, and a fraction only where one is written.
    assert all("." in format(Decimal(text), "f") for text in numbers)
    assert [float(format(Decimal(text), "f")) for text in numbers] == [float(text) for text in numbers]


def test_what_holds_no_large_float_is_written_as_ever() -> None:
    for value in ({"a": [1, 2.5, "e+", None]}, 10**30, 1e-300, "1e+300"):
        assert json_text(value) == json.dumps(value)
