from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.data import DataValidator, load_nasdaq, load_sp500
from ml_analytics.data.validation import RULES, Severity

VALIDATE = DataValidator()


def test_the_samples_have_these_findings_and_no_others() -> None:
    """Every finding on the clean samples is a true statement about them, told by another way."""
    sp500, nasdaq = load_sp500(), load_nasdaq()
    report = VALIDATE.validate(sp500, "S&P 500")
    assert {one.rule: (one.severity, one.count) for one in report.findings} == {
        "open_equals_previous_close": (Severity.WARNING, 2004),
        "gaps": (Severity.INFO, 1),
        "outlying_returns": (Severity.INFO, 1),
    }
    repeated = (sp500["open"] == sp500["close"].shift()).to_numpy()
    opens = report.finding("open_equals_previous_close")
    assert opens is not None and opens.rows.tolist() == np.flatnonzero(repeated).tolist()
    stretches = opens.details["stretches"]
    assert [(one["first"], one["last"]) for one in stretches] == [
        ("1999-01-05", "2006-06-26"),
        ("2012-10-05", "2013-05-09"),
    ]
    for one in stretches:
        inside = (sp500.index >= pd.Timestamp(one["first"], tz="UTC")) & (
            sp500.index <= pd.Timestamp(one["last"], tz="UTC")
        )
        assert repeated[inside].sum() == one["bars"] and repeated[inside].mean() > 0.5
    shock = report.finding("outlying_returns")
    assert shock is not None
    at = pd.Timestamp("2007-02-27", tz="UTC")
    assert sp500.index[shock.rows].tolist() == [at]
    returns = np.log(sp500["close"]).diff()
    before = returns[:at].iloc[-253:-1]
    assert abs(returns[at]) > 5 * before.std() and returns[at] < before.min(), "the worst day of its year"
    report = VALIDATE.validate(nasdaq, "NASDAQ")
    assert {one.rule: (one.severity, one.count) for one in report.findings} == {"gaps": (Severity.INFO, 1)}
    for frame in (sp500, nasdaq):
        gap = VALIDATE.validate(frame).finding("gaps")
        assert gap is not None and "2001-09-10" in gap.sentence
        assert frame.index[gap.rows].tolist() == [pd.Timestamp("2001-09-17", tz="UTC")]
        days = frame.index.to_series().diff().dt.days
        assert days.max() == 7 and (days == 7).sum() == 1


def test_pandas_and_polars_get_the_same_report() -> None:
    frame = load_sp500().head(300).reset_index()
    assert (
        VALIDATE.validate_ohlcv(frame).to_json() == VALIDATE.validate_ohlcv(pl.from_pandas(frame)).to_json()
    )
    upper = frame.rename(columns=str.title)
    assert VALIDATE.validate_ohlcv(upper).to_json() == VALIDATE.validate_ohlcv(frame).to_json()


def test_nothing_is_changed() -> None:
    frame = load_sp500()
    VALIDATE.validate_ohlcv(frame)
    pd.testing.assert_frame_equal(frame, load_sp500())


def test_rules_can_be_chosen() -> None:
    frame: Any = load_sp500().head(10)
    frame.iloc[3, 2] = -40.0
    some = [rule for rule in RULES if rule.name != "non_positive_price"]
    assert not VALIDATE.validate_ohlcv(frame).ok
    assert DataValidator(some).validate_ohlcv(frame).ok
    with pytest.raises(ParameterError, match="'rules'"):
        DataValidator(["gaps"])  # type: ignore[list-item]


def test_no_rows_and_no_table() -> None:
    for report in (
        VALIDATE.validate_ohlcv(load_sp500().head(0)),
        VALIDATE.validate_table(pd.DataFrame({"a": []})),
    ):
        assert [one.rule for one in report.errors] == ["empty_table"]
    for call in (VALIDATE.validate_ohlcv, VALIDATE.validate_table):
        with pytest.raises(ParameterError, match="'frame'"):
            call(42)
        with pytest.raises(DataProcessingError, match="stands twice"):
            call(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_a_table_that_is_fine() -> None:
    frame = pd.DataFrame({"title": ["a", "b", "c"], "urgency": [1, 2, None]})
    report = VALIDATE.validate_table(frame, required=["title"], numeric=["urgency"], name="tickets")
    assert report.findings == () and report.ok
    assert "clean" in report.render()


def test_what_a_table_can_lack() -> None:
    frame = pd.DataFrame(
        {
            "title": ["a", "b", "b", "c"],
            "urgency": ["1", 2, 2, True],
            "empty": [None] * 4,
            "needed": [np.nan] * 4,
            "same": ["x", "x", "x", None],
            "lists": [[1], [2], [2], [3]],
        }
    )
    report = VALIDATE.validate_table(
        frame, required=["title", "body", "needed"], numeric=["urgency", "impact"]
    )
    found = {one.rule: one for one in report.findings}
    assert "body, impact" in found["missing_column"].sentence
    assert found["all_missing_column"].severity is Severity.ERROR and found["all_missing_column"].count == 2
    assert "same" in found["constant_column"].sentence and found["constant_column"].count == 1
    assert found["duplicate_rows"].rows.tolist() == [2]
    assert found["wrong_types"].rows.tolist() == [0, 3]
    assert list(report.rejected) == [0, 3]
    only = VALIDATE.validate_table(frame[["title", "empty"]])
    assert only.ok and only.finding("all_missing_column") is not None


def test_names_must_be_lists_of_text() -> None:
    frame = pd.DataFrame({"a": [1]})
    for bad in ({"required": "a"}, {"numeric": [1]}):
        with pytest.raises(ParameterError, match="a list of column names"):
            VALIDATE.validate_table(frame, **bad)


@pytest.mark.real_data
def test_the_ticket_file(real_data: Path) -> None:
    frame = pd.read_parquet(real_data / "itsm_endava_tickets_5431.parquet")
    report = VALIDATE.validate_table(frame)
    assert report.ok
    json.dumps(report.to_json())


def test_columns_of_times_that_name_a_zone_here_and_there(tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"
    file.write_text(
        "seen,left,note\n2024-01-01T10:00Z,2024-01-01T10:30Z,a\n2024-01-01 11:00,2024-01-01T11:30+01:00,b\n"
    )
    report = DataValidator().validate_file(file)
    found = report.finding("mixed_zones")
    assert found is not None and found.severity is Severity.WARNING and not found.rejects
    assert found.rows.tolist() == [1] and "in seen (1 rows)" in found.sentence
    assert found.examples[0].values == {"seen": "2024-01-01 11:00"}
    words = pd.DataFrame({"note": ["2024-01-01T10:00Z", "later", "2024-01-01 11:00"], "n": [1, 2, 3]})
    assert DataValidator().validate_table(words).finding("mixed_zones") is None, "no column of times"
