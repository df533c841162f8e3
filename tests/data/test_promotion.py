from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml_analytics.core.clock import ManualClock
from ml_analytics.core.errors import ParameterError
from ml_analytics.core.settings import MongoSection, Settings, SqlSection
from ml_analytics.core.tenant import Tenant
from ml_analytics.data import DataLoader, DataValidator, MLDataManager, PromoteReport, load_sp500, promotion
from ml_analytics.data.promotions import candidate
from ml_analytics.data.validation import Finding, Severity, ValidationReport
from ml_analytics.stores import Stores, open_stores

NUMBER = count()


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    with open_stores(tmp_path_factory.mktemp("stores")) as opened:
        yield opened


@pytest.fixture
def manager(stores: Stores) -> MLDataManager:
    return _fresh(stores)


def _fresh(stores: Stores) -> MLDataManager:
    """A manager of a tenant that has nothing yet: cheaper than new stores."""
    return MLDataManager(stores, f"tenant{next(NUMBER)}", clock=ManualClock(datetime(2024, 1, 1, tzinfo=UTC)))


def _quarantine(stores: Stores, manager: MLDataManager) -> list[dict[str, Any]]:
    with stores.records.read(manager.tenant) as records:
        return records.find("quarantine")


def _bars(closes: list[float], start: str = "2024-01-01") -> pd.DataFrame:
    close = np.array(closes, dtype=float)
    return pd.DataFrame(
        {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": 7.0},
        index=pd.date_range(start, periods=len(close), freq="h", tz="UTC", name="timestamp"),
    )


def test_the_sample_goes_all_the_way(manager: MLDataManager) -> None:
    bars = load_sp500()
    assert manager.ingest(bars, source="arch", symbol="^GSPC").added == 5031
    report = manager.promote(symbol="^GSPC")
    assert (report.promoted, report.known, report.quarantined) == (5031, 0, 0)
    assert next(one.count for one in report.findings if one.rule == "open_equals_previous_close") == 2004
    assert all(one.rows.size == 0 for one in report.findings)
    back = manager.bars("^GSPC")
    pd.testing.assert_frame_equal(back, bars[back.columns.tolist()], check_freq=False)
    again = manager.ingest(bars, source="arch", symbol="^GSPC")
    assert (again.added, again.known) == (0, 5031)
    report = manager.promote(symbol="^GSPC")
    assert (report.promoted, report.known, report.quarantined) == (0, 0, 0), "nothing waits"
    report = manager.promote(symbol="^GSPC", everything=True)
    assert (report.promoted, report.known, report.quarantined) == (0, 5031, 0)


def test_rejects_keep_their_document_and_reason(manager: MLDataManager, stores: Stores) -> None:
    bars: Any = _bars([10, 11, 12, 13, 14, 15]).astype(object)
    bars.iloc[1, 1] = 1.0
    bars.iloc[2, 3] = "thirteen"
    bars.iloc[3, 4] = np.inf
    bars.iloc[4, 0] = None
    assert manager.ingest(bars, source="feed", symbol="X").added == 6
    report = manager.promote(symbol="X")
    assert (report.promoted, report.quarantined) == (2, 4)
    rows = {row["document"]["time"]: row for row in _quarantine(stores, manager)}
    reasons = [rows[f"2024-01-01T0{hour}:00:00+00:00"]["reason"] for hour in (1, 2, 3, 4)]
    assert reasons == ["high_below, low_above", "non_numeric", "non_finite", "non_finite"]
    kept = rows["2024-01-01T02:00:00+00:00"]
    assert kept["document"]["raw_content"]["close"] == "thirteen"
    assert (kept["source"], kept["replayed_at"]) == ("feed", None)
    assert manager.bars("X")["close"].tolist() == [10, 15]


def test_rows_without_a_time_are_quarantined_at_once(manager: MLDataManager, stores: Stores) -> None:
    frame: Any = _bars([1.5, 2.5]).reset_index()
    frame.loc[1, "timestamp"] = pd.NaT
    for added, quarantined in ((1, 1), (0, 0)):
        report = manager.ingest(frame, source="feed", symbol="X")
        assert (report.added, report.quarantined, report.total) == (added, quarantined, 2)
        assert report.added + report.known + report.quarantined == report.total
    assert [row["reason"] for row in _quarantine(stores, manager)] == ["missing_time"]


def test_one_cell_that_is_no_number_condemns_one_bar(
    manager: MLDataManager, stores: Stores, tmp_path: Path
) -> None:
    mended, broken = tmp_path / "mended.csv", tmp_path / "broken.csv"
    load_sp500().to_csv(mended)
    lines = mended.read_text().splitlines(keepends=True)
    whole = lines[100]
    cells = whole.split(",")
    close = lines[0].rstrip().split(",").index("close")
    lines[100] = ",".join([*cells[:close], "n.v.", *cells[close + 1 :]])
    broken.write_text("".join(lines))
    assert manager.ingest(DataLoader().load(broken), source="f", symbol="SPX").added == 5031
    report = manager.promote(symbol="SPX")
    assert (report.promoted, report.quarantined) == (5030, 1)
    (held,) = _quarantine(stores, manager)
    assert (held["reason"], held["document"]["raw_content"]["close"]) == ("non_numeric", "n.v.")
    expected = load_sp500()[["open", "high", "low", "close", "volume"]].astype(float)
    got = manager.bars("SPX")[list(expected.columns)]
    assert np.array_equal(got.to_numpy(), expected.drop(expected.index[99]).to_numpy())
    again = manager.ingest(DataLoader().load(mended), source="f", symbol="SPX")
    assert (again.added, again.known) == (1, 5030), "the mended file differs in one row"
    assert manager.promote(symbol="SPX").promoted == 1


@pytest.mark.parametrize("given", ["31/12/2018", "20181231"])
def test_the_quarantine_says_which_time_could_not_be_read(
    manager: MLDataManager, stores: Stores, tmp_path: Path, given: str
) -> None:
    path = tmp_path / "bars.csv"
    path.write_text(f"date,open,high,low,close,volume\n{given},1,2,1,2,5\n")
    assert manager.ingest(DataLoader().load(path), source="f", symbol="X").quarantined == 1
    (held,) = _quarantine(stores, manager)
    assert held["reason"].startswith("missing_time: ")
    assert given in held["reason"]
    assert "ISO 8601" in held["reason"]


def test_a_promoted_bar_never_changes(manager: MLDataManager, stores: Stores) -> None:
    manager.ingest(_bars([10, 11]), source="feed", symbol="X")
    manager.promote()
    manager.ingest(_bars([10, 99, 12]), source="feed", symbol="X")
    report = manager.promote()
    assert (report.promoted, report.known, report.quarantined) == (1, 0, 1)
    assert manager.bars("X")["close"].tolist() == [10, 11, 12]
    assert [row["reason"] for row in _quarantine(stores, manager)] == ["duplicate_times"]


def test_a_correction_of_a_rejected_bar_gets_in(manager: MLDataManager) -> None:
    broken = _bars([10, 11])
    broken.loc[broken.index[1], "high"] = 0.5
    manager.ingest(broken, source="feed", symbol="X")
    manager.ingest(_bars([10, 11]), source="feed", symbol="X")
    report = manager.promote()
    assert (report.promoted, report.quarantined) == (2, 1)
    assert manager.bars("X")["high"].tolist() == [11, 12]


def test_of_two_documents_the_first_scraped_wins(stores: Stores) -> None:
    manager = _fresh(stores)
    clock = ManualClock(datetime(2024, 1, 1, tzinfo=UTC))
    manager = MLDataManager(stores, manager.tenant, clock=clock)
    for close in (30.0, 10.0, 20.0):
        manager.ingest(_bars([close]), source="feed", symbol="X")
        clock.advance(timedelta(minutes=1))
    manager.promote()
    assert manager.bars("X")["close"].tolist() == [30.0]


def test_late_bars_and_other_symbols(manager: MLDataManager) -> None:
    manager.ingest(_bars([20, 21], "2024-01-02"), source="feed", symbol="X")
    manager.ingest(_bars([5], "2024-01-02"), source="feed", symbol="Y")
    assert manager.promote().promoted == 3
    manager.ingest(_bars([10], "2024-01-01"), source="feed", symbol="X")
    assert manager.promote().promoted == 1
    assert manager.bars("X")["close"].tolist() == [10, 20, 21]
    assert manager.bars("X", {"start": "2024-01-02T01:00:00", "end": None})["close"].tolist() == [21]
    assert manager.bars("Y").shape == (1, 5)
    empty = manager.bars("Z")
    assert empty.empty and (empty.dtypes == "float64").all() and str(empty.index.tz) == "UTC"  # type: ignore[attr-defined]


def test_tenants_do_not_meet(stores: Stores) -> None:
    one, other = _fresh(stores), _fresh(stores)
    one.ingest(_bars([10]), source="feed", symbol="X")
    one.promote()
    assert other.promote().promoted == 0
    assert other.bars("X").empty


def test_a_document_from_elsewhere_cannot_break_the_promotion(manager: MLDataManager, stores: Stores) -> None:
    collection = stores.documents.collection(manager.tenant, "raw_market")
    time = datetime(2024, 1, 1, tzinfo=UTC)
    collection.insert_new(
        [{"_id": "a", "time": time, "symbol": "X"}, {"_id": "b", "time": time, "raw_content": 3}]
    )
    assert manager.promote() == PromoteReport(0, 0, 0), "it does not wait"
    report = manager.promote(everything=True)
    assert (report.promoted, report.quarantined) == (0, 2)
    reasons = {row["id"]: row["reason"] for row in _quarantine(stores, manager)}
    assert reasons == {"a": "non_finite", "b": "missing_symbol"}


def test_swapped_volumes_can_be_repaired_and_replayed(manager: MLDataManager, stores: Stores) -> None:
    bars = _bars([500.0 + hour for hour in range(60)])
    bars["volume"] = 10.0 + np.arange(60)
    bars["Volume USD"] = bars["volume"] * bars["close"]
    swapped = bars.copy()
    swapped.loc[swapped.index[20:40], ["volume", "Volume USD"]] = bars[["Volume USD", "volume"]].to_numpy()[
        20:40
    ]
    manager.ingest(swapped, source="feed", symbol="X")
    report = manager.promote()
    assert (report.promoted, report.quarantined) == (40, 20)
    report = manager.promote(repair=["unit_switch"])
    assert (report.promoted, report.known, report.quarantined) == (20, 0, 0)
    np.testing.assert_array_equal(manager.bars("X")["volume"], bars["volume"])
    assert all(row["replayed_at"] is not None for row in _quarantine(stores, manager))
    assert manager.promote().promoted == 0


@pytest.mark.real_data
def test_the_hourly_file(real_data: Path, manager: MLDataManager) -> None:
    raw = DataLoader().load(real_data / "btcusd_1h_bitfinex_raw.csv.gz").iloc[6900:8100]
    with pytest.warns(UserWarning, match="taken as UTC"):
        manager.ingest(raw, source="bitfinex", symbol="BTC/USD")
    report = manager.promote(symbol="BTC/USD")
    swapped = int((raw["volume"] > raw["Volume USD"]).sum())
    assert (report.promoted, report.quarantined) == (len(raw) - swapped, swapped)


def test_several_at_once_do_each_bar_once(manager: MLDataManager, stores: Stores) -> None:
    bars = load_sp500().head(600)

    def work(_: int) -> tuple[int, int]:
        kept = manager.ingest(bars, source="arch", symbol="X")
        return kept.added, manager.promote(symbol="X").promoted

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, range(4)))
    assert [sum(column) for column in zip(*done, strict=True)] == [600, 600]
    assert len(manager.bars("X")) == 600
    assert _quarantine(stores, manager) == []


