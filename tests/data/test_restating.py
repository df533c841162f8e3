"""Bars that their source corrected: accepted on request, the former kept, the same however often it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml_analytics.core.clock import ManualClock
from ml_analytics.core.errors import ParameterError, StoreError
from ml_analytics.data import MLDataManager
from ml_analytics.data.quarantine import quarantine_row
from ml_analytics.stores import Stores, open_stores
from ml_analytics.stores.documents import SqlCollection

NUMBER = count()
HOUR = timedelta(hours=1)
START = datetime(2024, 3, 1, tzinfo=UTC)
RESTATE = ["restated"]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    with open_stores(tmp_path_factory.mktemp("stores")) as opened:
        yield opened


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def manager(stores: Stores, clock: ManualClock) -> MLDataManager:
    return MLDataManager(stores, f"restating{next(NUMBER)}", clock=clock)


def bars(*closes: float) -> pd.DataFrame:
    close = pd.Series(closes, dtype=float)
    frame = pd.DataFrame({"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": 5.0})
    return frame.set_index(
        pd.date_range("2024-01-01", periods=len(closes), freq="D", tz="UTC", name="timestamp")
    )


def bring(manager: MLDataManager, clock: ManualClock, *closes: float, source: str = "vendor") -> Any:
    clock.advance(HOUR)
    manager.ingest(bars(*closes), source=source, symbol="X")
    return manager.promote()


def closes(manager: MLDataManager) -> list[float]:
    found: list[float] = manager.bars("X")["close"].tolist()
    return found


def former(manager: MLDataManager) -> list[dict[str, Any]]:
    kept = manager.quarantine(reason="restated", replayed=True)
    return [dict(one["raw_content"]) | dict(one["metadata"]) for one in kept["document"]]


def test_a_corrected_bar_takes_the_place_and_the_former_is_kept(
    manager: MLDataManager, stores: Stores, clock: ManualClock
) -> None:
    bring(manager, clock, 10.0, 11.0, 12.0)
    assert bring(manager, clock, 10.0, 11.5, 12.0).quarantined == 1
    assert manager.quarantine()["reason"].tolist() == ["duplicate_times"]
    assert manager.replay().reasons == {"duplicate_times": 1}, "only when asked for"
    (waiting,) = manager.quarantine()["id"]
    clock.advance(HOUR)
    report = manager.replay(repair=RESTATE)
    assert (report.replayed, report.rejected) == (1, 0)
    assert closes(manager) == [10.0, 11.5, 12.0]
    with stores.records.read(manager.tenant) as records:
        (row,) = records.find("market_metrics", {"document_id": waiting})
    assert (row["close"], row["created_at"]) == (11.5, clock.now())
    (kept,) = former(manager)
    assert (kept["close"], kept["high"], kept["restated_by"]) == (11.0, 12.0, waiting)
    assert kept["promoted_at"] == (START + HOUR).isoformat()
    done = manager.quarantine(replayed=True).set_index("id")
    assert done.loc[waiting, "replayed_as"] == "X@2024-01-02T00:00:00+00:00"
    assert done["replayed_at"].notna().all()
    assert manager.quarantine().empty

    before = manager.quarantine(replayed=True)
    assert manager.replay(repair=RESTATE).total == 0
    assert manager.promote(everything=True).promoted == 0
    assert manager.replay(repair=RESTATE).total == 0
    assert closes(manager) == [10.0, 11.5, 12.0]
    pd.testing.assert_frame_equal(manager.quarantine(replayed=True), before)
    assert manager.promote(everything=True).quarantined == 0, "both documents are known"
    assert bring(manager, clock, 10.0, 11.0, 12.0).promoted == 0, "the old file once more"
    assert closes(manager) == [10.0, 11.5, 12.0] and manager.quarantine().empty


def test_what_is_no_correction_stays(manager: MLDataManager, clock: ManualClock) -> None:
    bring(manager, clock, 10.0)
    bring(manager, clock, 10.5, source="another")
    other = bars(10.0).assign(note="the same numbers")
    manager.ingest(other, source="vendor", symbol="X")
    manager.ingest(bars(10.7).assign(low=99.0), source="vendor", symbol="X")
    manager.promote()
    report = manager.replay(repair=RESTATE)
    assert report.replayed == 0
    assert report.reasons == {"duplicate_times": 2, "high_below, low_above": 1}
    assert closes(manager) == [10.0] and former(manager) == []
    earlier = lambda one: {**one, "scraped_at": START.isoformat(), "source": "vendor"}  # noqa: E731
    assert manager.replay(repair=RESTATE, correct=earlier).replayed == 0, "an older version"
    with pytest.raises(
        ParameterError, match="'repair' parameter of replay must be a list of unit_switch, restated"
    ):
        manager.replay(repair=["corrections"])
    with pytest.raises(ParameterError, match="'repair' parameter of promote must be a list of unit_switch"):
        manager.promote(repair=RESTATE)


def test_versions_that_come_together_replace_one_another_in_order(
    manager: MLDataManager, clock: ManualClock
) -> None:
    bring(manager, clock, 10.0)
    bring(manager, clock, 10.1)
    bring(manager, clock, 10.2)
    assert manager.replay(repair=RESTATE).replayed == 2
    assert closes(manager) == [10.2]
    assert sorted(one["close"] for one in former(manager)) == [10.0, 10.1]
    assert manager.quarantine().empty


def test_of_corrected_rejects_the_last_scraped_takes_a_free_place(
    manager: MLDataManager, clock: ManualClock
) -> None:
    for close in (10.0, 10.1):
        clock.advance(HOUR)
        manager.ingest(bars(close).assign(high=0.5), source="vendor", symbol="X")
        manager.promote()
    mend = lambda one: {**one, "raw_content": {**one["raw_content"], "high": 50.0}}  # noqa: E731
    assert manager.replay(repair=RESTATE, correct=mend).replayed == 2
    assert closes(manager) == [10.1]
    assert [(one["close"], one["high"]) for one in former(manager)] == [(10.0, 50.0)], (
        "as it was in the table"
    )


EVENTS = st.lists(st.integers(0, 5) | st.sampled_from(["replay", "restate", "everything"]), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_the_last_version_stands_and_every_other_is_kept(stores: Stores, events: list[Any]) -> None:
    clock = ManualClock(START)
    manager = MLDataManager(stores, f"restating{next(NUMBER)}", clock=clock)
    seen: list[float] = []
    for event in [*events, "restate"]:
        if isinstance(event, int):
            bring(manager, clock, 10.0 + event)
            if 10.0 + event not in seen:
                seen.append(10.0 + event)
        elif event == "everything":
            manager.promote(everything=True)
        else:
            manager.replay(repair=RESTATE if event == "restate" else [])
    assert closes(manager) == seen[-1:]
    assert sorted(one["close"] for one in former(manager)) == sorted(seen[:-1])
    assert manager.quarantine().empty
    assert manager.replay(repair=RESTATE).total == 0


def test_several_at_once_restate_once(manager: MLDataManager, clock: ManualClock) -> None:
    bring(manager, clock, *[10.0] * 50)
    bring(manager, clock, *[10.5] * 50)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: manager.replay(repair=RESTATE).replayed, range(4)))
    assert sum(done) == 50
    assert closes(manager) == [10.5] * 50 and len(former(manager)) == 50


def test_a_published_bar_is_replaced(
    manager: MLDataManager, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(manager, clock, 10.0, 11.0)
    manager.publish("market_metrics")
    bring(manager, clock, 10.0, 11.5)
    manager.replay(repair=RESTATE)
    assert [one["close"] for one in manager.published("market_metrics")["processed_content"]] == [10.0, 11.0]

    def fails(self: SqlCollection, documents: Any, *, pending: bool = False) -> int:
        raise StoreError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(SqlCollection, "insert_new", fails)
        with pytest.raises(StoreError, match="gone"):
            manager.relay()
    assert manager.relay().published == 1, "the entry was still open"
    assert [one["close"] for one in manager.published("market_metrics")["processed_content"]] == [10.0, 11.5]
    assert manager.relay().published == 0


def test_an_open_delivery_of_the_former_bar_delivers_the_new_one(
    manager: MLDataManager, clock: ManualClock
) -> None:
    bring(manager, clock, 10.0)
    manager.publish("market_metrics")
    bring(manager, clock, 10.0, 20.0)
    bring(manager, clock, 10.5, 20.5)
    manager.replay(repair=RESTATE)
    assert manager.relay().published == 2
    assert [one["close"] for one in manager.published("market_metrics")["processed_content"]] == [10.5, 20.5]


def test_the_document_of_a_bar_may_be_gone(
    manager: MLDataManager, stores: Stores, clock: ManualClock
) -> None:
    bring(manager, clock, 10.0)
    raw = stores.documents.collection(manager.tenant, "raw_market")
    assert raw.delete({"symbol": "X"}) == 1
    late = {"_id": "late", "time": datetime(2024, 1, 1, tzinfo=UTC), "symbol": "X", "source": "vendor"}
    late |= {"raw_content": dict(bars(10.5).iloc[0]), "scraped_at": clock.now().isoformat()}
    row = quarantine_row(late, "duplicate_times", clock.now(), "raw_market", "promote", "market_metrics")
    with stores.records.begin(manager.tenant) as records:
        records.insert("quarantine", row)
    assert manager.replay(repair=RESTATE).replayed == 0, "not scraped after the bar was promoted"
    later = lambda one: {**one, "scraped_at": (clock.now() + HOUR).isoformat()}  # noqa: E731
    assert manager.replay(repair=RESTATE, correct=later).replayed == 1
    assert closes(manager) == [10.5]
