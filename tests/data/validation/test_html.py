"""The report as a page: whole, escaped, with nothing from elsewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import StoreError
from ml_analytics.data import DataValidator, Finding, ValidationReport, load_sp500
from ml_analytics.data.validation import Example, Severity

VALIDATE = DataValidator()
VOID = {"meta", "rect"}


class Page(HTMLParser):
    """Reads a page as a browser would: elements, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text += data


def require_safe(page: Page) -> None:
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "link", "object", "a", "form"}
    for _, attributes in page.tags:
        assert not {name for name in attributes if name.startswith("on") or name in ("src", "href", "style")}


def test_the_page_of_a_report() -> None:
    report = VALIDATE.validate(load_sp500(), "S&P 500")
    page = Page(report.to_html())
    require_safe(page)
    assert sum(tag == "article" for tag, _ in page.tags) == len(report.findings)
    for one in report.findings:
        assert one.rule in page.text and one.sentence in page.text
    assert page.text.index("Warnings") < page.text.index("Good to know")
    assert "S&P 500" in page.text and "Where in time" in page.text and "1999-01-04" in page.text
    assert "default-src 'none'" in report.to_html() and "prefers-color-scheme:dark" in report.to_html()
    assert not re.search(r"https?://|@import|url\(", report.to_html())


def test_a_clean_report() -> None:
    page = Page(VALIDATE.validate_table(pd.DataFrame({"a": [1, 2]}), name="small").to_html())
    require_safe(page)
    assert "Nothing to report." in page.text and "Clean" in page.text


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_values_names_and_columns_are_escaped() -> None:
    frame = pd.DataFrame({EVIL: [EVIL, EVIL, "b"], "n": ["1", "1", "x"]})
    report = VALIDATE.validate_table(frame, required=[f"{EVIL}2"], numeric=["n"], name=EVIL)
    text = report.to_html()
    require_safe(Page(text))
    assert "<script" not in text and "<img" not in text and EVIL in Page(text).text


@settings(max_examples=60, deadline=None)
@given(rule=st.text(), subject=st.text(), column=st.text(min_size=1), value=st.text(), sentence=st.text())
@example(rule='" hidden x="', subject="", column="a", value="", sentence="")
def test_no_text_breaks_the_page_or_the_terminal(
    rule: str, subject: str, column: str, value: str, sentence: str
) -> None:
    finding = Finding(
        rule,
        Severity.ERROR,
        1,
        sentence,
        (Example(0, None, {column: value}),),
        np.array([0]),
        details={"entries": [{column: value}], "one": value},
    )
    report = ValidationReport.of(subject, 1, [finding])
    page = Page(report.to_html())
    require_safe(page)
    assert [set(found) for tag, found in page.tags if tag == "span" and "title" in found] == [{"title"}]
    report.to_html().encode("utf-8")
    shown = report.render(width=80, color=False)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown), "no control characters reach the terminal"


def test_surrogates_and_nul_are_shown_as_codes(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": pd.Series(["\ud800\x00", "\ud800\x00"], dtype=object)})
    report = VALIDATE.validate_table(frame, name="n\x1b[31m")
    assert "\\ud800\\x00" in report.save_html(tmp_path / "r.html").read_text(encoding="utf-8")
    assert "\x1b" not in report.render()


def strip_of(report: ValidationReport, rule: str) -> list[tuple[float, float]]:
    """Return start and end of the marks of one strip, as shares of its length."""
    line = next(
        part for part in report.to_html().split('<div class="strip ')[1:] if f">{rule}</span>" in part
    )
    marks = re.findall(r'<rect x="(\d+)" y="0" width="(\d+)"', line.split("</svg>")[0])
    return [(int(start) / 240, (int(start) + int(width)) / 240) for start, width in marks]


@settings(max_examples=40, deadline=None)
@given(bad=st.sets(st.integers(0, 999), min_size=1, max_size=5), timed=st.booleans(), shuffle=st.booleans())
def test_the_strip_marks_where_the_rows_lie(bad: set[int], timed: bool, shuffle: bool) -> None:
    frame: Any = pd.DataFrame({"x": np.arange(1000.0), "y": np.arange(1000.0) % 7})
    frame.loc[sorted(bad), "x"] = -1.0
    place = np.arange(1000)
    if shuffle:
        place = np.random.default_rng(0).permutation(1000)
        frame = frame.iloc[place]
    if timed:
        frame.index = pd.date_range("2024-01-01", periods=1000, freq="h", tz="UTC")[place]
    report = VALIDATE.validate_table(
        frame.reset_index(drop=not timed, names="timestamp" if timed else None), ranges={"x": (0, None)}
    )
    expected = sorted((row if timed else int(np.flatnonzero(place == row)[0])) / 999 for row in bad)
    marks = strip_of(report, "out_of_range")
    for share in expected:
        assert any(start - 1e-9 <= share <= end + 1e-9 for start, end in marks)
    assert sum(end - start for start, end in marks) <= len(bad) / 240 + 1e-9
    assert ("Where in time" in report.to_html()) is timed


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError):
        VALIDATE.validate(load_sp500()).save_html(tmp_path / "file" / "report.html")