_VALUE = st.sampled_from([1.0, 2.0, 3.0, -1.0, 0.0, float("nan"), float("inf"), "text", None])
_ROW = st.tuples(
    st.integers(0, 6), _VALUE, _VALUE, _VALUE, _VALUE, st.sampled_from([0.0, 5.0, -5.0, None, "x"])
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(_ROW, min_size=1, max_size=14), cut=st.integers(0, 14), batch=st.integers(1, 5))
def test_laws(stores: Stores, rows: list[tuple[Any, ...]], cut: int, batch: int) -> None:
    """Nothing is lost, nothing is twice, what is promoted is valid: in any pieces, however often."""
    manager = _fresh(stores)
    frame = pd.DataFrame(
        [row[1:] for row in rows],
        columns=["open", "high", "low", "close", "volume"],
        index=pd.to_datetime([row[0] for row in rows], unit="D", utc=True),
        dtype=object,
    )
    pieces = [piece for piece in (frame.iloc[:cut], frame.iloc[cut:]) if len(piece)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(promotion, "BATCH", batch)
        for piece in pieces * 2:
            manager.ingest(piece, source="s", symbol="X")
            manager.promote(symbol="X")
    collection = stores.documents.collection(manager.tenant, "raw_market")
    documents = {one["_id"] for one in collection.find()}
    with stores.records.read(Tenant.of(manager.tenant)) as records:
        promoted = [row["document_id"] for row in records.find("market_metrics")]
        quarantined = [row["id"] for row in records.find("quarantine")]
    assert sorted(promoted + quarantined) == sorted(documents)
    valid = {
        row[0]
        for row in rows
        if all(isinstance(value, float) and np.isfinite(value) for value in row[1:])
        and min(row[1:5]) > 0
        and row[5] >= 0
        and row[2] >= max(row[1], row[3], row[4])
        and row[3] <= min(row[1], row[2], row[4])
    }
    bars = manager.bars("X")
    assert len(bars) == len(valid)
    if len(bars):
        assert DataValidator().validate_ohlcv(bars).ok


_PRICE = st.sampled_from([40.0, 50.0, 60.0, -1.0, float("nan"), "text", True, 2**70])
_PAIR = st.sampled_from(
    [
        (10.0, 500.0),
        (500.0, 10.0),
        (10.0, None),
        (0.0, 0.0),
        (None, 500.0),
        (-3.0, 1.0),
        (500.0, "10"),
        ("x", 5.0),
    ]
)
_BAR = st.tuples(st.integers(0, 5), st.sampled_from("XY"), _PRICE, _PAIR, st.sampled_from(["close", "Close"]))


def _table(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    made = []
    for day, _, price, (volume, value), close in rows:
        usual = {"open": 50.0, "high": 61.0, "low": 39.0, "volume": volume, "Volume USD": value}
        made.append({"timestamp": f"2024-01-0{day + 1}T00:00Z", **usual, close: price})
    return pd.DataFrame(made, dtype=object)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(_BAR, min_size=1, max_size=16),
    pieces=st.lists(st.integers(0, 4), min_size=16, max_size=16),
    between=st.lists(st.booleans(), min_size=5, max_size=5),
    batch=st.integers(1, 6),
    repair=st.booleans(),
)
def test_increments_give_what_one_run_gives(
    stores: Stores, rows: list[Any], pieces: list[int], between: list[bool], batch: int, repair: bool
) -> None:
    """In any split, in any order of event times, with promotions anywhere in between."""
    found = []
    for increments in ([True] * 5, between, [False] * 5):
        clock = ManualClock(datetime(2024, 1, 1, tzinfo=UTC))
        manager = MLDataManager(stores, _fresh(stores).tenant, clock=clock)
        repairs = ["unit_switch"] if repair else []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(promotion, "BATCH", batch)
            for number in range(5):
                for symbol in "XY":
                    piece = [
                        row
                        for row, at in zip(rows, pieces, strict=False)
                        if at == number and row[1] == symbol
                    ]
                    if piece:
                        manager.ingest(_table(piece), source="s", symbol=symbol)
                clock.advance(timedelta(minutes=1))
                if increments[number]:
                    manager.promote(repair=repairs)
            manager.promote(repair=repairs)
        assert manager.watermark("raw_market") == clock.now()
        with stores.records.read(manager.tenant) as records:
            bars = records.find("market_metrics")
            held = records.find("quarantine")
        for row in bars + held:
            del row["created_at"]
        found.append((bars, held))
    assert found[0] == found[1] == found[2]
    bars, held = found[0]
    documents = {row["document_id"] for row in bars} | {row["id"] for row in held}
    assert len(documents) == len(bars) + len(held)


def test_the_watermark_is_true(manager: MLDataManager, stores: Stores) -> None:
    clock = ManualClock(datetime(2024, 1, 1, tzinfo=UTC))
    manager = MLDataManager(stores, manager.tenant, clock=clock)
    moments = []
    for hour, start in enumerate(["2023-05-01", "2023-01-01", "2023-03-01"]):  # the second comes late
        moments.append(clock.now())
        manager.ingest(_bars([10.0 + hour], start), source="feed", symbol="XYZ"[hour])
        clock.advance(timedelta(hours=1))
    assert manager.watermark("raw_market") == moments[0]
    manager.promote(symbol="X")
    assert manager.watermark("raw_market") == moments[1], "what comes late waits like any other"
    manager.promote(symbol="Z")
    assert manager.watermark("raw_market") == moments[1]
    manager.promote()
    assert manager.watermark("raw_market") == clock.now()
    foreign = {"_id": "f", "time": clock.now(), "symbol": "X"}
    stores.documents.collection(manager.tenant, "raw_market").insert_new([foreign], pending=True)
    assert manager.watermark("raw_market").year == 1, "it does not say since when it waits"


def test_promotion_reads_what_is_new(manager: MLDataManager, stores: Stores) -> None:
    manager.ingest(_bars([10.0] * 300), source="feed", symbol="X")
    manager.promote()
    read = 0

    class Counting:
        def __init__(self, inner: Any) -> None:
            self._inner = inner

        def __getattr__(self, name: str) -> Any:
            member = getattr(self._inner, name)
            if name not in ("find", "pending", "frame"):
                return member

            def counted(*arguments: Any, **named: Any) -> Any:
                nonlocal read
                found = list(member(*arguments, **named))
                read += len(found)
                return iter(found)

            return counted

    class Documents:
        def collection(self, tenant: Tenant, name: str) -> Any:
            return Counting(stores.documents.collection(tenant, name))

    documents: Any = Documents()
    counted = MLDataManager(dataclasses.replace(stores, documents=documents), manager.tenant)
    counted.ingest(_bars([10.0] * 2, "2020-01-01"), source="feed", symbol="X")
    assert counted.promote().promoted == 2
    assert read == 2


def test_swapped_bars_one_at_a_time(manager: MLDataManager) -> None:
    """Each bar proves its swap by itself, and a column that is no traded value proves nothing."""
    right = _bars([500.0])
    right["Volume USD"] = right["volume"] * 500
    swapped = _bars([500.0], "2024-01-02")
    swapped["Volume USD"], swapped["volume"] = 7.0, 3500.0
    taker = _bars([5.0], "2024-01-03")
    taker["taker volume"], taker["quote volume"] = 7.0 / 5, 35.0
    for frame in (right, swapped, taker):
        manager.ingest(frame, source="feed", symbol="X")
        manager.promote()
    assert manager.bars("X").index.day.tolist() == [1, 3]  # type: ignore[attr-defined]
    assert manager.quarantine()["reason"].tolist() == ["unit_switch"]


def test_texts_become_records(manager: MLDataManager, stores: Stores) -> None:
    configured = Settings(
        mongodb=MongoSection(collections={"training_data": ("text_corpus",)}),
        sql=SqlSection(tables={"texts": ("reviews",)}),
    )
    manager = MLDataManager(stores, manager.tenant, configured)
    frame = pd.DataFrame(
        {
            "timestamp": ["2024-01-01T00:00Z", "2024-01-02T00:00Z", "2024-01-03T00:00Z"],
            "title": ["  Cafe\u0301 \x07", "\x01", "bad word"],
            "score": [1.5, None, 2.0],
        }
    )
    manager.ingest(frame, source="news", data_type="text_corpus")

    def validate(table: pd.DataFrame) -> ValidationReport:
        assert str(table.index.tz) == "UTC"  # type: ignore[attr-defined]
        wrong = np.flatnonzero(table["title"].str.contains("bad", regex=False))
        finding = Finding("bad_words", Severity.ERROR, len(wrong), "Bad words.", rows=wrong, rejects=True)
        return ValidationReport.of("reviews", len(table), [finding])

    report = manager.promote("text_corpus", to="reviews", validate=validate)
    assert (report.promoted, report.known, report.quarantined) == (1, 0, 2)
    assert [one.rule for one in report.findings] == ["bad_words"]
    (record,) = manager.fetch_training_data_sync("reviews").to_dict("records")
    assert record["processed_content"] == {"title": "Caf\u00e9", "score": 1.5}
    assert (record["source_app"], record["data_type"], record["features"]) == ("news", "reviews", {})
    assert record["event_time"] == pd.Timestamp("2024-01-01", tz="UTC")
    held = manager.quarantine("text_corpus")
    assert sorted(held["reason"]) == ["bad_words", "empty_content"]
    assert set(held["target"]) == {"reviews"}
    assert manager.promote("text_corpus", to="reviews").promoted == 0
    again = manager.promote("text_corpus", to="reviews", everything=True)
    assert (again.promoted, again.known) == (0, 3)
    with pytest.raises(ParameterError, match="'validate'"):
        manager.promote("text_corpus", to="reviews", everything=True, validate=lambda _: None)  # type: ignore[arg-type, return-value]


def test_many_documents_of_one_time(
    manager: MLDataManager, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day's texts all bear the day, and a day's bars are of many symbols: more than a statement may name."""
    monkeypatch.setattr(promotion, "BATCH", 7)
    monkeypatch.setattr(candidate, "_AT_ONCE", 4)
    texts = pd.DataFrame({"timestamp": ["2024-01-01T00:00Z"] * 30, "body": [f"text {n}" for n in range(30)]})
    manager.ingest(texts, source="s", data_type="text")
    assert manager.promote("text", to="metrics").promoted == 30
    again = manager.promote("text", to="metrics", everything=True)
    assert (again.promoted, again.known) == (0, 30)
    for number in range(30):
        manager.ingest(_bars([10.0]), source="s", symbol=f"S{number}")
    assert manager.promote().promoted == 30
    assert manager.promote(everything=True).known == 30


class _Foreign:
    """Documents of a store that others write to as well."""

    def __init__(self, inner: Any, documents: list[dict[str, Any]]) -> None:
        self._inner, self._documents = inner, documents

    def collection(self, tenant: Tenant, name: str) -> Any:
        inner, documents = self._inner.collection(tenant, name), self._documents

        class Collection:
            def __getattr__(self, name: str) -> Any:
                return getattr(inner, name)

            def find(self, *_: Any, **__: Any) -> Iterator[dict[str, Any]]:
                yield from documents
                yield from inner.find()

        return Collection()


@pytest.mark.parametrize(("data_type", "to"), [("raw_market", "market_metrics"), ("text", "metrics")])
def test_documents_of_others_go_to_quarantine_and_hold_nothing_up(
    stores: Stores, manager: MLDataManager, data_type: str, to: str
) -> None:
    at = datetime(2023, 1, 1, tzinfo=UTC)
    raw = {"open": 1.0, "high": 1.0, "low": 1.0, "close": 1.0, "volume": 1.0}
    foreign: list[dict[str, Any]] = [
        {"_id": "timeless", "symbol": "X", "raw_content": raw},
        {"_id": "naive", "time": at.replace(tzinfo=None), "symbol": "X", "raw_content": raw},
        {"_id": object, "time": at, "symbol": "X", "raw_content": raw},
        {
            "_id": "kinds",
            "time": at,
            "symbol": "X",
            "raw_content": {**raw, "when": at, "set": {1}, "n": np.inf},
        },
        {"_id": "bare", "time": at},
    ]
    manager.ingest(_bars([10.0, 11.0]), source="feed", data_type=data_type, symbol="X")
    guarded = dataclasses.replace(stores, documents=_Foreign(stores.documents, foreign))  # type: ignore[arg-type]
    other = MLDataManager(guarded, manager.tenant)
    report = other.promote(data_type, to, everything=True)
    assert (report.promoted, report.known, report.quarantined) == (2, 0, 5)
    held = {row["document"]["_id"]: row for row in other.quarantine().to_dict("records")}
    assert held["timeless"]["reason"] == "missing_time"
    assert held["naive"]["reason"].startswith("unreadable_time")
    assert held["naive"]["document"]["time_given"] == "2023-01-01 00:00:00"
    assert held[str(object)]["reason"].startswith("unusable_id")
    assert held["kinds"]["reason"].startswith("unusable_content")
    assert held["kinds"]["document"]["raw_content"] == {
        **raw,
        "when": at.isoformat(),
        "set": "{1}",
        "n": "inf",
    }
    again = other.promote(data_type, to, everything=True)
    assert (again.promoted, again.known, again.quarantined) == (0, 7, 0)
