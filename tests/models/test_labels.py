from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics import ParameterError
from ml_analytics.models import ModelFactory
from ml_analytics.models.labels import class_numbers, class_table, number_target

LABELS = st.one_of(
    st.lists(st.text(max_size=5), min_size=2),
    st.lists(st.integers(-(2**60), 2**60), min_size=2),
    st.lists(st.booleans(), min_size=2),
).filter(lambda labels: len(set(labels)) > 1)


@given(labels=LABELS)
def test_labels_go_there_and_back(labels: list[Any]) -> None:
    classes, numbers = class_numbers(labels, len(labels), "fit")
    assert list(classes) == sorted(set(labels))
    back = class_table(classes)[numbers].tolist()
    assert back == labels
    assert {type(one) for one in back} == {type(one) for one in labels}


@pytest.mark.parametrize(
    "y",
    [
        pd.Series(["b", "a", "b"]),
        pd.Series(["b", "a", "b"], dtype="category"),
        pd.Series(["b", "a", "b"], dtype=object, index=[7, 3, 1]),
        pd.DataFrame({"y": ["b", "a", "b"]}),
        pl.Series(["b", "a", "b"]),
        np.array(["b", "a", "b"]),
        np.array([["b"], ["a"], ["b"]]),
        ("b", "a", "b"),
    ],
    ids=lambda one: f"{type(one).__module__}.{type(one).__name__}",
)
def test_every_container_of_labels_is_read_alike(y: Any) -> None:
    classes, numbers = class_numbers(y, 3, "fit")
    assert classes == ("a", "b")
    assert numbers.tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "given"),
        (["a"], "as long as X"),
        (["a", None], "missing"),
        ([1.0, np.nan], "missing"),
        (["a", "a"], "two classes"),
        ([0.5, 1.5], "whole numbers"),
        (np.array(["a", 1], dtype=object), "one type"),
        (np.zeros((2, 2)), "one-dimensional"),
        ([{}, {}], "one type"),
    ],
)
def test_unusable_labels_are_refused_in_one_sentence(y: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        class_numbers(y, 2, "fit")


def test_whole_floats_are_labels_too() -> None:
    classes, _ = class_numbers([1.0, 2.0], 2, "fit")
    assert class_table(classes).tolist() == [1.0, 2.0]


@pytest.mark.parametrize("y", [["1", "x"], [1.0, np.inf], [1.0, np.nan], None, [1.0]])
def test_unusable_numbers_are_refused(y: Any) -> None:
    with pytest.raises(ParameterError):
        number_target(y, 2, "fit")


def test_numbers_become_floats() -> None:
    assert number_target(pd.Series([1, 2], dtype="Int64"), 2, "fit").dtype == np.float64


@pytest.mark.parametrize("classes", [(1, 2**63 + 1), (-1, 2**63 + 1), (-(10**30), 10**30)])
def test_whole_numbers_of_any_size_come_back_exactly(classes: tuple[int, ...]) -> None:
    back = class_table(classes).tolist()
    assert back == list(classes)
    assert all(type(one) is int for one in back)


def test_a_target_at_other_times_is_refused() -> None:
    times = pd.date_range("2024-01-01", periods=30)
    X = pd.DataFrame({"a": np.arange(30.0)}, index=times)
    y = pd.Series(np.arange(30) > 14, index=times)
    ModelFactory.create("logistic").fit(X, y)
    ModelFactory.create("logistic").fit(X, y.reset_index(drop=True))  # no times, nothing to compare
    with pytest.raises(ParameterError, match="at the times of X"):
        ModelFactory.create("logistic").fit(X, y[::-1])
    with pytest.raises(ParameterError, match="at the times of X"):
        ModelFactory.create("linear").fit(X, y.astype(float).set_axis(times + pd.Timedelta(days=1)))
