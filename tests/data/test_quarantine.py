from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.clock import ManualClock
from ml_analytics.core.errors import NotFoundError, ParameterError
from ml_analytics.core.settings import MongoSection, Settings, SqlSection
from ml_analytics.core.tenant import Tenant
from ml_analytics.data import MLDataManager
from ml_analytics.data.feature_store import FeatureStore, FeatureView
from ml_analytics.data.quarantine import COLUMNS, INGEST, quarantine_row
from ml_analytics.data.validation import Finding, Severity, ValidationReport
from ml_analytics.stores import Stores, open_stores

CONFIGURED = Settings(sql=SqlSection(tables={"texts": ("reviews",)}))


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path) as opened:
        yield opened


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2024, 3, 1, tzinfo=UTC))


@pytest.fixture
def manager(stores: Stores, clock: ManualClock) -> MLDataManager:
    return MLDataManager(stores, "acme", CONFIGURED, clock=clock)


def bars(count: int = 6) -> pd.DataFrame:
    close = 100.0 + np.arange(count)
    return pd.DataFrame(
        {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": 5.0},
        index=pd.date_range("2024-01-01", periods=count, freq="h", tz="UTC", name="timestamp"),
    )


def broken() -> pd.DataFrame:
    frame = bars()
    frame.loc[frame.index[[1, 4]], "high"] = 0.5
    frame.loc[frame.index[2], "volume"] = -5.0
    return frame


def rows(stores: Stores) -> dict[str, dict[str, Any]]:
    with stores.records.read(Tenant("acme")) as records:
        return {row["id"]: row for row in records.find("quarantine")}


def test_the_quarantine_is_a_table(manager: MLDataManager) -> None:
    assert manager.quarantine().columns.tolist() == list(COLUMNS)
    assert manager.quarantine().empty
    manager.ingest(broken(), source="feed", symbol="X")
    manager.promote()
    held = manager.quarantine()
    assert len(held) == 3
    assert set(held["data_type"]) == {"raw_market"}
    assert set(held["stage"]) == {"promote"} and set(held["target"]) == {"market_metrics"}
    assert len(manager.quarantine(reason="negative_volume")) == 1
    assert len(manager.quarantine("raw_market", "high_below")) == 2
    assert manager.quarantine("text").empty
    assert manager.quarantine(reason="low").empty, "a name, not a part of one"


def test_corrected_bars_cross_and_the_original_stays(
    manager: MLDataManager, stores: Stores, clock: ManualClock
) -> None:
    manager.publish("market_metrics")
    manager.ingest(broken(), source="feed", symbol="X")
    manager.promote()
    before = rows(stores)
    clock.advance(timedelta(hours=1))

    def correct(document: dict[str, Any]) -> dict[str, Any] | None:
        raw = document["raw_content"]
        if raw["volume"] < 0:
            return None
        raw["high"] = raw["close"] + 1  # it is a copy: the original does not change
        return document

    report = manager.replay(correct=correct)
    assert (report.replayed, report.rejected, report.total) == (2, 1, 3)
    assert report.reasons == {"negative_volume": 1}
    assert len(manager.bars("X")) == 5
    assert manager.bars("X")["high"].tolist() == [101, 102, 104, 105, 106]
    after = rows(stores)
    for name, row in after.items():
        assert row["document"] == before[name]["document"]
        if row["reason"] == "negative_volume":
            assert (row["replayed_at"], row["replayed_as"]) == (None, None)
        else:
            assert row["replayed_at"] == clock.now()
            assert row["replayed_as"].startswith("X@2024-01-01T0")
    assert manager.replay(correct=correct).replayed == 0
    assert len(manager.quarantine()) == 1
    assert len(manager.quarantine(replayed=True)) == 3
    manager.relay()
    assert len(manager.published("market_metrics")) == 5, "replayed bars are published too"


def test_without_a_correction_todays_rules_say_why(manager: MLDataManager, stores: Stores) -> None:
    manager.ingest(broken(), source="feed", symbol="X")
    manager.promote()
    with stores.records.begin(Tenant("acme")) as records:
        records.update("quarantine", {}, {"reason": "a rule of old"})
    report = manager.replay(reason="a rule of old")
    assert report.reasons == {"high_below, low_above": 2, "negative_volume": 1}
    assert set(report.reasons) == {row["reason"] for row in rows(stores).values()}


def test_a_bar_whose_place_is_taken_stays(manager: MLDataManager) -> None:
    frame = bars(1)
    frame["high"] = 0.5
    manager.ingest(frame, source="feed", symbol="X")
    manager.promote()
    manager.ingest(bars(1), source="feed", symbol="X")
    manager.promote()
    report = manager.replay(correct=lambda one: {**one, "raw_content": {**one["raw_content"], "high": 200.0}})
    assert report.reasons == {"duplicate_times": 1}
    assert manager.bars("X")["high"].tolist() == [101.0]


def test_rows_without_a_time_become_documents(manager: MLDataManager, stores: Stores) -> None:
    frame = bars(3).reset_index()
    frame["timestamp"] = ["2024-01-01", "03.01.2024", None]
    with pytest.warns(UserWarning, match="taken as UTC"):
        manager.ingest(frame, source="feed", symbol="X")
    assert set(manager.quarantine()["stage"]) == {"ingest"}
    assert manager.replay().replayed == 0

    def correct(document: dict[str, Any]) -> dict[str, Any] | None:
        if document["metadata"].get("time_as_given") == "'03.01.2024'":
            return {**document, "time": "2024-01-03"}
        return None

    assert manager.replay(reason="missing_time", correct=correct).replayed == 1
    assert manager.replay(correct=correct).replayed == 0
    assert manager.promote().promoted == 2
    assert manager.bars("X").index.day.tolist() == [1, 3]  # type: ignore[attr-defined]
    done = next(row for row in rows(stores).values() if row["replayed_at"] is not None)
    made = stores.documents.collection(Tenant("acme"), "raw_market").get(done["replayed_as"])
    assert made is not None and made["raw_content"] == done["document"]["raw_content"]


def test_text_that_no_database_can_hold(manager: MLDataManager) -> None:
    frame = pd.DataFrame(
        {"timestamp": ["2024-01-01T00:00Z"] * 3, "body": ["fine 😀", "nul\x00", "lone\ud800"]}, dtype=object
    )
    report = manager.ingest(frame, source="feed", data_type="text")
    assert (report.added, report.quarantined) == (1, 2)
    again = manager.ingest(frame, source="feed", data_type="text")
    assert (again.added, again.known) == (0, 3)
    held = manager.quarantine("text", "unstorable_text")
    kept = sorted(one["raw_content"]["body"] for one in held["document"])
    assert kept == ["lone\\ud800", "nul\\u0000"]
    assert manager.replay().replayed == 0, "written out it is another text: a person has to say so"

    def mend(document: dict[str, Any]) -> dict[str, Any]:
        return {**document, "raw_content": {"body": document["raw_content"]["body"].partition("\\")[0]}}

    assert manager.replay(correct=mend).replayed == 2
    found = manager.fetch_training_data_sync("text")["raw_content"]
    assert sorted(one["body"] for one in found) == ["fine 😀", "lone", "nul"]


def test_rejected_texts_are_replayed_into_records(manager: MLDataManager) -> None:
    frame = pd.DataFrame({"timestamp": ["2024-01-01", "2024-01-02"], "body": [" \x07 ", "good"]})
    with pytest.warns(UserWarning, match="taken as UTC"):
        manager.ingest(frame, source="feed", data_type="text")
    assert manager.promote("text", to="reviews").promoted == 1
    assert manager.quarantine("text")["reason"].tolist() == ["empty_content"]
    report = manager.replay(correct=lambda one: {**one, "raw_content": {"body": "said"}})
    assert report.replayed == 1
    found = manager.fetch_training_data_sync("reviews")
    assert [one["body"] for one in found["processed_content"]] == ["said", "good"]
    (done,) = manager.quarantine(replayed=True)["replayed_as"]
    assert done in set(found["id"])


@pytest.mark.parametrize(
    "ids", ["abc", [{"$ne": None}], {"$ne": None}, [None], [""], [3], ["a" * 201], 7, ["a\x00"]]
)
def test_ids_are_texts(manager: MLDataManager, ids: Any) -> None:
    with pytest.raises(ParameterError, match="'ids'"):
        manager.replay(ids)


@pytest.mark.parametrize(
    "how",
    [
        {"data_type": {"$ne": None}},
        {"data_type": "api_keys"},
        {"reason": {"$ne": None}},
        {"reason": ["high_below"]},
        {"repair": "unit_switch"},
        {"repair": ["else"]},
        {"symbol": {"$ne": None}},
    ],
)
def test_filters_are_names(manager: MLDataManager, how: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match=f"'{next(iter(how))}'"):
        manager.replay(**how)


@pytest.mark.parametrize("made", ["text", 3, [1]])
def test_a_correction_is_a_document(manager: MLDataManager, made: Any) -> None:
    manager.ingest(broken(), source="feed", symbol="X")
    manager.promote()
    with pytest.raises(ParameterError, match="'correct'"):
        manager.replay(correct=lambda _: made)
    with pytest.raises(ParameterError, match="'time'"):
        manager.replay(correct=lambda one: {**one, "time": "yesterday"})
    assert len(manager.quarantine()) == 3


def test_another_tenants_entries_are_none(manager: MLDataManager, stores: Stores) -> None:
    manager.ingest(broken(), source="canary", symbol="X")
    manager.promote()
    other = MLDataManager(stores, "other", CONFIGURED)
    (theirs, *_) = manager.quarantine()["id"]
    with pytest.raises(NotFoundError) as asked:
        other.replay([theirs])
    with pytest.raises(NotFoundError) as invented:
        other.replay(["f" * 64])
    assert str(asked.value).replace(theirs, "") == str(invented.value).replace("f" * 64, "")
    assert other.quarantine(replayed=True).empty
    assert other.replay(correct=lambda one: one).total == 0
    assert "canary" not in str(other.quarantine()) + str(other.sources("X"))
    assert len(manager.quarantine()) == 3


def test_entries_by_id(manager: MLDataManager) -> None:
    manager.ingest(broken(), source="feed", symbol="X")
    manager.promote()
    first, second, _ = manager.quarantine(reason=None)["id"]
    fix = {"open": 100.0, "high": 101.0, "low": 99.0, "close": 100.0, "volume": 1.0}
    report = manager.replay([first, first], correct=lambda one: {**one, "raw_content": fix})
    assert (report.replayed, report.total) == (1, 1)
    assert manager.replay([first]).total == 0, "it is done"
    with pytest.raises(NotFoundError, match="nowhere"):
        manager.replay([second, "nowhere"])


def test_entries_of_the_first_schema_are_replayed(manager: MLDataManager, stores: Stores) -> None:
    manager.ingest(broken(), source="feed", symbol="X")
    manager.promote()
    with stores.records.begin(Tenant("acme")) as records:
        records.update("quarantine", {}, {"data_type": "", "stage": "", "target": ""})
    assert set(manager.quarantine("raw_market")["target"]) == {"market_metrics"}
    fix = {"open": 100.0, "high": 101.0, "low": 99.0, "close": 100.0, "volume": 1.0}
    assert manager.replay(correct=lambda one: {**one, "raw_content": fix}).replayed == 3


def rejecting(frame: pd.DataFrame) -> ValidationReport:
    """Reject everything."""
    every = np.arange(len(frame))
    finding = Finding("bad", Severity.ERROR, len(every), "Bad.", rows=every, rejects=True)
    return ValidationReport("t", len(frame), (finding,))


def held_at_ingest(manager: MLDataManager, stores: Stores, to: str, high: float) -> str:
    """Put a document into the collection and an entry of ingest with its id into quarantine."""
    frame = bars(1).assign(high=high, body="a text")
    manager.ingest(
        frame, source="feed", data_type="raw_market" if to == "market_metrics" else "text", symbol="X"
    )
    data_type = "raw_market" if to == "market_metrics" else "text"
    (document,) = stores.documents.collection(Tenant("acme"), data_type).find()
    with stores.records.begin(Tenant("acme")) as records:
        row = quarantine_row(document, "refused: too large", document["time"], data_type, INGEST, data_type)
        records.insert("quarantine", row)
    return data_type


@pytest.mark.parametrize("to", ["market_metrics", "metrics"])
@pytest.mark.parametrize("replayed", [False, True])
def test_what_ingest_once_refused_is_promoted(
    manager: MLDataManager, stores: Stores, to: str, replayed: bool
) -> None:
    data_type = held_at_ingest(manager, stores, to, high=101.0)
    if replayed:
        assert manager.replay().replayed == 1
    report = manager.promote(data_type, to)
    assert (report.promoted, report.known, report.quarantined) == (1, 0, 0)
    assert len(manager.fetch_training_data_sync(to)) == 1


@pytest.mark.parametrize("to", ["market_metrics", "metrics"])
def test_what_ingest_once_refused_and_promote_rejects_is_kept_with_both(
    manager: MLDataManager, stores: Stores, to: str
) -> None:
    data_type = held_at_ingest(manager, stores, to, high=0.5)
    validate = None if to == "market_metrics" else rejecting
    assert manager.promote(data_type, to, validate=validate).quarantined == 1
    assert sorted(manager.quarantine()["stage"]) == ["ingest", "promote"]
    again = manager.promote(data_type, to, validate=validate, everything=True)
    assert (again.known, again.quarantined) == (1, 0)
    (entry,) = manager.quarantine().query("stage == 'promote'")["id"]
    if to == "metrics":
        assert manager.replay([entry]).replayed == 1
    else:
        repaired = manager.replay(
            [entry], correct=lambda one: {**one, "raw_content": {**one["raw_content"], "high": 200.0}}
        )
        assert repaired.replayed == 1
    assert len(manager.fetch_training_data_sync(to)) == 1
    assert manager.quarantine()["stage"].tolist() == ["ingest"]


def test_rejected_for_one_type_is_not_rejected_for_another(manager: MLDataManager) -> None:
    manager.ingest(bars(2).assign(body="a text"), source="feed", data_type="text")
    assert manager.promote("text", "metrics", validate=rejecting).quarantined == 2
    accepted = manager.promote("text", "user_interactions", everything=True)
    assert (accepted.promoted, accepted.known) == (2, 0)
    assert manager.promote("text", "reviews", validate=rejecting, everything=True).quarantined == 2
    assert sorted(manager.quarantine()["target"]) == ["metrics", "metrics", "reviews", "reviews"]
    assert manager.promote("text", "metrics", everything=True).known == 2, "replay is for these"
    assert manager.replay(reason="bad").replayed == 4
    for name in ("metrics", "reviews", "user_interactions"):
        assert len(manager.fetch_training_data_sync(name)) == 2


@pytest.mark.parametrize("old", [False, True])
def test_rows_of_features_are_listed_and_left_by_replays(
    manager: MLDataManager, stores: Stores, clock: ManualClock, old: bool
) -> None:
    store = FeatureStore(stores, "acme", clock=clock)
    view = store.register(FeatureView("spend", ["user"], {"x": "float"}))
    given = pd.DataFrame({"user": [1], "x": [np.inf], "event_timestamp": [clock.now()]})
    assert store.write(view, given, on_bad="quarantine").quarantined == 1
    if old:  # as written before these columns were
        with stores.records.begin(Tenant("acme")) as records:
            records.update("quarantine", {}, {"stage": "", "target": ""})
    manager.ingest(broken(), source="feed", symbol="X")
    manager.promote()
    (row,) = manager.quarantine("features").to_dict("records")
    assert (row["stage"], row["target"]) == ("features", "spend@1")
    report = manager.replay(correct=lambda one: {**one, "raw_content": {**bars(1).iloc[0]}})
    assert (report.replayed, report.rejected, report.reasons) == (3, 1, {"'x' is infinite": 1})
    assert manager.replay([row["id"]]).rejected == 1
    assert manager.quarantine()["stage"].tolist() == ["features"]


def test_types_that_the_settings_no_longer_name_are_left_and_the_others_go_on(
    manager: MLDataManager, stores: Stores, clock: ManualClock
) -> None:
    sections = {"mongodb": MongoSection(collections={"press": ("articles",)}), "sql": CONFIGURED.sql}
    then = MLDataManager(stores, "acme", Settings(**sections), clock=clock)
    frame = pd.DataFrame({"timestamp": ["2024-01-01T00:00Z", "when?"], "body": [" \x07 ", "good"]})
    then.ingest(frame, source="feed", data_type="articles")
    then.promote("articles", to="reviews")
    refused = {"_id": "r9", "time": clock.now(), "data_type": "reviews", "raw_content": {"body": "refused"}}
    with stores.records.begin(Tenant("acme")) as records:
        row = quarantine_row(refused, "too large", clock.now(), "reviews", "publish", "published_reviews")
        records.insert("quarantine", row)
    manager.ingest(broken(), source="feed", symbol="X")
    manager.promote()
    kept = rows(stores)

    def mend(one: dict[str, Any]) -> dict[str, Any]:
        given = {**bars(1).iloc[0]} if one.get("symbol") else {"body": "said"}
        return {**one, "time": one["time"] or "2024-01-03", "raw_content": given}

    now = MLDataManager(stores, "acme", Settings(), clock=clock)
    report = now.replay(correct=mend)
    assert (report.replayed, report.rejected, report.total) == (3, 3, 6), "the bars cross"
    assert report.reasons == {
        "unknown_type: the settings no longer name 'reviews' as a type of records": 2,
        "unknown_type: the settings no longer name 'articles' as a type of documents": 1,
    }
    left = {name: one for name, one in rows(stores).items() if one["replayed_at"] is None}
    assert left == {name: kept[name] for name in left} and len(left) == 3, "reason and document stay"
    assert now.replay(correct=mend).replayed == 0
    moved = Settings(sql=SqlSection(tables={"texts": ("articles", "reviews")}))
    assert MLDataManager(stores, "acme", moved, clock=clock).replay(correct=mend).reasons == {
        "unknown_type: the settings no longer name 'articles' as a type of documents": 1
    }, "documents are not put where records live"
    assert then.replay(correct=mend).rejected == 0
    assert now.quarantine().empty
