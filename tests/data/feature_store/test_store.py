"""Definitions, writing, quarantine, compaction and tenants of the feature store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

from ml_analytics import (
    ConflictError,
    DataProcessingError,
    FeatureStore,
    FeatureView,
    ManualClock,
    NotFoundError,
    ParameterError,
    Settings,
    Stores,
    open_stores,
)
from ml_analytics.core.protocols import Row
from ml_analytics.core.tenant import Tenant
from ml_analytics.data.feature_store import segments
from ml_analytics.stores import LocalArtifactStore

START = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOT_A_TIME = pd.to_datetime(pd.Series([None]), utc=True)
VIEW = FeatureView("spend", ["user"], {"x": "float"})


def frame(*values: float, user: int = 1, hour: int = 0) -> pd.DataFrame:
    times = [START + (hour + place) * HOUR for place in range(len(values))]
    return pd.DataFrame({"user": user, "x": list(values), "event_timestamp": times})


def answer(store: FeatureStore, at: datetime, user: Any = 1, reference: str = "spend:x") -> Any:
    asked = pd.DataFrame({"user": [user], "event_timestamp": [at]})
    value = store.get_historical_features(asked, [reference])["x"].iloc[0]
    return None if pd.isna(value) else value


def rows(stores: Stores, table: str, tenant: str = "default") -> list[Row]:
    with stores.records.read(Tenant(tenant)) as records:
        return records.find(table)


def artifacts(stores: Stores) -> list[str]:
    assert isinstance(stores.artifacts, LocalArtifactStore)
    return sorted(path.name for path in stores.artifacts.root.rglob("*") if path.is_file())


# -- definitions -----------------------------------------------------------------------------------------


def test_versions_live_side_by_side(store: FeatureStore) -> None:
    second = FeatureView("spend", ["user"], {"x": "float", "y": "int"}, version=2)
    store.apply([VIEW, second, FeatureView("other", ["user"], {"x": "float"})])
    assert [view.reference for view in store.views()] == ["other@1", "spend@1", "spend@2"]
    assert store.view("spend") == second
    assert store.view("spend", 1) == VIEW
    store.write("spend@1", frame(1.0))
    store.write(second, frame(2.0).assign(y=1))
    assert answer(store, START, reference="spend@1:x") == 1.0
    assert answer(store, START, reference="spend:x") == 2.0


def test_a_definition_cannot_change_but_its_words_can(store: FeatureStore, stores: Stores) -> None:
    store.register(VIEW)
    store.register(FeatureView("spend", ["user"], {"x": "float"}, description="new", tags={"team": "a"}))
    assert FeatureStore(stores).view("spend").description == "new"
    changed = FeatureStore(stores)
    changed.register(FeatureView("spend", ["user"], {"x": "float"}, description="newer"))
    assert store.view("spend", 1).description == "newer", "words for people are read anew"
    other = FeatureView("spend", ["user"], {"x": "int"})
    with pytest.raises(ConflictError, match="register the new one as version 2 or higher"):
        store.register(other)
    with pytest.raises(ConflictError, match="another definition than the one given"):
        store.write(other, frame(1.0))
    with pytest.raises(NotFoundError, match="'absent' was not found: register it first"):
        store.write("absent", frame(1.0))
    with pytest.raises(ParameterError, match="a FeatureView"):
        store.register("spend")  # type: ignore[arg-type]


def test_another_process_sees_a_new_version_at_once(store: FeatureStore, stores: Stores) -> None:
    store.register(VIEW)
    other = FeatureStore(stores)
    assert other.view("spend").version == 1
    store.register(FeatureView("spend", ["user"], {"x": "float"}, version=2))
    assert other.view("spend").version == 2


# -- writing ---------------------------------------------------------------------------------------------


def test_a_batch_written_again_adds_nothing(store: FeatureStore, stores: Stores, clock: ManualClock) -> None:
    store.register(VIEW)
    first = store.write(VIEW, frame(1.0, 2.0))
    assert (first.rows, first.known, str(first)) == (2, False, "spend@1: 2 rows added, 0 in quarantine")
    clock.advance(HOUR)
    again = store.write(VIEW, pl.from_pandas(frame(1.0, 2.0)))
    assert (again.rows, again.known, again.batch_id) == (0, True, first.batch_id)
    assert "is there already" in str(again)
    assert store.write(VIEW, frame(1.0, 2.0), batch_id="on purpose").rows == 2
    assert store.write(VIEW, frame(1.0, 2.0), batch_id="on purpose").known
    assert [row["rows"] for row in rows(stores, "feature_segments")] == [2, 2]
    with pytest.raises(
        ConflictError, match="'on purpose' of the feature view 'spend@1' was written with other"
    ):
        store.write(VIEW, frame(3.0), batch_id="on purpose")
    assert len(artifacts(stores)) == 2


def test_a_value_without_a_created_time_is_known_from_its_writing_on(
    store: FeatureStore, clock: ManualClock
) -> None:
    store.register(VIEW)
    clock.advance(5 * HOUR)
    store.write(VIEW, frame(1.0))
    with pytest.warns(UserWarning, match="known only later, from 2024-01-01 05:00:00 UTC on"):
        assert answer(store, START + 4 * HOUR) is None
    assert answer(store, START + 5 * HOUR) == 1.0


def test_a_correction_holds_from_its_writing_on(store: FeatureStore, clock: ManualClock) -> None:
    store.register(VIEW)
    store.write(VIEW, frame(1.0))
    clock.advance(HOUR)
    store.write(VIEW, frame(2.0))
    assert answer(store, START + HOUR / 2) == 1.0
    assert answer(store, START + HOUR) == 2.0


def test_of_equal_stamps_the_first_written_stays(store: FeatureStore) -> None:
    store.register(VIEW)
    for value in (1.0, 2.0, 3.0):
        store.write(VIEW, frame(value).assign(created_timestamp=START))
    assert answer(store, START) == 1.0
    store.compact(VIEW)
    assert answer(store, START) == 1.0


def test_columns_may_stand_in_the_index(store: FeatureStore) -> None:
    store.register(VIEW)
    store.write(VIEW, frame(1.0).set_index(["user", "event_timestamp"]))
    assert answer(store, START) == 1.0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (frame(1.0).drop(columns="x"), "It lacks x"),
        (frame(1.0).drop(columns="user"), "It lacks user"),
        (frame(1.0).assign(created_timestmp=START), "Got created_timestmp besides"),
        (frame(1.0).assign(x="1.0"), "'x' of FeatureStore.write must be of the kind float. Got a column of"),
        (frame(1.0).assign(x=True), "must be of the kind float"),
        (frame(1.0).assign(user=START), "'user' of FeatureStore.write must hold whole numbers or text"),
        (frame(1.0).assign(event_timestamp=1), "must hold times. Got a column of int64"),
        (frame(1.0, 2.0).assign(x=["a", 2]), "must hold values of one kind"),
        (frame(1.0, float("inf")), "Got 1 that cannot, the first is row 1: 'x' is infinite"),
        (frame(1.0).assign(user=None), "the first is row 0: 'user' is missing"),
        (frame(1.0).assign(user=pd.Series(["\ud800"], dtype=object)), "text without lone surrogates"),
        (frame(1.0).rename(columns={"x": 1}), "It lacks x"),
        (frame(1.0).assign(user=""), "the first is row 0: 'user' is empty"),
        (frame(1.0).assign(user="a\x00"), "'user' holds a NUL character"),
        (frame(1.0).assign(user="a" * 401), "the entity is longer than 400 characters"),
        (frame(1.0).assign(event_timestamp=NOT_A_TIME), "'event_timestamp' is missing"),
        (frame(1.0).assign(created_timestamp=NOT_A_TIME), "'created_timestamp' is missing"),
        (pd.concat([frame(1.0), frame(1.0)[["x"]]], axis=1), "stands twice"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_one_sentence(
    store: FeatureStore, stores: Stores, changed: pd.DataFrame, said: str
) -> None:
    store.register(VIEW)
    with pytest.raises(DataProcessingError, match=said) as raised:
        store.write(VIEW, changed)
    assert "\n" not in str(raised.value)
    assert rows(stores, "feature_segments") == []
    assert artifacts(stores) == []


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("int", [1.5]), ("int", [True]), ("int", ["1"]), ("bool", [1]), ("bool", ["true"]), ("string", [1]),
        ("timestamp", ["2024-01-01"]), ("timestamp", [1.0]), ("int", [2**63]), ("float", [2**53 + 1]),
    ],
)  # fmt: skip
def test_no_kind_is_made_of_another(store: FeatureStore, kind: str, values: list[Any]) -> None:
    view = store.register(FeatureView("v", ["user"], {"x": kind}))
    with pytest.raises(DataProcessingError, match=f"must be of the kind {kind}"):
        store.write(view, frame(1.0).assign(x=values))


def test_bad_rows_go_to_quarantine_with_their_reasons(store: FeatureStore, stores: Stores) -> None:
    store.register(VIEW)
    given = frame(1.0, float("inf"), 3.0, 4.0).astype({"user": object})
    given.loc[2, "user"] = None
    given.loc[3, "event_timestamp"] = pd.NaT
    report = store.write(VIEW, given, on_bad="quarantine")
    assert (report.rows, report.quarantined) == (1, 3)
    again = store.write(VIEW, given, on_bad="quarantine")
    assert (again.rows, again.quarantined, again.known) == (0, 0, True)
    held = rows(stores, "quarantine")
    assert {row["source"] for row in held} == {"features/spend@1"}
    assert sorted(row["reason"] for row in held) == [
        "'event_timestamp' is missing", "'user' is missing", "'x' is infinite",
    ]  # fmt: skip
    infinite = next(row["document"] for row in held if "infinite" in row["reason"])
    assert infinite == {"user": 1, "x": "inf", "event_timestamp": (START + HOUR).isoformat()}
    only_bad = store.write(VIEW, given.iloc[1:2], on_bad="quarantine")
    assert (only_bad.rows, only_bad.quarantined) == (0, 1)
    assert len(rows(stores, "feature_segments")) == 1
    with pytest.raises(ParameterError, match="'raise' or 'quarantine'"):
        store.write(VIEW, given, on_bad="drop")  # type: ignore[arg-type]


@pytest.mark.parametrize("batch_id", ["", "a" * 201, 3, "a\nb"])
def test_a_wrong_batch_id_is_refused(store: FeatureStore, batch_id: Any) -> None:
    store.register(VIEW)
    with pytest.raises(ParameterError, match="1 to 200 printable characters"):
        store.write(VIEW, frame(1.0), batch_id=batch_id)


@pytest.mark.parametrize("place", ["stores", "postgres_stores"])
def test_one_batch_from_many_threads_is_there_once(place: str, request: pytest.FixtureRequest) -> None:
    stores: Stores = request.getfixturevalue(place)
    store = FeatureStore(stores, clock=ManualClock(START))
    store.register(VIEW)
    with ThreadPoolExecutor(8) as threads:
        reports = list(threads.map(lambda number: store.write(VIEW, frame(float(number % 4))), range(16)))
    assert sum(report.rows for report in reports) == 4
    assert sorted(row["seq"] for row in rows(stores, "feature_segments")) == [1, 2, 3, 4]


@pytest.mark.parametrize("place", ["stores", "postgres_stores"])
def test_a_view_is_registered_once_by_many(place: str, request: pytest.FixtureRequest) -> None:
    stores: Stores = request.getfixturevalue(place)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: FeatureStore(stores).register(VIEW), range(8)))
    assert len(rows(stores, "feature_views")) == 1


# -- compaction ------------------------------------------------------------------------------------------


def test_compaction_changes_no_answer_and_remembers_every_batch(
    store: FeatureStore, stores: Stores, clock: ManualClock
) -> None:
    store.register(VIEW)
    for number in range(7):
        store.write(VIEW, frame(float(number), hour=number))
        clock.advance(HOUR)
    moments = [START + hour * HOUR for hour in range(8)]
    before = [answer(store, moment) for moment in moments]
    report = store.compact(VIEW)
    assert str(report) == "spend@1: 7 files became 1"
    assert [answer(store, moment) for moment in moments] == before
    assert artifacts(stores) == [rows(stores, "feature_segments")[0]["digest"]]
    assert store.write(VIEW, frame(3.0, hour=3)).known
    assert store.compact(VIEW).files_after == 1
    assert store.write(VIEW, frame(9.0)).rows == 1
    with pytest.raises(ParameterError, match="a positive number of rows"):
        store.compact(VIEW, target_rows=0)


def test_files_that_are_large_enough_stay(store: FeatureStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.register(VIEW)
    for number, count in enumerate([1, 1, 5, 1, 3, 1]):
        store.write(VIEW, frame(*[1.0] * count, user=number))
    assert store.compact(VIEW, target_rows=4).files_after == 4  # 2 | 5 | 4 | 1
    monkeypatch.setattr(segments, "MOST_FILES", 2)
    assert store.compact(VIEW).files_after == 1


def test_a_reader_whose_file_was_just_replaced_reads_the_new_one(
    store: FeatureStore, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.register(VIEW)
    store.write(VIEW, frame(1.0))
    store.write(VIEW, frame(2.0, hour=1))
    other, get = FeatureStore(stores), LocalArtifactStore.get
    compacted: list[int] = []

    def compact_first(self: LocalArtifactStore, tenant: Tenant, digest: str) -> bytes:
        if not compacted:
            compacted.append(1)
            other.compact(VIEW)
        return get(self, tenant, digest)

    monkeypatch.setattr(LocalArtifactStore, "get", compact_first)
    assert answer(store, START + HOUR) == 2.0
    assert compacted


def test_a_file_that_is_gone_is_said(store: FeatureStore, stores: Stores) -> None:
    store.register(VIEW)
    store.write(VIEW, frame(1.0))
    (digest,) = artifacts(stores)
    stores.artifacts.delete(Tenant(), digest)
    with pytest.raises(NotFoundError, match=digest):
        answer(store, START)


# -- tenants and backends --------------------------------------------------------------------------------


def test_a_tenant_sees_nothing_of_another(stores: Stores, clock: ManualClock) -> None:
    ours, theirs = (FeatureStore(stores, tenant, clock=clock) for tenant in ("ours", "theirs"))
    ours.register(VIEW)
    ours.write(VIEW, frame(1.0))
    ours.write(VIEW, frame(float("inf")), on_bad="quarantine")
    ours.materialize()
    assert theirs.views() == []
    messages = []
    for name in ("spend", "absent"):
        with pytest.raises(NotFoundError) as raised:
            theirs.view(name)
        messages.append(str(raised.value).replace(name, ""))
    assert messages[0] == messages[1], "another's view and none at all are told in the same words"
    theirs.register(FeatureView("spend", ["user"], {"x": "float"}, ttl=HOUR))  # the same name is another view
    assert answer(theirs, START) is None
    assert theirs.materialize().total == 0
    assert theirs.get_online_features({"user": 1}, ["spend:x"]) == {"user": 1, "x": None}
    theirs.write("spend", frame(7.0))
    theirs.materialize(rebuild=True)
    assert (answer(ours, START), answer(theirs, START)) == (1.0, 7.0)
    assert ours.get_online_features({"user": 1}, ["spend:x"])["x"] == 1.0
    assert len(rows(stores, "quarantine", "ours")) == 1
    assert rows(stores, "quarantine", "theirs") == []


def test_the_settings_name_tenant_and_place(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, tenant_id="acme")
    with FeatureStore(settings=settings) as store:
        assert store.tenant == Tenant("acme")
        store.register(VIEW)
    with FeatureStore(tmp_path, "acme") as store:
        assert [view.reference for view in store.views()] == ["spend@1"]
    with open_stores(tmp_path) as stores:
        FeatureStore(stores).close()  # stores that were given stay open
        assert rows(stores, "feature_views", "acme")
