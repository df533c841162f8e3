"""What is served: the newest that is known, on every online store, equal to the past asked about now."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml_analytics import (
    FeatureStore,
    FeatureView,
    ManualClock,
    NotFoundError,
    ParameterError,
    Settings,
    Stores,
    open_stores,
)
from ml_analytics.core.protocols import OnlineStore
from ml_analytics.core.tenant import Tenant
from ml_analytics.core.values import OnlineRow
from ml_analytics.stores import LocalArtifactStore
from ml_analytics.stores.testing.servers import MongoServer, RedisServer, S3Server

START = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
VIEW = FeatureView("spend", ["user"], {"x": "float"})
ALL = FeatureView(
    "all",
    ["user", "shop"],
    {"f": "float", "i": "int", "b": "bool", "s": "string", "t": "timestamp"},
    ttl=timedelta(hours=6),
)
NUMBERS = itertools.count()


def frame(*values: float, user: Any = 1, hour: int = 0, created: int | None = None) -> pd.DataFrame:
    times = [START + (hour + place) * HOUR for place in range(len(values))]
    made = pd.DataFrame({"user": user, "x": list(values), "event_timestamp": times})
    return made if created is None else made.assign(created_timestamp=START + created * HOUR)


def served(store: FeatureStore, user: Any = 1) -> Any:
    return store.get_online_features({"user": user}, ["spend:x"])["x"]


@pytest.fixture(params=["sqlite", "postgresql", "mongodb", "redis", "s3"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Give stores of which one part is somewhere else."""
    name = f"features{next(NUMBERS)}"
    if request.param == "postgresql":
        yield request.getfixturevalue("postgres_stores")
        return
    chosen: dict[str, Any] = {}
    if request.param == "mongodb":
        mongo: MongoServer = request.getfixturevalue("mongodb")
        chosen = {"documents_url": mongo.url(name)}
    elif request.param == "redis":
        redis: RedisServer = request.getfixturevalue("redis_server")
        chosen = {"cache_url": redis.url()}
    elif request.param == "s3":
        s3: S3Server = request.getfixturevalue("s3_server")
        chosen = {"artifacts_url": s3.make_bucket(name), "artifacts_options": s3.options}
    with open_stores(Settings(home=tmp_path, tenant_id=name, **chosen)) as opened:
        yield opened


VALUES = st.fixed_dictionaries(
    {
        "user": st.sampled_from(["a", "b|c", "7"]),
        "shop": st.integers(1, 2),
        "event": st.integers(0, 9),
        "created": st.integers(0, 9),
        "f": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "i": st.none() | st.integers(-(2**63), 2**63 - 1),
        "b": st.none() | st.booleans(),
        "s": st.none()
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=4),
        "t": st.none()
        | st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(lambda time: time.replace(tzinfo=UTC)),
    }
)
DTYPES: dict[str, Any] = {
    "f": "float64",
    "i": "Int64",
    "b": "boolean",
    "s": "str",
    "t": "datetime64[us, UTC]",
}


def full_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    made = pd.DataFrame({name: [row[name] for row in rows] for name in ("user", "shop")})
    for name, dtype in DTYPES.items():
        made[name] = pd.Series([row[name] for row in rows], dtype=object).astype(dtype)
    for name in ("event", "created"):
        made[f"{name}_timestamp"] = pd.to_datetime([START + row[name] * HOUR for row in rows], utc=True)
    return made


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.lists(VALUES, max_size=6), st.integers(0, 4), st.booleans()), min_size=1, max_size=3
    )
)
@pytest.mark.filterwarnings("ignore:.* answers none of the rows")  # they are often few, and too early
def test_what_is_served_is_what_history_says_about_now(
    anywhere: Stores, steps: list[tuple[list[dict[str, Any]], int, bool]]
) -> None:
    clock = ManualClock(START)
    store = FeatureStore(anywhere, f"t{next(NUMBERS)}", clock=clock)
    store.register(ALL)
    people = [{"user": user, "shop": shop} for user in ("a", "b|c", 7, "no") for shop in (1, 2)]
    for number, (rows, hours, compacted) in enumerate(steps):
        if rows:
            store.write(ALL, full_frame(rows), batch_id=str(number))
        if compacted:
            store.compact(ALL)
        clock.advance(hours * HOUR)
        store.materialize()
        served = store.get_online_features(people, ["all"], include_event_times=True)
        asked = pd.DataFrame(people).astype({"user": str}).assign(event_timestamp=clock.now())
        known = store.get_historical_features(asked, ["all"], include_event_times=True)
        for name in [*DTYPES, "all__event_timestamp"]:
            expected = [None if pd.isna(value) else value for value in known[name].astype(object)]
            assert [one[name] for one in served] == expected, name
        table = store.get_online_features(asked, ["all"], include_event_times=True)
        pd.testing.assert_frame_equal(table, known)


def test_every_online_store_is_filled_step_by_step_and_again_from_nothing(anywhere: Stores) -> None:
    clock = ManualClock(START)
    store = FeatureStore(anywhere, f"t{next(NUMBERS)}", clock=clock)
    store.register(VIEW)
    store.write(VIEW, frame(1.0, 2.0, user="a"))
    store.write(VIEW, frame(5.0, user="b"))
    assert store.materialize().rows == {"spend@1": 2}
    assert (served(store, "a"), served(store, "b"), served(store, "c")) == (1.0, 5.0, None)
    clock.advance(HOUR)
    assert str(store.materialize()) == "spend@1: 1 online rows changed", "the time of the second has come"
    assert served(store, "a") == 2.0
    assert store.materialize().total == 0
    anywhere.online.clear(store.tenant, "spend", 1)  # as after a flushed Redis
    assert store.materialize().total == 0
    assert store.materialize(rebuild=True).total == 2
    assert (served(store, "a"), served(store, "b")) == (2.0, 5.0)


