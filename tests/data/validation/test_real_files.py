"""What the validator finds in real files, each defect counted again by another way."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.data import DataLoader, DataValidator, ValidationReport
from ml_analytics.data.validation import Finding, Severity

pytestmark = pytest.mark.real_data
VALIDATE = DataValidator()


def found(report: ValidationReport, rule: str) -> Finding:
    one = report.finding(rule)
    assert one is not None, f"{rule} is not among {[one.rule for one in report.findings]}"
    return one


def rules(report: ValidationReport) -> dict[str, tuple[Severity, int]]:
    return {one.rule: (one.severity, one.count) for one in report.findings}


def test_every_switch_of_the_swapped_volumes(real_data: Path) -> None:
    report = VALIDATE.validate_file(real_data / "btcusd_1h_bitfinex_raw.csv.gz")
    frame = pd.read_csv(real_data / "btcusd_1h_bitfinex_raw.csv.gz")
    # Oracle: value = volume * price; bars without volume are neither.
    close, volume, value = (frame[name].to_numpy(float) for name in ("close", "volume", "Volume USD"))
    traded = volume > 0
    as_named = np.abs(volume * close / np.where(traded, value, 1.0) - 1.0)
    as_swapped = np.abs(value * close / np.where(traded, volume, 1.0) - 1.0)
    swapped = traded & (as_swapped < as_named)
    assert swapped.sum() == 20_143 and np.minimum(as_named, as_swapped)[traded].max() < 0.5
    one = found(report, "unit_switch")
    assert one.rows.tolist() == np.flatnonzero(swapped).tolist() == list(report.rejected)
    of_traded = np.flatnonzero(traded)
    turns = of_traded[1:][np.diff(swapped[of_traded].astype(int)) != 0]
    assert [regime["row"] for regime in one.details["regimes"]] == [0, *turns]
    assert [regime["swapped"] for regime in one.details["regimes"]] == [True, False, True, False]
    assert [regime["time"] for regime in one.details["regimes"]] == [
        moment.removesuffix(":00").removesuffix(" 00:00") for moment in frame["date"].iloc[[0, *turns]]
    ]
    assert sum(regime["bars"] for regime in one.details["regimes"]) == len(frame)
    flat = (frame[["open", "high", "low"]].nunique(axis=1) == 1) & (frame["volume"] == 0)
    assert found(report, "flat_bars").rows.tolist() == np.flatnonzero(flat).tolist()
    assert flat.sum() == 5
    assert report.finding("gaps") is None
    assert (np.diff(np.sort(frame["unix"].to_numpy() // 3600)) == 1).all(), "the oracle finds no gap either"
    assert rules(report) == {
        "unit_switch": (Severity.ERROR, 20_143),
        "naive_time_zone": (Severity.WARNING, 33_259),
        "outlying_returns": (Severity.WARNING, 77),
        "flat_bars": (Severity.WARNING, 5),
        "stale_closes": (Severity.WARNING, 4),
    }


def test_the_trades(real_data: Path) -> None:
    report = VALIDATE.validate_file(real_data / "binance_btcusdt_20240808_trades.parquet")
    assert rules(report) == {"negative_latency": (Severity.ERROR, 41_217)}
    details = found(report, "negative_latency").details
    assert 1.26 < details["clock_offset_s"] < 1.28
    assert [one["market"] for one in details["by_market"]] == ["spot", "usdm"]
    assert report.rejected == {}, "shifting the clock mends them"


def test_the_quotes(real_data: Path) -> None:
    file = real_data / "binance_btcusdt_20240808_bbo.parquet"
    report = VALIDATE.validate_file(file)
    frame = pl.read_parquet(file)
    stamped = frame.filter(pl.col("exch_ms").is_not_null())
    early = stamped.filter(pl.col("exch_ms") * 1e6 > pl.col("local_ns"))
    assert rules(report) == {
        "negative_latency": (Severity.ERROR, len(early)),
        "missing_exchange_time": (Severity.INFO, len(frame) - len(stamped)),
    }


def test_the_depth(real_data: Path) -> None:
    file = real_data / "binance_btcusdt_20240808_depth.parquet"
    frame = pl.read_parquet(file).with_row_index("row")
    report = VALIDATE.validate(frame.drop("row"))
    early = frame.filter(pl.col("event_ms") * 1e6 > pl.col("local_ns"))
    late = pl.concat(
        part.filter(pl.col("row") < part.filter("is_snapshot")["row"].min())
        for part in frame.partition_by("market")
    )
    assert rules(report) == {
        "negative_latency": (Severity.ERROR, len(early)),
        "late_snapshot": (Severity.WARNING, len(late)),
        "missing_exchange_time": (Severity.INFO, frame["event_ms"].null_count()),
    }, "no alarm of the 238,465 rows that delete a level, none of the sides +1 and -1"
    assert (frame["qty"] == 0).sum() > 200_000
    snapshot = found(report, "late_snapshot")
    assert snapshot.rows.tolist() == late["row"].to_list()
    assert [(one["market"], one["updates_before"]) for one in snapshot.details["markets"]] == [
        ("spot", 33),
        ("usdm", 328),
    ]
    offset = found(report, "negative_latency").details["clock_offset_s"]
    moved = frame.with_columns(pl.col("local_ns") + int(offset * 1e9))
    rest = VALIDATE.validate(moved.drop("row")).finding("negative_latency")
    assert rest is not None and rest.count <= 0.01 * len(frame), "at most the percentile that was left out"


def test_the_files_of_an_account(real_data: Path) -> None:
    report = VALIDATE.validate_file(real_data / "pyfolio_test_returns.csv.gz")
    with gzip.open(real_data / "pyfolio_test_returns.csv.gz", "rt") as lines:
        assert report.rows == sum(1 for _ in lines) == 1511, "the row that was taken for names is back"
    assert rules(report) == {"missing_header": (Severity.ERROR, 2)}
    report = VALIDATE.validate_file(real_data / "pyfolio_test_txn.csv.gz")
    assert rules(report) == {"no_commissions": (Severity.WARNING, 9_367)}
    report = VALIDATE.validate_file(real_data / "pyfolio_test_pos.csv.gz")
    cash = pd.read_csv(real_data / "pyfolio_test_pos.csv.gz")["cash"]
    assert cash[0] < 0 and "from the first row on" in found(report, "negative_cash").sentence
    assert rules(report) == {"negative_cash": (Severity.WARNING, int((cash < 0).sum()))}


def test_the_electricity_prices(real_data: Path) -> None:
    report = VALIDATE.validate_file(real_data / "drift_elec2.parquet")
    frame = pl.read_parquet(real_data / "drift_elec2.parquet")
    assert len(frame) - len(frame.unique()) == 8
    assert rules(report) == {"duplicate_rows": (Severity.WARNING, 8)}


def test_the_service_tickets(real_data: Path) -> None:
    report = VALIDATE.validate_file(real_data / "itsm_endava_tickets_5431.parquet")
    frame = pl.read_parquet(real_data / "itsm_endava_tickets_5431.parquet")
    assert {one.rule for one in report.findings} == {"dominated_class", "small_classes", "partial_text"}
    one = found(report, "dominated_class")
    assert one.severity is Severity.WARNING
    shares = {entry["column"]: entry["share"] for entry in one.details["columns"]}
    for name, share in shares.items():
        assert share == pytest.approx(frame[name].value_counts(sort=True)["count"][0] / len(frame), abs=1e-4)
    assert "69% of 'category' is 4." in one.sentence and "89% of 'urgency' is 3." in one.sentence
    assert found(report, "small_classes").severity is Severity.INFO


def test_the_bank_messages(real_data: Path) -> None:
    report = VALIDATE.validate_file(real_data / "support_banking77.parquet")
    frame = pl.read_parquet(real_data / "support_banking77.parquet")
    plain = frame.with_columns(
        pl.col("text").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
    )
    shared = set(plain.filter(split="train")["text"]) & set(plain.filter(split="test")["text"])
    train = frame.filter(split="train")["category"].value_counts()
    assert rules(report) == {
        "small_classes": (Severity.INFO, 1),
        "duplicate_texts": (Severity.WARNING, len(plain) - plain["text"].n_unique()),
        "split_leak": (Severity.WARNING, 2 * len(shared)),
    }
    rare = {one["class"]: one["rows"] for one in found(report, "small_classes").details["classes"]}
    assert rare == dict(train.filter(pl.col("count") < 50).iter_rows())
    assert min(rare.values()) == 35


def test_the_headlines(real_data: Path) -> None:
    report = VALIDATE.validate_file(real_data / "news_sentfin1.parquet")
    frame = pl.read_parquet(real_data / "news_sentfin1.parquet")
    pair = r"""('[^']*'|"[^"]*"): '(positive|negative|neutral)'"""
    whole = re.compile(rf"\{{{pair}(, {pair})*\}}")
    broken = [row for row, cell in enumerate(frame["Decisions"]) if not whole.fullmatch(cell)]
    assert found(report, "unparsable_labels").rows.tolist() == broken and len(broken) == 13
    assert list(report.rejected) == broken
    signs = [set(re.findall(r"'(positive|negative|neutral)'", cell)) for cell in frame["Decisions"]]
    mixed = [row for row, seen in enumerate(signs) if len(seen) > 1]
    assert found(report, "mixed_labels").rows.tolist() == mixed and len(mixed) == 1_233
    assert len(frame) - frame["Title"].n_unique() == 67 == found(report, "duplicate_texts").count
    assert {one.rule for one in report.findings} == {
        "unparsable_labels",
        "mixed_labels",
        "duplicate_texts",
        "contradicting_labels",
    }


def test_a_report_of_each_file_can_be_shown(real_data: Path, tmp_path: Path) -> None:
    for file in sorted(real_data.glob("*.gz")):
        report = VALIDATE.validate_file(file)
        for width in (80, 100):
            assert max(map(len, report.render(width=width).splitlines())) <= width
        page = report.save_html(tmp_path / f"{file.stem}.html").read_text(encoding="utf-8")
        assert page.count("<article") == len(report.findings)


def test_loading_stays_silent_of_what_the_report_says(real_data: Path) -> None:
    frame: Any = DataLoader().load(real_data / "pyfolio_test_returns.csv.gz", names=["time", "return"])
    assert VALIDATE.validate(frame).findings == ()
