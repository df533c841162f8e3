# ruff: noqa: S101, D102 - a suite asserts, and a test's name is its sentence
"""What every online store must do."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ...core.errors import ParameterError, TenantError
from ...core.protocols import OnlineStore
from ...core.tenant import Tenant
from ...core.values import OnlineRow

A, B = Tenant("tenant_a"), Tenant("tenant_b")
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
_VIEWS = (f"view_{number}" for number in itertools.count())  # a view of its own for each example


def row(entity: str, event: int = 0, created: int = 0, /, **values: Any) -> OnlineRow:
    """Return a row; ``event`` and ``created`` are microseconds after noon."""
    return OnlineRow(
        entity, NOON + timedelta(microseconds=event), NOON + timedelta(microseconds=created), values
    )


def oracle(rows: Iterable[OnlineRow]) -> dict[str, OnlineRow]:
    """Return what must be kept of ``rows``, one after the other, in the obvious way."""
    kept: dict[str, OnlineRow] = {}
    for one in rows:
        old = kept.get(one.entity)
        if old is None or (one.event_time, one.created_time) > (old.event_time, old.created_time):
            kept[one.entity] = one
    return kept


def _told(entity: str, event: int, created: int) -> OnlineRow:
    return row(entity, event, created, event=event, created=created)  # what it holds says which it is


_ROWS = st.lists(
    st.builds(_told, st.sampled_from("abcd"), st.integers(-3, 3), st.integers(-3, 3)), max_size=25
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    # Lone surrogates and NUL are refused; that has its own test.
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["x", "", "$ne", "a.b"]), inner),
    max_leaves=10,
)  # fmt: skip
_LAWS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)


class OnlineStoreContract:
    """Subclass it and give a fixture ``online`` with an empty store."""

    @pytest.fixture
    def online(self) -> Iterator[OnlineStore]:
        """Give an empty store."""
        raise NotImplementedError("give a fixture 'online'")

    def test_what_goes_in_comes_out(self, online: OnlineStore) -> None:
        given = [row("a", 1, 2, x=1.5, name="é☃𝄞"), row("b", 3, 4, x=None, on=True, many=[1, {"y": -0.5}])]
        assert online.write(A, "view", 1, iter(given)) == 2
        assert online.read(A, "view", 1, ["a", "b"]) == given
        assert online.write(A, "view", 1, []) == 0

    def test_answers_come_as_asked(self, online: OnlineStore) -> None:
        online.write(A, "view", 1, [row("a", x=1), row("b", x=2)])
        found = online.read(A, "view", 1, ["b", "absent", "a", "b", "absent"])
        assert [one and one.values["x"] for one in found] == [2, None, 1, 2, None]
        assert [one and one.entity for one in found] == ["b", None, "a", "b", None]
        assert online.read(A, "view", 1, []) == []
        assert online.read(A, "never_written", 1, ("a",)) == [None]

    @_LAWS
    @given(given=_ROWS, data=st.data())
    def test_the_newest_wins_whatever_the_order_and_the_batches(
        self, online: OnlineStore, given: list[OnlineRow], data: st.DataObject
    ) -> None:
        view, shuffled = next(_VIEWS), data.draw(st.permutations(given))
        kept: dict[str, OnlineRow] = {}
        while shuffled:
            size = data.draw(st.integers(1, len(shuffled)))
            batch, shuffled = shuffled[:size], shuffled[size:]
            after = oracle([*kept.values(), *batch])
            changed = sum(after[entity] != kept.get(entity) for entity in after)
            assert online.write(A, view, 1, batch) == changed
            kept = after
        assert kept == oracle(given), "the oracle itself does not depend on the order"
        assert online.read(A, view, 1, list("abcde")) == [kept.get(entity) for entity in "abcde"]
        assert online.write(A, view, 1, given) == 0

    def test_an_older_or_equal_row_changes_nothing(self, online: OnlineStore) -> None:
        assert online.write(A, "view", 1, [row("a", 5, 5, x="kept")]) == 1
        for event, created in ((5, 5), (5, 4), (4, 9)):
            assert online.write(A, "view", 1, [row("a", event, created, x="older")]) == 0
        assert online.read(A, "view", 1, ["a"]) == [row("a", 5, 5, x="kept")]
        # Of equal ones in one call the first stays; the count is of entities.
        assert online.write(A, "view", 1, [row("a", 6, 6, x=1), row("a", 6, 6, x=2), row("a", 5, 9)]) == 1
        assert online.read(A, "view", 1, ["a"]) == [row("a", 6, 6, x=1)]

    def test_tenants_views_and_versions_are_apart(self, online: OnlineStore) -> None:
        places = [(A, "view", 1), (B, "view", 1), (A, "view", 2), (A, "other", 1), (A, "view.1", 1)]
        for number, (tenant, view, version) in enumerate(places):
            assert online.read(tenant, view, version, ["e"]) == [None]
            assert online.write(tenant, view, version, [row("e", x=number)]) == 1
        online.clear(A, "view", 1)
        online.clear(A, "view", 3)
        for number, (tenant, view, version) in enumerate(places):
            expected = None if number == 0 else row("e", x=number)
            assert online.read(tenant, view, version, ["e"]) == [expected]
        # Forgotten is forgotten: what was older than the row that went is new again.
        assert online.write(A, "view", 1, [row("e", -9, x=1)]) == 1

    @_LAWS
    @given(
        entity=st.text(
            st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=400
        ),
        values=st.dictionaries(st.sampled_from(["x", "$set", "a.b", "", "_id", "é"]), _JSON, max_size=4),
        times=st.lists(
            st.datetimes(datetime(1970, 1, 2), datetime(2199, 1, 1)),
            min_size=2,
            max_size=2,
        ),
    )
    def test_any_text_any_json_any_microsecond(
        self, online: OnlineStore, entity: str, values: dict[str, Any], times: list[datetime]
    ) -> None:
        view = next(_VIEWS)
        event, created = (one.replace(tzinfo=UTC) for one in times)
        given = OnlineRow(entity, event, created, values)
        assert online.write(A, view, 1, [given]) == 1
        (found,) = online.read(A, view, 1, [entity])
        assert found == given
        assert found is not None and found.event_time.utcoffset() == timedelta(0)
        assert _kinds(found.values) == _kinds(values), "1 stays whole and 1.0 a fraction"

    def test_the_longest_entity(self, online: OnlineStore) -> None:
        names = ["𝄞" * 400, "𝄞" * 399 + "a", "a" * 400, " ", "a ", "A", "a"]
        assert online.write(A, "view", 1, [row(name, x=name) for name in names]) == len(names)
        assert online.read(A, "view", 1, names) == [row(name, x=name) for name in names]

    def test_values_become_plain(self, online: OnlineStore) -> None:
        online.write(
            A,
            "view",
            1,
            [
                row(
                    "a",
                    nan=float("nan"),
                    inf=np.float64("inf"),
                    small=np.float32(0.5),
                    whole=np.int64(2**62),
                    on=np.True_,
                    vector=np.array([1.0, np.nan]),
                    large=1e300,
                    tiny=5e-324,
                )
            ],
        )
        (found,) = online.read(A, "view", 1, ["a"])
        assert found is not None
        assert found.values == {
            "nan": None,
            "inf": None,
            "small": 0.5,
            "whole": 2**62,
            "on": True,
            "vector": [1.0, None],
            "large": 1e300,
            "tiny": 5e-324,
        }
        assert found.values["on"] is True and isinstance(found.values["large"], float)

    def test_times_of_any_zone_and_kind(self, online: OnlineStore) -> None:
        tokyo = timezone(timedelta(hours=9))
        stamp = pd.Timestamp(NOON.replace(microsecond=123456)) + pd.Timedelta(789, "ns")
        online.write(A, "view", 1, [OnlineRow("a", NOON.astimezone(tokyo), stamp, {})])
        (found,) = online.read(A, "view", 1, ["a"])
        assert found == OnlineRow("a", NOON, NOON.replace(microsecond=123456), {})
        # The same moment in another zone is equal, not newer.
        assert online.write(A, "view", 1, [OnlineRow("a", NOON, found.created_time, {"x": 1})]) == 0

    @pytest.mark.parametrize("entity", ["", "a\x00b", "\ud800", "x" * 401, None, 7, b"a"])
    def test_entities_that_cannot_be(self, online: OnlineStore, entity: Any) -> None:
        with pytest.raises(ParameterError, match="entity"):
            online.write(A, "view", 1, [row("good"), row(entity)])
        assert online.read(A, "view", 1, ["good"]) == [None], "all or nothing"
        with pytest.raises(ParameterError, match="entity"):
            online.read(A, "view", 1, ["good", entity])

    def test_rows_that_cannot_be(self, online: OnlineStore) -> None:
        naive: Any = NOON.replace(tzinfo=None)
        bad: list[Any] = [
            OnlineRow("a", naive, NOON, {}),
            OnlineRow("a", NOON, naive, {}),
            OnlineRow("a", NOON, pd.NaT, {}),  # type: ignore[arg-type]
            row("a", x="a\x00b"),
            row("a", x="\udc00"),
            row("a", x=object()),
            OnlineRow("a", NOON, NOON, [1]),  # type: ignore[arg-type]
            {"entity": "a"},
        ]
        for one in bad:
            with pytest.raises(ParameterError):
                online.write(A, "view", 1, [row("good"), one])
        assert online.read(A, "view", 1, ["good", "a"]) == [None, None]
        alone: Any = "ab"
        with pytest.raises(ParameterError, match="entities"):
            online.read(A, "view", 1, alone)

    @pytest.mark.parametrize(
        ("view", "version"),
        [("", 1), ("a/b", 1), ("$ne", 1), (None, 1), ("view", "1"), ("view", True), ("view", -1), ("view", 2**31)],
    )  # fmt: skip
    def test_views_go_by_allow_list(self, online: OnlineStore, view: Any, version: Any) -> None:
        with pytest.raises(ParameterError):
            online.write(A, view, version, [row("a")])
        with pytest.raises(ParameterError):
            online.read(A, view, version, ["a"])
        with pytest.raises(ParameterError):
            online.clear(A, view, version)

    @pytest.mark.parametrize("nobody", [None, "tenant_a"])
    def test_no_scope_no_access(self, online: OnlineStore, nobody: Any) -> None:
        with pytest.raises(TenantError):
            online.write(nobody, "view", 1, [row("a")])
        with pytest.raises(TenantError):
            online.write(nobody, "view", 1, [])
        with pytest.raises(TenantError):
            online.read(nobody, "view", 1, ["a"])
        with pytest.raises(TenantError):
            online.clear(nobody, "view", 1)

    def test_many_rows_in_one_call(self, online: OnlineStore) -> None:
        names = [f"entity-{number}" for number in range(7_000)]
        assert online.write(A, "view", 1, (row(name, 1, x=1) for name in names)) == len(names)
        newer = (row(name, number % 2 * 2, x=2) for number, name in enumerate(names))
        assert online.write(A, "view", 1, newer) == len(names) // 2
        found = online.read(A, "view", 1, names)
        assert [one and one.values["x"] for one in found] == [1, 2] * (len(names) // 2)

    def test_writers_at_once_end_in_the_newest(self, online: OnlineStore) -> None:
        def write(writer: int) -> int:
            return sum(
                online.write(
                    A, "view", 1, [_told(entity, (writer * 7 + turn * 3) % 20, writer) for entity in "abc"]
                )
                for turn in range(5)
            )

        with ThreadPoolExecutor(8) as pool:
            changed = sum(pool.map(write, range(8)))
        every = [
            _told(entity, (writer * 7 + turn * 3) % 20, writer)
            for writer in range(8)
            for turn in range(5)
            for entity in "abc"
        ]
        kept = oracle(every)
        assert online.read(A, "view", 1, list("abc")) == [kept[entity] for entity in "abc"]
        assert len("abc") <= changed <= len(every)


def _kinds(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _kinds(one) for key, one in value.items()}
    return [_kinds(one) for one in value] if isinstance(value, list) else type(value)
