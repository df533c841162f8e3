"""The page: whole, escaped, with nothing from elsewhere, and the figures are the report's."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ml_analytics import FeatureEngineeringPipeline, FeatureReport, direction_labels, feature_report
from ml_analytics.core.values import FeatureVerdict, LeakCertificate
from ml_analytics.features.report.html.markup import code, fixed, number, share

VOID = {"meta", "path", "rect", "image", "wbr"}


class Page(HTMLParser):
    """Reads a page as a browser would: elements, attributes, text, tables by caption."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.tables: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._caption = ""
        self.feed(text)
        self.close()
        assert self.open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self._rows.append([])
        if tag in ("td", "th"):
            self._rows[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "table":
            self.tables[self._caption] = self._rows
            self._rows, self._caption = [], ""

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.text += data
        if "caption" in self.open:
            self._caption += data
        elif "small" not in self.open and self.open[-1:] and ("td" in self.open or "th" in self.open):
            self._rows[-1][-1] += data

    def rows(self, caption: str) -> dict[str, list[str]]:
        """Return the rows of the tables whose caption begins so, by their first cell."""
        return {
            row[0]: row[1:]
            for name, table in self.tables.items()
            if name.startswith(caption)
            for row in table[1:]
        }


def require_safe(text: str) -> Page:
    page = Page(text)
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "link", "object", "form", "base"}
    for tag, attributes in page.tags:
        assert not {name for name in attributes if name.startswith("on") or name == "src"}
        if "href" in attributes:
            local = re.fullmatch(
                r"#f?\w+" if tag == "a" else r"data:image/png;base64,[\w+/=]+", attributes["href"] or ""
            )
            assert local, attributes["href"]
        if "style" in attributes:
            assert re.fullmatch(r"(top|left):[\d.]+%|--key:var\(--\w+\)", attributes["style"] or "")
    return page


@pytest.fixture(scope="module")
def report(sp500_bars: pd.DataFrame) -> FeatureReport:
    bars = sp500_bars.tail(1200)
    config = {"technical_indicators": {"trend": True, "momentum": True, "volatility": True, "returns": True}}
    return feature_report(
        FeatureEngineeringPipeline(config), bars, direction_labels(bars["close"], 5), title="S&P 500"
    )


@pytest.fixture(scope="module")
def page(report: FeatureReport) -> Page:
    return require_safe(report.to_html())


def test_the_page_has_every_section_and_loads_nothing(report: FeatureReport, page: Page) -> None:
    headings = [attributes["id"] for tag, attributes in page.tags if tag == "section"]
    assert headings == ["chart", "importance", "stability", "correlation", "distributions", "leaks"]
    text = report.to_html()
    assert "default-src 'none'" in text and "prefers-color-scheme:dark" in text
    assert not re.search(r"https?://|@import|url\(", text)
    assert "S&P 500" in page.text and "none looking ahead" in page.text


def test_links_lead_somewhere_and_names_are_given_once(page: Page) -> None:
    given_names = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(given_names) == len(set(given_names))
    links = {(attributes["href"] or "")[1:] for tag, attributes in page.tags if tag == "a"}
    assert links <= set(given_names)


def test_the_page_can_be_read_without_seeing_it(page: Page) -> None:
    """Headings go down one step at a time, every table has a caption, every picture words or none needed."""
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    tags = [tag for tag, _ in page.tags]
    assert tags.count("table") == tags.count("caption") == len(page.tables)
    for tag, attributes in page.tags:
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true" or attributes.get("aria-label")
        if tag == "th":
            assert attributes.get("scope") in ("row", "col")
    assert page.tags[0] == ("html", {"lang": "en"})


def test_the_distributions_are_the_figures(report: FeatureReport, page: Page) -> None:
    shown = page.rows("Features of the group")
    assert list(shown) == [str(name) for name in report.features.index]
    for name, row in report.features.iterrows():
        expected = [share(row["missing"]), *(number(row[key]) for key in ("minimum", "median", "maximum"))]
        assert shown[str(name)][2:] == expected


