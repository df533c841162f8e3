"""Arrays as tables and back."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.models.neural.flat import flattened, shape_of


@given(st.integers(0, 4), st.lists(st.integers(1, 4), min_size=1, max_size=3))
def test_a_table_gives_the_array_back(rows: int, shape: list[int]) -> None:
    values = np.arange(float(rows * np.prod(shape))).reshape(rows, *shape)
    table = flattened(values, shape)
    assert shape_of(table) == shape
    np.testing.assert_array_equal(table.to_numpy().reshape(values.shape), values)


def test_other_tables_have_no_shape_and_objects_become_what_they_are() -> None:
    assert shape_of(pd.DataFrame({"a": [1.0]})) is None
    objects = np.array([[[1.0, 2.0]], [[3.0, 4.0]]], dtype=object)
    assert {dtype.kind for dtype in flattened(objects, (1, 2)).dtypes} == {"f"}
