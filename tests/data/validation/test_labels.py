"""What is found in labelled texts, tables with ranges, and accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.data import DataValidator
from ml_analytics.data.validation import Severity, ValidationReport, account_rules, label_rules
from ml_analytics.data.validation.kinds import TableKind, table_kind

VALIDATE = DataValidator()


def texts(n: int = 200) -> Any:
    """Flawless labelled texts: two classes of equal size, all texts different."""
    words = ["card", "loan", "fee", "transfer", "pin"]
    return pd.DataFrame(
        {
            "text": [f"my {words[i % 5]} number {i} is lost again" for i in range(n)],
            "label": [["loss", "theft"][i % 2] for i in range(n)],
        }
    )


def rows(report: ValidationReport) -> dict[str, list[int]]:
    return {one.rule: one.rows.tolist() for one in report.findings}


@pytest.mark.parametrize(("room", "listed"), [(label_rules, "LABEL_RULES"), (account_rules, "ACCOUNT_RULES")])
def test_every_file_is_in_the_list(room: Any, listed: str) -> None:
    files = {path.stem for path in Path(str(room.__file__)).parent.glob("*.py")} - {"__init__"}
    assert files == {rule.__module__.rpartition(".")[2] for rule in getattr(room, listed)}


def test_flawless_texts_raise_nothing_and_are_recognised() -> None:
    assert VALIDATE.validate_labels(texts(), "text", "label").findings == ()
    assert table_kind(texts()) is TableKind.LABELS
    assert VALIDATE.validate(texts()).findings == ()


@settings(max_examples=40, deadline=None)
@given(
    repeated=st.sets(st.integers(100, 199), max_size=5),
    blank=st.sets(st.integers(0, 99), max_size=4),
    unlabelled=st.sets(st.integers(0, 99), max_size=4),
)
def test_exactly_what_was_put_in_is_found(repeated: set[int], blank: set[int], unlabelled: set[int]) -> None:
    frame = texts()
    for row in repeated:
        frame.loc[row, "text"] = "  " + str(frame.loc[row - 100, "text"]).upper().replace(" ", "  ")
    frame.loc[sorted(blank), "text"] = "  "
    frame.loc[sorted(unlabelled), "label"] = None
    report = VALIDATE.validate_labels(frame, "text", "label")
    expected = {
        "duplicate_texts": sorted(row for row in repeated if row - 100 not in blank),
        "missing_text": sorted(blank),
        "missing_label": sorted(unlabelled),
    }
    found = rows(report)
    found.pop("duplicate_rows", None)  # two blank rows with one label
    assert found == {rule: marked for rule, marked in expected.items() if marked}
    assert set(report.rejected) == blank | unlabelled
    assert VALIDATE.validate_labels(pl.from_pandas(frame), "text", "label").to_json() == report.to_json()


def test_one_text_with_two_labels() -> None:
    frame = texts()
    frame.loc[11, "text"] = frame.loc[4, "text"]
    report = VALIDATE.validate_labels(frame, "text", "label")
    assert rows(report) == {"contradicting_labels": [4, 11], "duplicate_texts": [11]}
    found = report.finding("contradicting_labels")
    assert found is not None and [one.row for one in found.examples] == [4, 11]


@settings(max_examples=60, deadline=None)
@given(sizes=st.lists(st.integers(1, 120), min_size=2, max_size=5))
def test_dominated_and_small_classes(sizes: list[int]) -> None:
    labels = np.repeat([f"class {k}" for k in range(len(sizes))], sizes)
    frame = pd.DataFrame({"text": [f"one text of many {i}" for i in range(len(labels))], "label": labels})
    report = VALIDATE.validate_labels(frame, "text", "label")
    if len(sizes) > 0.5 * max(sum(sizes), 4):
        return  # labels that hardly repeat are no classes
    dominated, small = report.finding("dominated_class"), report.finding("small_classes")
    assert (dominated is not None) == (max(sizes) / sum(sizes) >= 2 / 3)
    if dominated is not None:
        assert dominated.details["columns"][0]["share"] == pytest.approx(max(sizes) / sum(sizes), abs=1e-4)
    found = {} if small is None else {one["class"]: one["rows"] for one in small.details["classes"]}
    assert found == {f"class {k}": size for k, size in enumerate(sizes) if size < 50}


def test_labels_written_in_two_ways() -> None:
    frame = texts()
    frame.loc[:59, "label"] = frame.loc[:59, "label"].str.title() + " "
    found = VALIDATE.validate_labels(frame, "text", "label").finding("label_variants")
    assert found is not None and found.severity is Severity.WARNING and "'Loss ' = 'loss'" in found.sentence


def test_a_text_in_training_and_test() -> None:
    frame = texts().assign(split=["train"] * 150 + ["test"] * 50)
    assert VALIDATE.validate_labels(frame, "text", "label").findings == ()
    frame.loc[180, "text"] = frame.loc[20, "text"]
    assert rows(VALIDATE.validate_labels(frame, "text", "label"))["split_leak"] == [20, 180]


def test_written_out_labels() -> None:
    cells = [
        "{'Gold': 'positive'}",
        "{'Gold': 'positive', 'Silver': 'negative'}",
        "{'Moody's': 'neutral'}",
    ] * 40
    frame: Any = pd.DataFrame(
        {"title": [f"a headline of the day {i}" for i in range(120)], "decisions": cells}
    )
    report = VALIDATE.validate(frame)
    assert rows(report)["unparsable_labels"] == list(range(2, 120, 3))
    assert rows(report)["mixed_labels"] == list(range(1, 120, 3))
    frame.loc[4, "title"], frame.loc[4, "decisions"] = (
        frame.loc[1, "title"],
        "{'Silver': 'negative', 'Gold': 'positive'}",
    )
    assert VALIDATE.validate(frame).finding("contradicting_labels") is None, "one mapping in another order"


def test_a_label_is_never_run() -> None:
    frame = texts().assign(label="{'a': __import__('os').system('exit 1')}")
    found = VALIDATE.validate_labels(frame, "text", "label").finding("unparsable_labels")
    assert found is not None and found.count == 200


def test_several_texts_and_columns_that_are_not_there() -> None:
    frame = texts().assign(body=lambda t: t["text"] + " please help")
    frame.loc[[3, 5], "text"] = None
    report = VALIDATE.validate_labels(frame, ["text", "body"], "label")
    assert rows(report) == {"partial_text": [3, 5]} and report.ok
    wrong: list[dict[str, Any]] = [{"text": "absent"}, {"label": "absent"}, {"text": ["text", "absent"]}]
    for given_names in wrong:
        with pytest.raises(ParameterError, match="a column of the table"):
            VALIDATE.validate_labels(frame, **given_names)
    with pytest.raises(ParameterError, match="the name of a column"):
        VALIDATE.validate_labels(pd.DataFrame({"a": [1], "b": [2]}))


# -- tables ------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.one_of(st.none(), st.floats(-10, 10)), min_size=1, max_size=30),
    low=st.one_of(st.none(), st.floats(-5, 0)),
    high=st.one_of(st.none(), st.floats(0, 5)),
)
def test_ranges_against_an_oracle(values: list[float | None], low: float | None, high: float | None) -> None:
    frame = pd.DataFrame({"a": values, "n": range(len(values))}).astype({"a": float})
    report = VALIDATE.validate_table(frame, ranges={"a": (low, high)})
    bad = [
        row
        for row, value in enumerate(values)
        if value is not None and ((low is not None and value < low) or (high is not None and value > high))
    ]
    assert list(report.rejected) == bad
    assert (report.finding("out_of_range") is not None) == bool(bad)


def test_ranges_that_are_none() -> None:
    frame = pd.DataFrame({"a": [1.0]})
    for bad in ([("a", 1)], {"a": 3}, {"a": (1,)}, {"a": (2, 1)}, {"a": ("0", 1)}, {"a": (float("nan"), 1)}):
        with pytest.raises(ParameterError, match="'ranges'"):
            VALIDATE.validate_table(frame, ranges=bad)  # type: ignore[arg-type]
    found = VALIDATE.validate_table(frame, ranges={"b": (0, 1)}).finding("missing_column")
    assert found is not None and "b" in found.sentence


@pytest.mark.parametrize(
    ("names", "values", "missing"),
    [
        (["2004-01-02", "0.0"], ["2004-01-05", 0.5], True),
        (["2004-01-02 00:00:00+00:00", "-4.28e-13"], ["2004-01-05 00:00:00+00:00", 0.5], True),
        (["1", "0.5"], [2, 0.25], True),
        (["1999", "2000"], [2, 3], False),
        (["2004-01-02", "2004-01-03"], [0.5, 0.25], False),
        (["day", "0.5"], ["2004-01-05", 0.5], False),
        (["x", "y"], [0.5, 0.5], False),
    ],
)
def test_a_first_row_taken_for_names(
    names: list[str], values: list[Any], missing: bool, tmp_path: Path
) -> None:
    frame = pd.DataFrame([values, values], columns=names)
    found = VALIDATE.validate(frame).finding("missing_header")
    assert (found is not None) is missing
    frame.to_csv(tmp_path / "file.csv", index=False)
    report = VALIDATE.validate_file(tmp_path / "file.csv")
    assert (report.finding("missing_header") is not None) is missing
    assert report.rows == (3 if missing else 2), "the first row is back"


# -- accounts ----------------------------------------------------------------------------------------------


def test_transactions() -> None:
    frame = pd.DataFrame(
        {
            "symbol": ["A", "B", "A"],
            "amount": [10, -5, 3],
            "price": [2.0, 4.0, 2.5],
            "txn_dollars": [-20.0, 20.0, -7.5],
        }
    )
    found = VALIDATE.validate(frame).finding("no_commissions")
    assert found is not None and found.severity is Severity.WARNING
    found = VALIDATE.validate(frame.drop(columns="txn_dollars")).finding("no_commissions")
    assert found is not None and found.severity is Severity.INFO, "not proven"
    assert VALIDATE.validate(frame.assign(commission=[0.1, 0.1, 0.2])).finding("no_commissions") is None
    assert VALIDATE.validate(frame.assign(fee=0.0)).finding("no_commissions") is not None
    net = frame.assign(txn_dollars=frame["txn_dollars"] - [0.1, 0.1, 0.2])
    assert VALIDATE.validate(net).finding("no_commissions") is None, "more was paid than the price"
    frame.loc[1, "amount"] = 0
    frame.loc[2, "price"] = np.nan
    assert list(VALIDATE.validate(frame).rejected) == [1, 2]


def test_positions() -> None:
    frame = pd.DataFrame({"AMD": [1.0, 2.0, 3.0], "cash": [5.0, -1.0, 2.0]})
    found = VALIDATE.validate(frame).finding("negative_cash")
    assert found is not None and found.rows.tolist() == [1] and "first in row 1" in found.sentence
    assert VALIDATE.validate(frame.assign(cash=1.5)).finding("negative_cash") is None


# -- tables that are fine ----------------------------------------------------------------------------------


def test_equal_values_at_different_times_are_no_duplicates() -> None:
    times = pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-02", "2024-01-02"], utc=True)
    frame = pd.DataFrame({"x": [1.0, 1.0, 1.0, 2.0]}, index=times)
    for index in (times, times.tz_localize(None).to_period("D"), pd.Index(["a", "b", "b", "b"], name="key")):
        assert rows(VALIDATE.validate(frame.set_axis(index)))["duplicate_rows"] == [2]
    assert rows(VALIDATE.validate(frame.reset_index(drop=True)))["duplicate_rows"] == [1, 2]


@pytest.mark.parametrize("name", ["wine", "breast_cancer", "diabetes"])
def test_no_alarm_on_well_known_tables(name: str) -> None:
    from sklearn import datasets

    assert VALIDATE.validate(getattr(datasets, f"load_{name}")(as_frame=True).frame).findings == ()


def test_no_alarm_on_time_series_of_one_column() -> None:
    from arch.data import vix, wti

    from ml_analytics.data import load_fama_french

    for frame in (load_fama_french(), vix.load(), wti.load()):
        report = VALIDATE.validate(frame)
        assert report.findings == () and report.start is not None


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({0: [f"a text of words {i}" for i in range(60)], "label": [1, 2] * 30}),
        pd.DataFrame({("a", "x"): [1, 2], ("a", "y"): [3, 4]}),
        pd.DataFrame({"date": pd.date_range("2024", periods=3), "price": [1, 2, 3], "amount": [4, 5, 6]}),
    ],
    ids=["numbered columns", "two levels", "an order list"],
)
def test_odd_columns_are_only_a_table(frame: pd.DataFrame) -> None:
    assert table_kind(frame) is TableKind.TABLE
    assert VALIDATE.validate(frame).findings == ()