def test_the_importance_is_the_figures_in_their_order(report: FeatureReport, page: Page) -> None:
    assert (
        report.importance is not None and report.stability is not None and report.stability.rank is not None
    )
    shown = page.rows("What tells")
    assert list(shown) == [str(name) for name in report.importance.table.index]
    for name, row in report.importance.table.iterrows():
        ranks = [f"{int(rank)}" for rank in np.asarray(report.stability.rank.loc[str(name)])]
        figures = [fixed(row["information"], 4), fixed(row["noise"], 4), fixed(row["p_value"], 3)]
        assert shown[str(name)][1:] == [*figures, *ranks]


def test_the_stability_is_the_figures_in_their_order(report: FeatureReport, page: Page) -> None:
    assert report.stability is not None
    shown = page.rows("PSI by time fold")
    assert list(shown) == [str(name) for name in report.stability.worst.index]
    for name, values in report.stability.psi.iterrows():
        assert shown[str(name)][:4] == [fixed(value, 2) for value in values]


def test_every_feature_is_in_a_cluster_or_alone(report: FeatureReport, page: Page) -> None:
    text = report.to_html()
    part = text[text.index('<section id="correlation"') : text.index('<section id="distributions"')]
    for name in report.correlation.names:
        assert part.count(code(name)) == 1


def test_marks_stand_at_their_values(report: FeatureReport) -> None:
    """RSI runs from 0 at the bottom to 100 at the top: its levels lie 30 % from either end."""
    text = report.to_html()
    part = text[text.index(f'<p class="name">{code("rsi_14")}</p>') :].split("</div>")[0]
    assert re.findall(r'style="top:([\d.]+)%">(\d+)<', part) == [("70.0", "30"), ("30.0", "70")]
    assert part.count('class="level"') == 2


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_names_are_escaped_everywhere(make_bars: Any) -> None:
    bars = make_bars(400)
    generator = np.random.default_rng(0)
    table = pd.DataFrame(
        {f"{EVIL}{at}": generator.normal(size=400) for at in range(3)}
        | {f"{EVIL}flat": 1.0, f"{EVIL}none": np.nan},
        index=bars.index,
    )
    table[f"{EVIL}copy"] = table[f"{EVIL}0"] * 2
    table.iloc[50, 0] = np.inf
    verdicts = (
        FeatureVerdict(f"{EVIL}0", clean=False, check=EVIL, first_bar=3),
        FeatureVerdict(f"{EVIL}1", clean=False, check=f"untested: {EVIL}"),
        FeatureVerdict(f"{EVIL}2", clean=True),
    )
    target = pd.Series(table.iloc[:, 1] > 0, name=EVIL)
    text = feature_report(
        table, bars, target, title=EVIL, certificate=LeakCertificate(verdicts, bars=400), chart=[f"{EVIL}2"]
    ).to_html()
    page = require_safe(text)
    assert "<script" not in text and "<img" not in text
    assert page.text.count(EVIL) > 20 and "1 of them looking ahead" in page.text


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.text(), title=st.text(), target=st.text())
@example(name="\ud800\x00\x1b[31m", title='" hidden x="', target="</title>")
def test_no_text_breaks_the_page(name: str, title: str, target: str) -> None:
    x = np.random.default_rng(0).normal(size=60)
    names = pd.Index([name, f"{name}2", f"{name}3"], dtype=object)
    table = pd.DataFrame(np.column_stack([x, -x, np.ones(60)]), columns=names)
    text = feature_report(table, target=pd.Series(x > 0, name=target), title=title, folds=2).to_html()
    require_safe(text)
    text.encode("utf-8")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)


@pytest.mark.parametrize("scale", [1e-300, 1e-12, 1e12, 1e300])
def test_tiny_and_huge_values_leave_a_readable_page(scale: float) -> None:
    x = np.random.default_rng(0).normal(size=300) * scale
    text = feature_report(pd.DataFrame({"x": x, "y": np.arange(300.0)}), target=x > 0).to_html()
    require_safe(text)
    assert "nan" not in text and "inf " not in text


