from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from tests.analytics.report.odd import HOSTILE, odd_reports

from ml_analytics.analytics import TradingReport, report_figures, write_excel
from ml_analytics.analytics import metrics as m
from ml_analytics.analytics.report.excel.looks import growth_axis
from ml_analytics.core.errors import ParameterError, StoreError

SHEETS = ["Summary", "Returns", "Monthly", "Drawdowns", "Trades", "Attribution", "Risk"]


@pytest.fixture(scope="module")
def written(book: TradingReport, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_excel(book, tmp_path_factory.mktemp("excel") / "book.xlsx").read_bytes()


@pytest.fixture(scope="module")
def workbook(written: bytes) -> Any:
    return load_workbook(BytesIO(written))


def rows(sheet: Any) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(values_only=True))


def test_the_sheets_have_heads_that_stay_and_filters_and_widths(workbook: Any) -> None:
    assert workbook.sheetnames == SHEETS
    for sheet in workbook:
        assert sheet.freeze_panes is not None
        assert sheet.column_dimensions["A"].width > 7
        assert sheet.page_setup.paperSize == 9
    for name in ("Returns", "Monthly", "Drawdowns", "Trades", "Attribution"):
        assert workbook[name].auto_filter.ref.startswith("A1:")


def test_long_tables_print_upright_without_the_chart_beside(workbook: Any) -> None:
    """A chart beside thousands of rows would make every printed page small."""
    trades, risk = workbook["Trades"], workbook["Risk"]
    columns = max(cell.column_letter for cell in trades[1])
    assert trades.print_area == f"'Trades'!$A$1:${columns}$4001"
    assert risk.print_area.startswith("'Risk'!$A$1:$F$")
    for sheet in workbook:
        upright = sheet.title in ("Returns", "Drawdowns", "Trades", "Risk")
        assert sheet.page_setup.orientation == ("portrait" if upright else "landscape"), sheet.title
        assert sheet.page_setup.fitToHeight == 0


def test_long_notes_and_facts_stand_in_lines_left_of_the_charts(tmp_path: Path) -> None:
    report = TradingReport.joined([0.1, -0.1], notes=["word " * 180], facts={"Data": "y" * 500})
    sheet = load_workbook(write_excel(report, tmp_path / "long.xlsx"))["Summary"]
    rows_of = {cell.value[:4]: cell.row for cell in sheet["A"] if isinstance(cell.value, str)}
    merged = {str(one) for one in sheet.merged_cells.ranges}
    for begin, size in (("word", 900), ("Data", 506)):
        row = rows_of[begin]
        assert f"A{row}:D{row}" in merged
        assert sheet.row_dimensions[row].height >= 15 * size / 110
        assert sheet.cell(row, 1).alignment.wrap_text


def test_charts_are_live_and_point_at_cells_with_numbers(written: bytes, workbook: Any) -> None:
    charts = {sheet.title: len(sheet._charts) for sheet in workbook}
    assert charts == {
        "Summary": 2, "Returns": 0, "Monthly": 1, "Drawdowns": 0, "Trades": 1, "Attribution": 2, "Risk": 1,
    }  # fmt: skip
    for sheet in workbook:
        for chart in sheet._charts:
            for series in chart.series:
                name, _, cells = series.val.numRef.f.rpartition("!")
                found = [
                    one.value for row in workbook[name.strip("'")][cells.replace("$", "")] for one in row
                ]
                assert len(found) > 1
                assert all(isinstance(one, (int, float)) for one in found)
    with zipfile.ZipFile(BytesIO(written)) as parts:
        assert not [name for name in parts.namelist() if "media" in name], "no picture of a chart"


def test_numbers_are_the_figures_with_their_formats(book: TradingReport, workbook: Any) -> None:
    figures = {one["label"]: one for one in report_figures(book)["key_figures"]}
    shown = {row[0].value.partition(",")[0]: row for row in workbook["Summary"].iter_rows(min_row=5)}
    for label, kind in (
        ("Return a year (CAGR)", "0.0%"),
        ("Sharpe ratio", "#,##0.00"),
        ("Maximum drawdown", "0.0%"),
    ):
        cells = shown[label]
        assert cells[1].value == pytest.approx(figures[label]["strategy"], rel=1e-14)
        assert cells[2].value == pytest.approx(figures[label]["benchmark"], rel=1e-14)
        assert cells[1].number_format == cells[2].number_format == kind
        assert cells[3].value


def test_every_bar_stands_in_the_returns(book: TradingReport, workbook: Any) -> None:
    head, *body = rows(workbook["Returns"])
    assert head[0] == "Time"
    table = pd.DataFrame(body, columns=list(head)).set_index("Time")
    np.testing.assert_allclose(table["Strategy: return"], book.net, rtol=1e-14)
    np.testing.assert_allclose(table["Strategy: growth of 1"], m.wealth(book.net), rtol=1e-14)
    assert book.benchmark is not None
    np.testing.assert_allclose(table["Buy and hold: drawdown"], m.drawdown_series(book.benchmark), rtol=1e-14)
    assert table.index[0] == book.index[0]
    assert workbook["Returns"]["A2"].number_format == "yyyy-mm-dd"