def test_nothing_from_the_future_is_put_online(store: FeatureStore, clock: ManualClock) -> None:
    store.register(VIEW)
    store.write(VIEW, frame(1.0, created=0))
    store.write(VIEW, frame(2.0, hour=2, created=0))  # it will happen
    store.write(VIEW, frame(3.0, created=3))  # it will be known
    store.write(VIEW, frame(4.0, hour=1, created=4))
    for expected in (1.0, 1.0, 2.0, 2.0, 2.0, 2.0):
        store.materialize(until=clock.now() + 100 * HOUR)
        assert served(store) == expected
        clock.advance(HOUR)


def test_until_stops_earlier_and_later_runs_go_on(store: FeatureStore, clock: ManualClock) -> None:
    store.register(VIEW)
    clock.advance(9 * HOUR)
    store.write(VIEW, frame(0.0, 1.0, 2.0, 3.0, created=0))
    store.materialize("spend", until="2024-01-01T01:30:00Z")
    assert served(store) == 1.0
    store.materialize(["spend@1"], until=START)
    assert served(store) == 1.0, "nothing goes back"
    store.materialize([VIEW])
    assert served(store) == 3.0


def test_a_view_is_materialised_from_new_files_alone(
    store: FeatureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.register(VIEW)
    store.write(VIEW, frame(1.0))
    store.materialize()
    store.write(VIEW, frame(2.0, user=2))
    read: list[str] = []
    get = LocalArtifactStore.get

    def counted(self: LocalArtifactStore, tenant: Tenant, digest: str) -> bytes:
        read.append(digest)
        return get(self, tenant, digest)

    monkeypatch.setattr(LocalArtifactStore, "get", counted)
    store.materialize()
    assert len(read) == 1
    store.materialize()
    assert len(read) == 1


def test_the_ttl_is_looked_at_when_reading(store: FeatureStore, clock: ManualClock) -> None:
    store.register(FeatureView("spend", ["user"], {"x": "float"}, ttl=2 * HOUR))
    store.write("spend", frame(1.0))
    store.materialize()
    clock.advance(2 * HOUR)
    assert served(store) == 1.0
    clock.advance(timedelta(microseconds=1))
    assert served(store) is None


class Failing:
    """An online store that breaks after some rows."""

    def __init__(self, inner: OnlineStore, calls: int) -> None:
        self.inner, self.calls = inner, calls

    def write(self, tenant: Tenant, view: str, version: int, rows: Iterable[OnlineRow]) -> int:
        self.calls -= 1
        if self.calls < 0:
            raise ConnectionError
        return self.inner.write(tenant, view, version, rows)


def test_a_run_that_broke_goes_on(store: FeatureStore, stores: Stores, clock: ManualClock) -> None:
    store.register(VIEW)
    for user in range(3):
        store.write(VIEW, frame(float(user), user=user))
    broken: Any = Failing(stores.online, 2)
    with pytest.raises(ConnectionError):
        FeatureStore(dataclasses.replace(stores, online=broken), clock=clock).materialize()
    assert [served(store, user) for user in range(3)] == [0.0, 1.0, None]
    assert store.materialize().total == 1
    assert [served(store, user) for user in range(3)] == [0.0, 1.0, 2.0]


def test_entities_come_back_as_they_came(store: FeatureStore) -> None:
    store.register(VIEW)
    store.register(FeatureView("spend", ["user"], {"x": "float"}, version=2))
    store.write("spend@1", frame(1.0))
    store.materialize()
    assert store.get_online_features({"user": "1"}, "spend@1") == {"user": "1", "x": 1.0}
    assert store.get_online_features([], ["spend@1"]) == []
    people = [{"user": 1, "more": "y"}, {"user": None}, {"user": 1.0}, {"user": ""}]
    answers = store.get_online_features(people, ["spend@1:x", "spend@2:x"])
    assert [one["spend@1__x"] for one in answers] == [1.0, None, 1.0, None]
    assert {one["spend@2__x"] for one in answers} == {None}
    assert people[0] == {"user": 1, "more": "y"}, "what was given is not written to"
    table = store.get_online_features(pl.DataFrame({"user": [2, 1]}), ["spend@1:x"], full_feature_names=True)
    assert isinstance(table, pl.DataFrame)
    assert table.to_dict(as_series=False) == {"user": [2, 1], "spend__x": [None, 1.0]}
    empty = store.get_online_features(pd.DataFrame({"user": ["", None]}), ["spend@1:x"])
    assert empty["x"].isna().all()


@pytest.mark.parametrize(
    ("entities", "error", "said"),
    [
        ({"shop": 1}, ParameterError, "mappings with 'user'"),
        ([1], ParameterError, "mappings of entity names to keys"),
        (3, ParameterError, "a pandas, polars or Arrow table"),
        ({"user": {"$ne": None}}, Exception, "must hold whole numbers or text. Got dict"),
        ({"user": 1.5}, Exception, "must hold whole numbers or text"),
        ({"user": "a\x00b"}, Exception, "NUL"),
    ],
)
def test_wrong_entities_are_one_sentence(
    store: FeatureStore, entities: Any, error: type[Exception], said: str
) -> None:
    store.register(VIEW)
    with pytest.raises(error, match=said) as raised:
        store.get_online_features(entities, ["spend:x"])
    assert "\n" not in str(raised.value)


def test_a_view_that_is_absent_is_not_materialised(store: FeatureStore) -> None:
    with pytest.raises(NotFoundError):
        store.materialize(["absent"])
    assert store.materialize().rows == {}
