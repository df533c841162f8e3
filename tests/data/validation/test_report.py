from __future__ import annotations

import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from rich.console import Console

from ml_analytics.data import DataValidator, Finding, ValidationReport, load_sp500
from ml_analytics.data.validation import Example, Severity


def _finding(rule: str, severity: Severity, rows: list[int], *, rejects: bool = False) -> Finding:
    return Finding(rule, severity, len(rows), f"about {rule}.", (), np.array(rows), rejects)


def test_worst_first_and_reasons_by_row() -> None:
    report = ValidationReport.of(
        "bars",
        9,
        [
            _finding("c", Severity.INFO, [1]),
            _finding("b", Severity.WARNING, [1, 2]),
            _finding("a", Severity.ERROR, [5], rejects=True),
            _finding("d", Severity.ERROR, [2, 5], rejects=True),
        ],
    )
    assert [one.rule for one in report.findings] == ["d", "a", "b", "c"]
    assert not report.ok and len(report.errors) == 2 and len(report.warnings) == 1
    assert report.rejected == {2: "d", 5: "d, a"}
    assert report.finding("b") is report.findings[2] and report.finding("z") is None


def test_json_is_plain() -> None:
    report = DataValidator().validate_ohlcv(load_sp500(), "S&P 500")
    value = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert (value["subject"], value["ok"], value["rows"]) == ("S&P 500", True, 5031)
    assert value["start"] == "1999-01-04T00:00:00+00:00"
    first = value["findings"][0]
    assert set(first) == {"rule", "severity", "count", "sentence", "examples", "details"}
    assert set(value["findings"][1]) == {"rule", "severity", "count", "sentence", "examples"}
    assert set(first["examples"][0]) == {"row", "time", "values"}


def test_plain_text_fits_the_terminal() -> None:
    report = DataValidator().validate_ohlcv(load_sp500(), "S&P 500")
    for width in (60, 80, 120):
        text = report.render(width=width)
        assert max(map(len, text.splitlines())) <= width
        assert "\x1b" not in text
    flat = " ".join(report.render(width=100).split())
    assert (
        "2,004" in flat
        and "S&P 500: usable (5,031 rows, 1999-01-04 to 2018-12-31; 1 warning, 2 info)" in flat
    )
    assert str(report) == report.render()
    assert "\x1b[" in report.render(color=True)


def test_a_console_prints_it() -> None:
    console = Console(width=100, record=True, file=None, quiet=False)
    with console.capture() as captured:
        console.print(DataValidator().validate_ohlcv(load_sp500()))
    assert "open_equals_previous_close" in captured.get()


def test_data_cannot_style_the_report() -> None:
    report = DataValidator().validate_table(
        pd.DataFrame({"[bold red]x": ["[link=http://a]y", "z"]}), required=["[b]"]
    )
    assert "[b]" in report.render()


def test_examples_read_well() -> None:
    when = datetime(2024, 1, 2, tzinfo=UTC)
    assert str(Example(3, when, {"close": 1.50})) == "2024-01-02: close=1.5"
    assert str(Example(3, when.replace(hour=5), {})) == "2024-01-02 05:00"
    assert str(Example(3, None, {"title": "x" * 60})) == "row 3: title=" + "x" * 37 + "..."