def test_trades_and_groups_add_up(book: TradingReport, workbook: Any) -> None:
    assert book.trades is not None
    head, *body = rows(workbook["Trades"])
    table = pd.DataFrame(body, columns=list(head))
    assert len(table) == 4000
    np.testing.assert_allclose(table["Profit so far"], book.trades["pnl"].cumsum(), rtol=1e-12)
    groups = pd.DataFrame(rows(workbook["Attribution"])[1:], columns=rows(workbook["Attribution"])[0])
    for _, some in groups.groupby("By"):
        assert some["Net profit"].sum() == pytest.approx(book.trades["pnl"].sum())
        assert some["Trades"].sum() == 4000


def test_what_looks_like_a_formula_is_text(workbook: Any, written: bytes) -> None:
    """FAULTS S6: nothing in a name is computed, and nothing is put before it."""
    symbols = {row[0] for row in rows(workbook["Trades"])[1:]}
    assert {one.replace("\t", " ") for one in HOSTILE} <= symbols
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
                assert cell.hyperlink is None
    with zipfile.ZipFile(BytesIO(written)) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in parts.read(name)
            assert "external" not in name.lower()


def test_formulas_in_titles_names_notes_and_facts_are_text(tmp_path: Path) -> None:
    evil = '=cmd|" /C calc"!A0'
    report = TradingReport.joined(
        [0.1, -0.1], [0.0, 0.1], title=evil, strategy_name="@SUM(A1)", benchmark_name="+1+1", verdict="=1",
        notes=["-1+1", "=HYPERLINK(\"http://x\")"], facts={"=A1": "=B1"},
    )  # fmt: skip
    found = load_workbook(write_excel(report, tmp_path / "evil.xlsx"))
    cells = [cell for sheet in found for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert evil in {cell.value for cell in cells}
    assert {"@SUM(A1)", "+1+1", "-1+1", "=A1: =B1"} <= {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}


def test_the_same_report_gives_the_same_bytes_in_another_process_and_zone(tmp_path: Path) -> None:
    code = (
        "import sys, numpy as np, pandas as pd; from ml_analytics.analytics import TradingReport, write_excel;"
        "days = pd.bdate_range('2020-01-01', periods=300); rng = np.random.default_rng(0);"
        "one = pd.Series(rng.normal(0, .01, 300), index=days);"
        "write_excel(TradingReport(one, one / 2, trades=[{'pnl': 1.0, 'symbol': 'A'}]), sys.argv[1])"
    )
    made = []
    for number, zone in enumerate(("UTC", "Asia/Tokyo")):
        path = tmp_path / f"{number}.xlsx"
        hashes = {"PYTHONHASHSEED": str(number), "TZ": zone}
        subprocess.run([sys.executable, "-c", code, str(path)], check=True, env={**os.environ, **hashes})
        made.append(path.read_bytes())
    assert made[0] == made[1]


@pytest.mark.parametrize("name", odd_reports())
def test_odd_histories_and_books_make_a_workbook(name: str, tmp_path: Path) -> None:
    one = odd_reports()[name]
    found = load_workbook(write_excel(one, tmp_path / "odd.xlsx"))
    assert found["Summary"]["A1"].value == one.title
    assert found["Returns"].max_row == 1 + len(one.net)
    assert ("Trades" in found.sheetnames) == (one.trades is not None)


def test_what_is_not_a_report_and_a_place_that_cannot_be_written_are_said(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"'report' parameter of write_excel must be a TradingReport"):
        write_excel({}, tmp_path / "never.xlsx")  # type: ignore[arg-type]
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="Cannot write"):
        write_excel(TradingReport.joined([0.1]), tmp_path / "file" / "report.xlsx")
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("growth", "title", "base"),
    [(1.02, "Growth of 1", None), (3.0, "Growth of 1", None), (40.0, "Growth of 1, logarithmic", 2),
     (5e4, "Growth of 1, logarithmic", 10)],
)  # fmt: skip
def test_growth_has_an_axis_with_marks_to_read_it_by(growth: float, title: str, base: int | None) -> None:
    """A base-ten axis from 0.7 to 1.3 would have a single mark."""
    report = TradingReport.joined([0.0, growth**0.5 - 1, growth**0.5 - 1])
    said, axis = growth_axis(report)
    assert said == title
    assert axis.get("log_base") == base
    assert axis["min"] <= 1.0 < growth <= axis["max"] * (1 + 1e-12)
    if base is not None:
        marks = np.log(axis["max"] / axis["min"]) / np.log(base)
        assert marks == pytest.approx(round(marks))
        assert marks >= 2


def test_a_total_loss_has_an_axis_too() -> None:
    assert growth_axis(TradingReport.joined([-1.0, 0.5]))[0] == "Growth of 1"
