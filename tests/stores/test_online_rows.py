from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.values import OnlineRow
from ml_analytics.stores.online_rows import is_newer, newest_rows, read_values, require_view, values_text
from ml_analytics.stores.testing.online import oracle, row

_TIMES = st.integers(-3, 3)


@given(st.lists(st.builds(row, st.sampled_from("abc"), _TIMES, _TIMES), max_size=30))
def test_the_newest_of_each_entity_as_the_oracle_says(rows: list[OnlineRow]) -> None:
    assert newest_rows(rows) == oracle(rows)


@given(st.lists(st.builds(row, st.just("a"), _TIMES, _TIMES), min_size=3, max_size=3))
def test_newer_is_a_strict_order(rows: list[OnlineRow]) -> None:
    one, two, three = rows
    assert not is_newer(one, one)
    assert not (is_newer(one, two) and is_newer(two, one))
    if is_newer(one, two) and is_newer(two, three):
        assert is_newer(one, three)


def test_times_are_plain_utc() -> None:
    stamp = pd.Timestamp("2024-01-02 03:04:05.678901234", tz="Asia/Tokyo")
    clean = newest_rows([OnlineRow("a", stamp, stamp, {})])["a"]
    assert type(clean.event_time) is datetime
    assert clean.event_time == datetime(2024, 1, 1, 18, 4, 5, 678901, UTC)


@given(
    st.dictionaries(
        st.text(max_size=5), st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
    )
)
def test_values_come_back_in_their_order_and_kind(values: dict[str, object]) -> None:
    found = read_values(values_text(values))
    assert list(found.items()) == list(values.items())
    assert [type(one) for one in found.values()] == [type(one) for one in values.values()]
    assert values_text(values).isascii()


def test_versions_are_whole_numbers() -> None:
    assert require_view("view", 0) == ("view", 0)
    with pytest.raises(ParameterError, match="version"):
        require_view("view", 1.0)
