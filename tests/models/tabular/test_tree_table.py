from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ml_analytics import UnsafeArtifactError
from ml_analytics.models.arrays import array_to_bytes
from ml_analytics.models.tabular.tree_table import TreeTable, make_trees, trees_from_files


def two_trees() -> TreeTable:
    """Split column 0 at 1.5; in the second tree column 1 by the categories 0 and 33."""
    bits = np.zeros((1, 8), dtype=np.uint32)
    bits[0, 0], bits[0, 1] = 1, 2
    return make_trees(
        starts=np.array([0, 3]),
        groups=np.array([0, 1]),
        feature=np.array([0, 0, 0, 1, 0, 0]),
        threshold=np.array([1.5, 0, 0, 0, 0, 0]),
        left=np.array([1, -1, -1, 4, -1, -1]),
        right=np.array([2, -1, -1, 5, -1, -1]),
        missing_left=np.array([True, False, False, False, False, False]),
        category=np.array([-1, -1, -1, 0, -1, -1]),
        bitsets=bits,
        value=np.array([0, 10.0, 20.0, 0, 1.0, 2.0]),
        gain=np.array([3.0, 0, 0, 1.0, 0, 0]),
    )


def test_rows_go_where_numbers_categories_and_holes_send_them() -> None:
    rows = [[1.5, 0], [1.6, 33], [np.nan, 1], [0, np.nan], [0, 32], [0, 256], [0, -1], [0, 1e30]]
    sums = two_trees().sums(np.array(rows), outputs=2)
    assert sums[:, 0].tolist() == [10, 20, 10, 10, 10, 10, 10, 10]
    assert sums[:, 1].tolist() == [1, 1, 2, 2, 2, 2, 2, 2]


def test_a_table_is_stored_and_describes_itself() -> None:
    table = two_trees()
    again = trees_from_files(table.to_files(), 2, 2)
    rows = np.random.default_rng(0).normal(2.0, 2.0, size=(50, 2))
    np.testing.assert_array_equal(again.sums(rows, 2), table.sums(rows, 2))
    assert again.gain_by_column(2).tolist() == [0.75, 0.25]
    columns, points = again.split_points()
    assert (columns.tolist(), points.tolist()) == ([0], [1.5])


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("left", 0, 1_000_000),
        ("left", 0, 0),
        ("left", 3, 1),
        ("left", 0, -7),
        ("right", 0, 3),
        ("right", 3, 6),
        ("feature", 0, 2),
        ("feature", 0, -1),
        ("starts", 0, 1),
        ("starts", 1, 0),
        ("starts", 1, 6),
        ("groups", 0, 2),
        ("groups", 0, -1),
        ("category", 3, 1),
        ("category", 3, -2),
    ],
)
def test_nodes_that_point_outside_are_refused(name: str, place: int, value: int) -> None:
    table = two_trees()
    array: Any = getattr(table, name).copy()
    array[place] = value
    files = {**table.to_files(), f"trees-{name}.npy": array_to_bytes(array)}
    with pytest.raises(UnsafeArtifactError):
        trees_from_files(files, 2, 2)


@pytest.mark.parametrize("name", ["value", "bitsets", "starts", "left"])
def test_columns_of_another_kind_or_length_are_refused(name: str) -> None:
    table = two_trees()
    for array in (getattr(table, name)[:0], getattr(table, name).astype(np.int8)):
        with pytest.raises(UnsafeArtifactError):
            trees_from_files({**table.to_files(), f"trees-{name}.npy": array_to_bytes(array)}, 2, 2)
