"""Targets as people have them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.core.errors import ParameterError
from ml_analytics.features.selection.target import read_target

FRAME = pd.DataFrame({"a": range(4)})
NAN = float("nan")


@pytest.mark.parametrize(
    ("target", "values"),
    [
        (["low", "high", "low", "mid"], [1, 0, 1, 2]),
        ([True, False, True, False], [1, 0, 1, 0]),
        ([3, 1, 1, 2], [2, 0, 0, 1]),
        (np.asarray([3.0, NAN, 1.0, np.inf]), [1, None, 0, None]),
        (pd.Series(["b", None, "a", "b"]), [1, None, 0, 1]),
        (pd.Series(["b", "a", "b", None], dtype="category"), [1, 0, 1, None]),
        (pd.Series([1, None, 0, 1], dtype="Int64"), [1, None, 0, 1]),
        (pd.Series([True, None, False, True], dtype="boolean"), [1, None, 0, 1]),
        (pl.Series(["b", "a", None, "b"]), [1, 0, None, 1]),
        (pl.Series([1, None, 0, 1]), [1, None, 0, 1]),
        (pl.Series([True, False, None, True]), [1, 0, None, 1]),
        (np.asarray([[1], [0], [0], [1]]), [1, 0, 0, 1]),
        (["1", 1, "2", None], [0, 0, 1, None]),
    ],
)
def test_classes(target: Any, values: list[int | None]) -> None:
    made = read_target(target, FRAME, "auto", "x")
    assert made.classes
    assert [int(one) if ok else None for one, ok in zip(made.values, made.known, strict=True)] == values


@pytest.mark.parametrize(
    "target",
    [[0.5, 1.0, 2.0, 3.0], pd.Series([1.5, None, 3, 4], dtype="Float64"), pl.Series([0.5, None, 1.0, 2.0])],
)
def test_numbers(target: Any) -> None:
    made = read_target(target, FRAME, "auto", "x")
    assert not made.classes
    expected = [one if one is not None and one is not pd.NA else NAN for one in list(target)]
    np.testing.assert_array_equal(made.values, expected)
    np.testing.assert_array_equal(made.known, ~np.isnan(expected))


def test_many_whole_numbers_are_numbers_unless_said_otherwise() -> None:
    frame = pd.DataFrame({"a": range(50)})
    assert not read_target(range_of := np.arange(50), frame, "auto", "x").classes
    assert read_target(range_of, frame, "classification", "x").classes
    assert read_target(range_of % 3, frame, "auto", "x").classes
    assert not read_target(range_of % 3, frame, "regression", "x").classes


def test_what_does_not_fit_is_refused() -> None:
    days = pd.date_range("2024-01-01", periods=4)
    bad: list[tuple[str, Any, pd.DataFrame]] = [
        ("shape", [1, 2], FRAME),
        ("one-dimensional", np.ones((4, 2)), FRAME),
        ("requires y", None, FRAME),
        ("Complex", np.ones(4) * 1j, FRAME),
        ("other times", pd.Series(range(4), index=days), FRAME.set_index(days[::-1])),
    ]
    for words, target, frame in bad:
        with pytest.raises(ParameterError, match=words):
            read_target(target, frame, "auto", "x")
    with pytest.raises(ParameterError, match="regression"):
        read_target(list("abcd"), FRAME, "regression", "x")
    assert read_target(pd.Series(range(4), index=days), FRAME.set_index(days), "auto", "x").known.all()
