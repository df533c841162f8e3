"""A signature lets in what the model was trained on and nothing else (D1, D2, D4)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.columns import ColumnKind
from ml_analytics.core.errors import DataProcessingError, ParameterError, PredictionError
from ml_analytics.core.signature import Field, Signature

TRAINED = pd.DataFrame(
    {
        "amount": [1.5, 2.5, 3.5],
        "gap": [1.0, np.nan, 3.0],
        "urgency": ["low", "high", "low"],
        "text": ["my card was lost today", "please send a new one to me", "the app does not open"],
        "paid": [True, False, True],
        "opened": pd.date_range("2024-01-01", periods=3, tz="UTC"),
    }
)
SIGNATURE = Signature.infer(TRAINED, "class", ("no", "yes"))
NUMBERS = Signature.infer(pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}))


def with_values(**changes: Any) -> pd.DataFrame:
    return TRAINED.assign(**{name: pd.Series([value] * 3) for name, value in changes.items()})


def test_a_signature_tells_names_kinds_ranges_and_categories() -> None:
    kinds = {one.name: one.kind.value for one in SIGNATURE.inputs}
    assert kinds == {
        "amount": "number",
        "gap": "number",
        "urgency": "category",
        "text": "text",
        "paid": "boolean",
        "opened": "time",
    }
    amount, gap, urgency = SIGNATURE.inputs[:3]
    assert (amount.minimum, amount.maximum, amount.nullable) == (1.5, 3.5, False)
    assert gap.nullable
    assert urgency.categories == ("high", "low")
    assert SIGNATURE.classes == ("no", "yes")


def test_what_it_was_trained_on_passes_unchanged() -> None:
    pd.testing.assert_frame_equal(SIGNATURE.check(TRAINED), TRAINED)


@given(st.permutations(list(TRAINED.columns)))
def test_columns_in_another_order_are_put_right_by_name(order: list[str]) -> None:
    pd.testing.assert_frame_equal(SIGNATURE.check(TRAINED[order]), TRAINED)


def test_polars_mappings_and_rows_are_put_right_too() -> None:
    expected = pd.DataFrame({"a": [1.0], "b": [3.0]})
    for table in (
        pl.DataFrame({"b": [3.0], "a": [1.0]}),
        {"b": 3.0, "a": 1.0},
        [{"b": 3.0, "a": 1.0}],
        np.array([[1.0, 3.0]]),
        [[1.0, 3.0]],
    ):
        pd.testing.assert_frame_equal(NUMBERS.check(table), expected)


def test_columns_without_text_names_are_known_by_their_number() -> None:
    table = pd.DataFrame(np.eye(2))
    signature = Signature.infer(table)
    assert signature.names == ("0", "1")
    assert signature.check(table[[1, 0]]).to_numpy().tolist() == np.eye(2).tolist()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, None, pd.NA])
def test_nan_and_infinity_are_refused_where_training_had_none(bad: Any) -> None:
    with pytest.raises(PredictionError, match="'amount' must hold finite"):
        SIGNATURE.check(with_values(amount=bad))


def test_missing_passes_where_training_had_missing_but_infinity_does_not() -> None:
    for missing in (np.nan, None):
        made = SIGNATURE.check(with_values(gap=missing))
        assert made["gap"].dtype == np.float64
        assert made["gap"].isna().all()
    with pytest.raises(PredictionError, match="'gap'"):
        SIGNATURE.check(with_values(gap=np.inf))


@pytest.mark.parametrize(
    "bad", ["0.9", "", "NaN", True, 1e308, -1e308, 2**200, [1.0], {"$gt": 0}, 1 + 0j, b"1"]
)
def test_a_number_column_takes_only_32_bit_numbers(bad: Any) -> None:
    with pytest.raises(PredictionError, match="'amount' must hold"):
        SIGNATURE.check(TRAINED.assign(amount=pd.Series([bad] * 3)))


@pytest.mark.parametrize(
    "rows", [[[True, 1.0]], [["0.9", 1.0]], [[1.0, None]], [[1.0, 1e308]], [[1.0, float("nan")]]]
)
def test_nested_rows_are_looked_at_as_closely(rows: list[list[Any]]) -> None:
    with pytest.raises(PredictionError):
        NUMBERS.check(rows)


@pytest.mark.parametrize("value", [1, 2.5, np.float32(1.5), np.int8(3), 3.4e38, -3.4e38, 0.0])
def test_numbers_of_any_width_within_32_bits_pass(value: Any) -> None:
    assert NUMBERS.check({"a": value, "b": 0.0})["a"].iloc[0] == pytest.approx(float(value))


@pytest.mark.parametrize(
    ("column", "bad"),
    [
        ("text", 5),
        ("text", 1.5),
        ("text", True),
        ("text", ["a"]),
        ("urgency", 1.5),
        ("urgency", True),
        ("paid", 1),
        ("paid", "true"),
        ("paid", 0.0),
        ("opened", "1 January"),
        ("opened", 5),
        ("opened", True),
    ],
)
def test_other_columns_take_only_their_kind(column: str, bad: Any) -> None:
    with pytest.raises(PredictionError, match=f"The column '{column}' must hold"):
        SIGNATURE.check(with_values(**{column: bad}))


@pytest.mark.parametrize("column", ["urgency", "paid", "opened"])
def test_a_missing_category_is_refused_where_training_had_none(column: str) -> None:
    with pytest.raises(PredictionError, match=f"'{column}' must have no missing values"):
        SIGNATURE.check(with_values(**{column: None}))


def test_times_pass_as_python_times_and_missing_text_is_empty_text() -> None:
    SIGNATURE.check(with_values(opened=datetime(2024, 1, 1, tzinfo=UTC)))
    SIGNATURE.check(with_values(text=None))


def test_a_new_category_passes_unless_the_model_refuses_it() -> None:
    table = with_values(urgency="critical")
    assert SIGNATURE.check(table)["urgency"].iloc[0] == "critical"
    inputs = tuple(replace(one, unseen="refuse") for one in SIGNATURE.inputs)
    with pytest.raises(PredictionError, match=r"known categories. Got 'critical'"):
        replace(SIGNATURE, inputs=inputs).check(table)


def test_categories_that_are_numbers_are_known_again() -> None:
    table = pd.DataFrame({"c": pd.Series([1.5, 2.5]).astype("category")})
    signature = Signature.infer(table)
    assert signature.inputs[0].kind is ColumnKind.CATEGORY
    assert len(signature.check(table)) == 2


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"a": 1.0}, "must have the column 'b'"),
        ({"a": 1.0, "b": 1.0, "c": 1.0}, "only the model's columns. Got 'c'"),
        (np.zeros((1, 3)), "must have 2 columns. Got 3"),
        ([[1.0]], "must have 2 columns. Got 1"),
        (np.zeros((0, 2)), "at least one row"),
        (pd.DataFrame({"a": [], "b": []}), "at least one row"),
        ([], "at least one row|must have"),
        ({"$where": "1", "a": 1.0, "b": 1.0}, r"Got '\$where'"),
    ],
)
def test_a_table_of_another_shape_is_refused(table: Any, said: str) -> None:
    with pytest.raises(PredictionError, match=said):
        NUMBERS.check(table)


@pytest.mark.parametrize("table", [None, 5, "text", [1.0, 2.0], np.zeros(2), pd.Series([1.0, 2.0])])
def test_what_is_no_table_is_refused(table: Any) -> None:
    with pytest.raises(ParameterError, match="'input_data' parameter of predict"):
        NUMBERS.check(table)


def test_a_repeated_column_is_refused() -> None:
    with pytest.raises(DataProcessingError, match="stands twice"):
        NUMBERS.check(pd.DataFrame([[1.0, 2.0, 3.0]], columns=["a", "b", "a"]))


def test_further_columns_can_be_dropped() -> None:
    made = NUMBERS.check({"c": "x", "b": 1.0, "a": 2.0}, extra="drop")
    assert list(made.columns) == ["a", "b"]


def test_the_callers_table_is_left_alone() -> None:
    table = pd.DataFrame({"b": [1.0], "a": [2.0]})
    before = table.copy()
    NUMBERS.check(table)
    pd.testing.assert_frame_equal(table, before)


odd_numbers = st.floats(width=64) | st.sampled_from([np.nan, np.inf, -np.inf, 1e308, 3.4e38])


@given(st.tuples(odd_numbers, odd_numbers), st.booleans())
def test_the_short_way_and_the_long_way_agree(values: tuple[float, float], nullable: bool) -> None:
    inputs = tuple(replace(one, nullable=nullable) for one in NUMBERS.inputs)
    signature = replace(NUMBERS, inputs=inputs)
    in_order = pd.DataFrame({"a": [values[0]], "b": [values[1]]})

    def answer(table: pd.DataFrame) -> Any:
        try:
            return signature.check(table).to_numpy().tolist()
        except PredictionError as refusal:
            return str(refusal)

    assert repr(answer(in_order)) == repr(answer(in_order[["b", "a"]]))  # another order takes the long way


fields = st.builds(
    Field,
    name=st.text(min_size=1),
    kind=st.sampled_from(ColumnKind),
    nullable=st.booleans(),
    minimum=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    maximum=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    categories=st.lists(st.text(), max_size=3).map(tuple),
    unseen=st.sampled_from(["accept", "refuse"]),
)
labels = st.lists(st.text() | st.integers() | st.booleans(), max_size=4).map(tuple)


@given(
    st.builds(
        Signature, inputs=st.lists(fields, max_size=4).map(tuple), output=st.just("class"), classes=labels
    )
)
def test_a_signature_survives_json(signature: Signature) -> None:
    assert Signature.from_json(json.loads(json.dumps(signature.to_json()))) == signature


@pytest.mark.parametrize(
    "bad",
    [{}, {"inputs": []}, {"inputs": [{"name": "a"}]}, {**SIGNATURE.to_json(), "inputs": [{"kind": "x"}]}],
)
def test_damaged_json_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match="a signature as JSON"):
        Signature.from_json(bad)


@given(
    st.lists(
        st.one_of(st.floats(width=32), st.integers(-(2**40), 2**40).map(float)), min_size=4, max_size=12
    ),
    st.sampled_from([np.float64, np.float32]),
)
def test_a_table_of_numbers_is_inferred_as_its_columns_are_one_by_one(
    values: list[float], dtype: type[np.floating[Any]]
) -> None:
    cells = np.resize(np.array(values, dtype=dtype), (4, 3))
    table = pd.DataFrame(cells, columns=["a", "b", "c"]).assign(d=np.arange(4))
    by_column = table.assign(e="text that is not a number")  # takes the long way for every column
    assert Signature.infer(table).inputs == Signature.infer(by_column).inputs[:-1]


@pytest.mark.parametrize("dtype", [object, "str"])
def test_times_may_be_iso_text_as_a_csv_file_has_them(dtype: str | type) -> None:
    times = pd.DataFrame({"at": pd.to_datetime(["2024-01-02", "2024-01-03T04:05:06"], format="ISO8601")})
    signature = Signature.infer(times)
    text = pd.DataFrame({"at": pd.Series(["2024-01-02", "2024-01-03T05:05:06+01:00"], dtype=dtype)})
    read = signature.check(text)["at"]
    assert read.dt.tz_convert(None).tolist() == times["at"].tolist()
    assert text["at"].tolist() == ["2024-01-02", "2024-01-03T05:05:06+01:00"], "the input stays"


@pytest.mark.parametrize("wrong", ["yesterday", "03/04/2024", 1_700_000_000, "2024-13-01"])
def test_other_text_and_numbers_among_times_are_named(wrong: object) -> None:
    signature = Signature.infer(pd.DataFrame({"at": pd.to_datetime(["2024-01-02"])}))
    with pytest.raises(PredictionError, match="'at' must hold times or ISO 8601 text") as refused:
        signature.check(pd.DataFrame({"at": pd.Series(["2024-01-02", wrong], dtype=object)}))
    assert repr(str(wrong)) in str(refused.value)
    with pytest.raises(PredictionError, match="'at' must have no missing values"):
        signature.check(pd.DataFrame({"at": pd.Series(["2024-01-02", ""], dtype=object)}))


def test_codes_in_a_column_with_gaps_are_the_codes_they_were() -> None:
    signature = Signature.infer(pd.DataFrame({"office": pd.Series(["7", "12", None], dtype=object)}))
    read = signature.check(pd.DataFrame({"office": [7.0, np.nan, 12.0, 99.0]}))["office"]
    assert [value for value in read if isinstance(value, str)] == ["7", "12", "99"] and read.isna().sum() == 1
    with pytest.raises(PredictionError, match=r"'office' must hold text\. Got 7\.5"):
        signature.check(pd.DataFrame({"office": [7.5, 7.0]}))
    with pytest.raises(PredictionError, match="'office' must hold text"):
        signature.check(pd.DataFrame({"office": [np.inf, 7.0]}))


def test_numbers_among_named_categories_are_refused() -> None:
    signature = Signature.infer(pd.DataFrame({"colour": ["red", "blue", "red"]}))
    with pytest.raises(PredictionError, match="'colour' must hold text"):
        signature.check(pd.DataFrame({"colour": [1.0, 2.0]}))