def test_odd_bars_leave_a_readable_page(odd_bars: dict[str, pd.DataFrame]) -> None:
    pipeline = FeatureEngineeringPipeline(
        {"technical_indicators": {"momentum": ["rsi"], "volatility": ["bb"]}}
    )
    for case, bars in odd_bars.items():
        text = feature_report(pipeline, bars, direction_labels(bars["close"]), certificate=False).to_html()
        require_safe(text)
        assert "NaN" not in text and '"nan' not in text, case
        assert re.search(r'<section id="chart"', text), case


def test_hundreds_of_features_stay_small_and_folded(sp500_bars: pd.DataFrame) -> None:
    bars = sp500_bars.tail(900)
    text = feature_report(
        FeatureEngineeringPipeline(), bars, direction_labels(bars["close"], 5), certificate=False
    ).to_html()
    features = len(FeatureEngineeringPipeline().features.columns)
    assert len(text) < 5e6 * features / 250
    tables = re.findall(r"<details>.*?</details>", text, re.DOTALL)
    rows = sum(part.count("<tr") for part in tables)
    assert text.count("<tr") - rows < 80, "what is open stays short"


def test_what_is_wrong_stands_at_the_top() -> None:
    generator = np.random.default_rng(1)
    table = pd.DataFrame({"good": generator.normal(size=400), "none": np.nan, "flat": 2.0})
    table["odd"] = np.where(np.arange(400) == 200, np.inf, generator.normal(size=400))
    table["holes"] = np.where(np.arange(400) % 7 == 3, np.nan, generator.normal(size=400))
    table["moves"] = generator.normal(size=400) + 9.0 * (np.arange(400) >= 320)
    text = feature_report(table, target=table["good"] > 0).to_html()
    part = text[
        text.index('<ul class="findings">') : text.index("</ul>", text.index('<ul class="findings">'))
    ]
    said = [re.sub(r"<[^>]+>", "", one).strip() for one in part.split("</li>")[:-1]]
    assert said == [
        "✕1 feature without any value: none",
        "!1 feature with infinite values, taken as missing: odd",
        "!2 features with missing values after the first one: odd holes",
        "!1 feature with the same value everywhere: flat",
        "!1 feature shifted between time folds (PSI above 0.25): moves",
        "i1 feature tells more about good than chance does: good",
        "iNo leak certificate: none was given, and only a pipeline can be certified.",
        "iNo chart: no bars were given.",
    ]


def test_a_folded_finding_ends_without_a_colon() -> None:
    table = pd.DataFrame({f"flat_{at}": np.full(100, 1.0) for at in range(12)} | {"x": np.arange(100.0)})
    text = feature_report(table).to_html()
    said = [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<summary>(.*?)</summary>", text)]
    assert said[0] == "!12 features with the same value everywhere"
    assert not any(one.rstrip().endswith(":") for one in said)


@given(name=st.text(alphabet="ab_<&1", min_size=1, max_size=30))
def test_a_name_may_break_after_underscores_only(name: str) -> None:
    made = Page(code(name))
    assert made.text == name
    pieces = [
        unescape(one) for one in code(name).removeprefix("<code>").removesuffix("</code>").split("<wbr>")
    ]
    assert "".join(pieces) == name
    assert all(one.endswith("_") for one in pieces[:-1])
    assert not any(re.search("[^_]_+[^_]", one) for one in pieces)


def test_a_wide_table_shows_that_it_scrolls(report: FeatureReport) -> None:
    """A shadow lies at the right edge until the end is reached, and on a phone the caption says it too."""
    style = report.to_html().partition("<style>")[2].partition("</style>")[0]
    wide = re.search(r"\.wide\{[^}]*\}", style)
    assert wide and re.search(r"100% local.*100% scroll", wide[0], re.DOTALL)
    phone = style[style.index("@media (max-width:36rem)") :]
    assert 'caption:has(~thead th:nth-child(5))::after{content:" (scrolls \\2192)"' in phone
    assert "overflow-wrap:anywhere" not in phone, "a name in a table breaks after its underscores"
