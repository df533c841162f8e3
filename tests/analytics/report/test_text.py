from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.analytics.report import text


@given(st.floats(-1e8, 1e8), st.integers(0, 4))
def test_what_is_written_reads_back(value: float, digits: int) -> None:
    shown = text.decimal(value, digits)
    assert float(shown.replace(text.MINUS, "-").replace(",", "")) == pytest.approx(
        value, abs=0.51 * 10.0**-digits
    )
    assert shown.strip(f"{text.MINUS}0.,") or not shown.startswith(text.MINUS)


@pytest.mark.parametrize(
    "write", [text.decimal, text.percent, text.fine_percent, text.whole, text.multiple, text.days]
)
def test_the_unknown_is_a_dash(write: text.Writer) -> None:
    assert write(math.nan) == text.UNKNOWN


def test_separators_signs_and_units() -> None:
    assert text.percent(12.345) == "1,234.5%"
    assert text.percent(-math.inf) == f"{text.MINUS}\u221e%"
    assert text.whole(5030.0) == "5,030"
    assert text.days(1200) == "1,200 days"
    assert text.decimal(1e15) == "1.0e+15"
    assert text.date(pd.NaT) == text.UNKNOWN
    assert text.shortened("abc", 3) == "abc"


@given(st.floats(-1e9, 1e9))
def test_a_month_fits_its_column(value: float) -> None:
    shown = text.narrow_percent(value).replace(text.MINUS, "-")
    assert len(shown.lstrip("-")) <= 6
    assert float(shown.replace(",", "")) == pytest.approx(value * 100, rel=0.51, abs=0.051)
