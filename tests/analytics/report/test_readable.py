from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.ft2font import FT2Font
from pypdf import PdfReader

from ml_analytics.analytics import TradingReport, report_figures, write_pdf
from ml_analytics.analytics.report.readable import NOTE, faces, readable, written

DAYS = pd.bdate_range("2024-01-01", periods=30)
RETURNS = pd.Series(0.001, index=DAYS)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_what_is_written_has_glyphs_and_what_has_glyphs_is_kept(text: str) -> None:
    maps = [set(FT2Font(str(one)).get_charmap()) for one in faces()]
    shown = written(text)
    assert all(ord(sign) in one for sign in shown for one in maps)
    assert written(shown) == shown
    if all(ord(sign) in one for sign in text for one in maps):
        assert shown == text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("贵州茅台", "[8D35 5DDE 8305 53F0]"),
        ("삼성전자 A", "[sam seong jeon ja] A"),
        ("トヨタ", "[to yo ta]"),
        ("moon 🚀👩‍💻", "moon [rocket woman personal computer]"),
        ("注\uff1a\uff11", "[6CE8]:1"),
        ("ไทย", "[sara ai maimalai tho thahan yo yak]"),
        ("Größe Ω €", "Größe Ω €"),
    ],
)
def test_names_are_told_by_sound_name_or_number(name: str, said: str) -> None:
    assert written(name) == said


def test_no_page_has_a_sign_without_glyph_and_names_stay_apart(tmp_path: Path) -> None:
    trades = pd.DataFrame({"pnl": [1.0, -2.0], "symbol": ["贵州茅台", "中国平安"]})
    report = TradingReport(
        RETURNS, RETURNS, title="策略", strategy_name="动" * 60, benchmark_name="指数", trades=trades, notes=["注"],
        facts={"数": "据"}, regimes=pd.Series(["牛", None, "熊"] * 10, index=DAYS),
    )  # fmt: skip
    data = write_pdf(report, tmp_path / "names.pdf").read_bytes()
    shown = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(data)).pages)
    assert "[8D35 5DDE 8305 53F0]" in shown
    assert "[4E2D 56FD 5E73 5B89]" in shown
    assert "[725B]" in shown
    assert NOTE in shown
    assert written(shown) == shown
    assert report.title == "策略", "other formats show names as they are"


def test_a_report_of_known_signs_is_left_alone() -> None:
    report = TradingReport(
        RETURNS, trades=pd.DataFrame({"pnl": [1.0], "symbol": ["Ω"]}), regimes=pd.Series(1, index=DAYS)
    )
    assert readable(report) is report


def test_the_figures_do_not_change_with_the_names() -> None:
    report = TradingReport(
        RETURNS, RETURNS * 0.5, strategy_name="动量", trades=pd.DataFrame({"pnl": [1.0], "symbol": ["金"]})
    )
    before, after = report_figures(report), report_figures(readable(report))
    for part in ("key_figures", "months", "drawdowns", "honesty", "future", "quantiles"):
        assert before[part] == after[part]
