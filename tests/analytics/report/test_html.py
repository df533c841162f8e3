from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from tests.analytics.report.odd import HOSTILE, odd_reports

from ml_analytics.analytics import TradingReport, report_figures, write_html
from ml_analytics.analytics import metrics as m
from ml_analytics.analytics.report.html import bars, specs
from ml_analytics.analytics.report.text import fine_percent
from ml_analytics.core.errors import MissingExtraError, ParameterError

VOID = {"meta", "link", "img", "br", "hr", "input"}


class Page(HTMLParser):
    """What a browser would make of it: elements, text outside scripts, and whether all that opens closes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.scripts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            if tag == "script":
                self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data
        elif self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.scripts[0])
        return found


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            if key.endswith("_text") and isinstance(one, str):
                yield one
            else:
                yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


@pytest.fixture(scope="module")
def written(book: TradingReport, tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_html(book, tmp_path_factory.mktemp("html") / "book.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(written: str) -> Page:
    return Page(written)


def test_every_figure_is_in_the_tables_too(book: TradingReport, page: Page) -> None:
    figures = report_figures(book)
    every = {" ".join(one.split()) for one in texts(figures)}
    assert len(every) > 200
    assert [one for one in every if one not in page.text] == []
    assert figures["verdict"] in page.text


def test_the_page_is_whole_and_loads_nothing(written: str, page: Page) -> None:
    assert page.open == []
    assert len(page.scripts) == 3
    assert len(page.scripts[1]) > 1_000_000, "plotly's own JavaScript"
    assert written.count("plotly.js v") == page.scripts[1].count("plotly.js v") >= 1
    for tag, attributes in page.tags:
        assert tag not in ("link", "iframe", "img", "object", "embed")
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
    policy = next(
        a["content"] for t, a in page.tags if t == "meta" and "content-security-policy" in str(a).lower()
    )
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy


def test_names_are_shown_and_never_run(written: str, page: Page) -> None:
    assert "<script>boom" not in written
    for name in HOSTILE:
        assert " ".join(name.split()) in page.text
    data = page.data()
    labels = {one for trace in data["charts"]["by-symbol-profit"]["data"] for one in trace["y"]}
    assert "&lt;script&gt;boom()&lt;/script&gt;" in labels


def test_charts_are_what_plotly_accepts_and_have_their_places(page: Page) -> None:
    data = page.data()
    places = {a["id"]: a for t, a in page.tags if t == "div" and a.get("role") == "img"}
    assert set(places) == set(data["charts"])
    assert len(places) >= 11
    for name, chart in data["charts"].items():
        assert places[name]["aria-label"]
        for trace in chart["data"]:
            for axis in ("x", "y"):
                if isinstance(trace[axis], str):
                    trace[axis] = data["series"][trace[axis].removeprefix("@")]
            assert len(trace["x"]) == len(trace["y"])
        go.Figure(data=chart["data"], layout=chart["layout"])


def test_charts_hold_the_data_of_the_report(book: TradingReport, page: Page) -> None:
    data = page.data()
    growth = data["charts"]["growth"]["data"][0]
    np.testing.assert_allclose(growth["y"], m.wealth(book.net), rtol=1e-4)
    assert data["series"]["times"][0] == "2004-01-02"
    assert len(data["series"]["times"]) == len(book.net)
    counts = [sum(trace["y"]) for trace in data["charts"]["profits"]["data"]]
    assert sum(counts) == 4000


def test_what_scrolls_can_be_reached_by_keys_and_has_a_name(page: Page) -> None:
    wide = [a for t, a in page.tags if t == "div" and "wide" in (a.get("class") or "")]
    assert len(wide) > 8
    assert all(one["tabindex"] == "0" and one["role"] == "region" and one["aria-label"] for one in wide)
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    for _, attributes in page.tags:
        target = (attributes.get("href") or "").removeprefix("#")
        assert not target or target in ids
    assert sum(t == "caption" for t, _ in page.tags) == sum(t == "table" for t, _ in page.tags)


def test_a_long_history_keeps_its_extremes() -> None:
    rng = np.random.default_rng(0)
    report = TradingReport.joined(rng.normal(0, 0.01, 50_000))
    kept = specs.kept(report)
    assert len(kept) <= specs.MOST_POINTS
    level = m.wealth(report.net)
    assert level[kept].max() == level.max()
    assert level[kept].min() == level.min()
    assert (kept[0], kept[-1]) == (0, 49_999)


def test_a_name_that_looks_like_a_shared_series_stays_a_name(tmp_path: Path) -> None:
    """Only the x of a trace is looked up by name: a strategy called "@times" must not become a list of times."""
    report = TradingReport.joined(
        [0.1, -0.1] * 20, [0.0, 0.1] * 20, strategy_name="@times", benchmark_name="@times"
    )
    page = Page(write_html(report, tmp_path / "at.html").read_text(encoding="utf-8"))
    names = {trace["name"] for trace in page.data()["charts"]["growth"]["data"]}
    assert names == {"@times"}
    assert re.findall(r"page\.series\[([^\]]*)\]", page.scripts[2]) == ["one.x.slice(1)"]


def test_long_names_break_into_lines_and_long_facts_into_a_list(tmp_path: Path) -> None:
    long = "Momentum with volatility targeting and a stop at two sigma"
    report = TradingReport.joined([0.1] * 3, [0.1] * 3, strategy_name=long, facts={"<data>": "x" * 900})
    page = Page(write_html(report, tmp_path / "long.html").read_text(encoding="utf-8"))
    heads = [a.get("class") for t, a in page.tags if t == "th" and a.get("scope") == "col"]
    assert "long" in heads
    assert heads.count("long") < heads.count(None)
    assert "<data> " + "x" * 900 in page.text
    assert [t for t, _ in page.tags if t in ("dl", "dt", "dd")] == ["dl", "dt", "dd"]


def test_few_trades_are_counted_in_whole_numbers(book: TradingReport) -> None:
    few = bars.profits(pd.DataFrame({"pnl": [1.0, 2.0, -3.0]}))["layout"]["yaxis"]
    assert (few["dtick"], few["tickformat"]) == (1, ",d")
    assert book.trades is not None
    assert "dtick" not in bars.profits(book.trades)["layout"]["yaxis"]


def test_the_marks_of_a_distribution_stand_above_its_bars(book: TradingReport) -> None:
    made = bars.distribution(book)
    tallest = max(max(trace["y"]) for trace in made["data"])
    assert made["layout"]["yaxis"]["range"][1] * 0.85 > tallest
    var, cvar = made["layout"]["annotations"]
    assert var["text"] == f"VaR 95% {fine_percent(m.value_at_risk(book.net))}"
    assert (var["xanchor"], cvar["xanchor"]) == ("left", "right") or cvar["y"] < var["y"]


def test_the_same_report_gives_the_same_bytes_in_another_process_and_zone(tmp_path: Path) -> None:
    code = (
        "import sys, numpy as np, pandas as pd; from ml_analytics.analytics import TradingReport, write_html;"
        "days = pd.bdate_range('2020-01-01', periods=300); rng = np.random.default_rng(0);"
        "one = pd.Series(rng.normal(0, .01, 300), index=days);"
        "write_html(TradingReport(one, one / 2, trades=[{'pnl': 1.0, 'symbol': 'A'}]), sys.argv[1]);"
        "assert 'plotly.graph_objects' not in sys.modules and 'matplotlib' not in sys.modules"
    )
    made = []
    for number, zone in enumerate(("UTC", "Asia/Tokyo")):
        path = tmp_path / f"{number}.html"
        hashes = {"PYTHONHASHSEED": str(number), "TZ": zone}
        subprocess.run([sys.executable, "-c", code, str(path)], check=True, env={**os.environ, **hashes})
        made.append(path.read_bytes())
    assert made[0] == made[1]


@pytest.mark.parametrize("name", odd_reports())
def test_odd_histories_and_books_make_a_page(name: str, tmp_path: Path) -> None:
    one = odd_reports()[name]
    page = Page(write_html(one, tmp_path / "odd.html").read_text(encoding="utf-8"))
    assert page.open == []
    assert " ".join(one.title.split()) in page.text
    assert not re.search(r"\b(nan|NaN|inf|None)\b", page.text)
    for chart in page.data()["charts"].values():
        go.Figure(layout=chart["layout"])


def test_without_plotly_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ml_analytics.analytics.report import html

    html._library.cache_clear()
    monkeypatch.setitem(sys.modules, "plotly", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'ml-analytics\[reports\]'"):
        write_html(TradingReport.joined([0.1]), tmp_path / "never.html")
    assert not list(tmp_path.iterdir())


def test_what_is_not_a_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"'report' parameter of write_html must be a TradingReport"):
        write_html("report", tmp_path / "never.html")  # type: ignore[arg-type]
