from __future__ import annotations

import datetime
import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader
from tests.analytics.report.odd import odd_reports

from ml_analytics.analytics import TradingReport, report_figures, write_pdf
from ml_analytics.core.errors import ParameterError, StoreError


@pytest.fixture(scope="module")
def written(report: TradingReport, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_pdf(report, tmp_path_factory.mktemp("pdf") / "report.pdf").read_bytes()


@pytest.fixture(scope="module")
def pages(written: bytes) -> list[str]:
    return text_of(written)


def text_of(data: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(data)).pages]


def texts(value: Any) -> Iterator[str]:
    """Every text that the figures say is shown."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key.endswith("_text") and isinstance(one, str):
                yield one
            else:
                yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def test_every_figure_of_the_json_is_on_the_pages(report: TradingReport, pages: list[str]) -> None:
    figures = report_figures(report)
    shown = " ".join(pages)
    every = set(texts(figures))
    assert len(every) > 200
    assert [one for one in every if one not in shown] == []
    assert figures["verdict"] in shown
    assert figures["period"]["text"] in shown
    for line in (*figures["notes"], *figures["facts"].values()):
        assert line in shown


def test_the_first_page_says_it_all(report: TradingReport, pages: list[str]) -> None:
    figures = report_figures(report)
    for wanted in (report.title, figures["verdict"], "Growth of 1", "Drawdown", "Strategy", "Buy and hold"):
        assert wanted in pages[0]
    for row in figures["front"]:
        texts = (row[name] for name in ("label", "strategy_text", "benchmark_text", "words_text"))
        assert " ".join(texts) in pages[0]
    assert {row["key"] for row in figures["front"]} > {"cagr", "sharpe_ratio", "max_drawdown", "beta"}
    for year in figures["years"]:
        assert f" {year['strategy_text']} {year['benchmark_text']}" in pages[0]


def test_every_key_figure_stands_beside_the_benchmarks(report: TradingReport, pages: list[str]) -> None:
    for row in report_figures(report)["key_figures"]:
        assert f"{row['label']} {row['strategy_text']} {row['benchmark_text']}" in pages[1]


def test_thousands_of_trades_are_a_page_of_histograms_and_tables(book: TradingReport, tmp_path: Path) -> None:
    data = write_pdf(book, tmp_path / "book.pdf").read_bytes()
    shown = text_of(data)
    assert len(shown) <= 8
    assert len(data) < 400_000
    (page,) = [one for one in shown if "Trades by profit" in one]
    assert "Closed trades 4,000" in page
    whole = " ".join(shown)
    assert [one for one in set(texts(report_figures(book))) if one not in whole and one.isascii()] == []
    assert "<script>boom()</script>" in whole


@pytest.mark.parametrize("name", odd_reports())
def test_odd_histories_and_books_make_a_report(name: str, tmp_path: Path) -> None:
    one = odd_reports()[name]
    path = tmp_path / "odd.pdf"
    first = write_pdf(one, path).read_bytes()
    assert all(len(page) > 60 for page in text_of(first))
    assert write_pdf(one, path).read_bytes() == first


def test_rows_of_months_are_in_order(report: TradingReport, pages: list[str]) -> None:
    months = [one["strategy_text"] for one in report_figures(report)["months"] if one["year"] == 2008]
    year = next(one for one in report_figures(report)["years"] if one["key"] == "2008")
    row = " ".join(["2008", *months, year["strategy_text"], year["benchmark_text"]])
    assert any(row in page for page in pages)


def test_pages_are_a4_numbered_and_not_empty(written: bytes, pages: list[str]) -> None:
    reader = PdfReader(BytesIO(written))
    for number, page in enumerate(reader.pages, start=1):
        assert float(page.mediabox.width) == pytest.approx(595.28, abs=0.1)
        assert float(page.mediabox.height) == pytest.approx(841.89, abs=0.1)
        assert f"Page {number} of {len(pages)}" in pages[number - 1]
        assert len(pages[number - 1]) > 200
    assert len(pages) == 5


def test_charts_are_vectors_and_fonts_are_embedded(written: bytes) -> None:
    for page in PdfReader(BytesIO(written)).pages:
        assert not list(page.images)
    assert b"/FontFile2" in written
    assert b"DejaVuSans" in written


def test_the_same_report_gives_the_same_bytes_in_another_process_and_at_another_time(tmp_path: Path) -> None:
    code = (
        "import sys, numpy as np, pandas as pd; from ml_analytics.analytics import TradingReport, write_pdf;"
        "days = pd.bdate_range('2020-01-01', periods=400); rng = np.random.default_rng(0);"
        "one = pd.Series(rng.normal(0, .01, 400), index=days);"
        "write_pdf(TradingReport(one, one / 2, regimes=(one > 0).astype(int)), sys.argv[1]);"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    written = []
    for number, zone in enumerate(("UTC", "Asia/Tokyo")):
        path = tmp_path / f"{number}.pdf"
        hashes = {"PYTHONHASHSEED": str(number), "TZ": zone}
        subprocess.run([sys.executable, "-c", code, str(path)], check=True, env={**os.environ, **hashes})
        written.append(path.read_bytes())
    assert written[0] == written[1]


def test_two_runs_in_one_process_give_the_same_bytes(
    report: TradingReport, written: bytes, tmp_path: Path
) -> None:
    assert write_pdf(report, tmp_path / "again.pdf").read_bytes() == written


def test_no_clock_is_in_the_file(written: bytes, report: TradingReport) -> None:
    known = PdfReader(BytesIO(written)).metadata
    assert known is not None
    assert known.title == report.title
    assert isinstance(known.creation_date, datetime.datetime)
    assert known.creation_date.year == 2000


def test_text_from_outside_is_shown_not_interpreted(tmp_path: Path) -> None:
    days = pd.bdate_range("2024-01-01", periods=30)
    hostile = "<b>bold</b> <img src='file:///etc/passwd'/> & $x^2$"
    returns = pd.Series(np.linspace(-0.01, 0.01, 30), index=days)
    report = TradingReport(
        returns, returns, title=hostile, strategy_name="_<i>$mine$", notes=[hostile], facts={"<u>k": hostile},
        verdict=hostile, regimes=pd.Series("$a$ <b>", index=days),
    )  # fmt: skip
    found = text_of(write_pdf(report, tmp_path / "hostile.pdf").read_bytes())
    shown, pages = " ".join(found), len(found)
    assert shown.count(hostile) == 4 + pages
    assert "_<i>$mine$" in shown
    assert "$a$ <b> 100%" in shown


TOGETHER = {
    "A year ahead, simulated": "Share of futures",
    "Distribution of returns": "Share of bars below",
    "Rolling 12 months": "Latest Lowest",
}


@pytest.mark.parametrize(
    ("freq", "size"), [("B", 1), ("B", 2), ("B", 40), ("h", 500), ("ME", 600), ("YE", 30)], ids=str
)
@pytest.mark.parametrize("kind", ["random", "flat", "ruin"])
def test_any_history_makes_a_report_without_empty_pages(
    freq: str, size: int, kind: str, tmp_path: Path
) -> None:
    values = {
        "random": np.random.default_rng(0).normal(0, 0.01, size),
        "flat": np.zeros(size),
        "ruin": np.full(size, -1.0),
    }[kind]
    returns = pd.Series(values, index=pd.date_range("1960-01-01", periods=size, freq=freq))
    report = TradingReport(returns, None if kind == "random" else returns * 0.5)
    for page in text_of(write_pdf(report, tmp_path / "any.pdf").read_bytes()):
        assert len(page) > 80
        for head, table in TOGETHER.items():
            assert (head in page) == (table in page), "a table stays with its chart"


def test_what_is_not_a_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ParameterError, match=r"'report' parameter of write_pdf must be a TradingReport. Got 'dict'"
    ):
        write_pdf({}, tmp_path / "never.pdf")  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    report = TradingReport(pd.Series([0.1], index=pd.bdate_range("2024-01-01", periods=1)))
    (tmp_path / "file").write_text("in the way")
    for path in (tmp_path / "file" / "report.pdf", tmp_path):
        with pytest.raises(StoreError, match=r"^Cannot write '.*': .*\.$"):
            write_pdf(report, path)
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
    assert not [one for one in tmp_path.parent.iterdir() if one.name.endswith(".part")]


def test_a_failure_while_writing_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        write_pdf(TradingReport(pd.Series([0.1], index=pd.bdate_range("2024-01-01", periods=1))), path)
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["report.pdf"]
