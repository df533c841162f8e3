from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ml_analytics.core.errors import PredictionError
from ml_analytics.server.errors import RequestError
from ml_analytics.server.messages import InputTensor
from ml_analytics.server.tensors import table_of

NO_TIMES: frozenset[str] = frozenset()


def tensor(shape: list[int], data: Any, datatype: str = "FP64", name: str = "x") -> InputTensor:
    return InputTensor.model_validate({"name": name, "shape": shape, "datatype": datatype, "data": data})


@given(
    arrays.arrays(np.float64, st.tuples(st.integers(1, 5), st.just(2)), elements=st.floats(-1e30, 1e30)),
    st.booleans(),
)
def test_a_matrix_arrives_as_it_was_sent_flat_or_nested(values: np.ndarray, flat: bool) -> None:
    data = values.ravel().tolist() if flat else values.tolist()
    table = table_of([tensor(list(values.shape), data)], NO_TIMES, 100)
    np.testing.assert_array_equal(table, values)


@given(arrays.arrays(np.int64, st.integers(1, 5)), st.sampled_from([[], [1]]))
def test_columns_arrive_by_name_in_any_order(values: np.ndarray, rest: list[int]) -> None:
    shape, data = [len(values), *rest], values.tolist()
    sent = [tensor(shape, data, "INT64", "b"), tensor(shape, data, "INT64", "a")]
    table = table_of(sent, NO_TIMES, 100)
    assert list(table.columns) == ["b", "a"]
    np.testing.assert_array_equal(table["a"], values)


def test_nested_columns_of_every_kind() -> None:
    table = table_of(
        [
            tensor([2, 1], [[1], [None]], "FP32", "size"),
            tensor([2, 1], [["wörld"], [None]], "BYTES", "text"),
            tensor([2], [True, False], "BOOL", "open"),
            tensor([2], ["2024-01-01", "2024-01-01T02:00:00+02:00"], "BYTES", "at"),
        ],
        {"at"},
        100,
    )
    assert table["size"].tolist()[0] == 1 and np.isnan(table["size"].tolist()[1])
    assert table["text"].tolist()[0] == "wörld" and table["text"].isna().tolist() == [False, True]
    assert table["open"].tolist() == [True, False]
    assert table["at"].tolist() == [pd.Timestamp("2024-01-01", tz="UTC")] * 2


def test_columns_of_numbers_come_as_one_block() -> None:
    table = table_of([tensor([2], [1, 2], name="b"), tensor([2], [3.5, None], name="a")], NO_TIMES, 100)
    expected = pd.DataFrame({"b": [1.0, 2.0], "a": [3.5, np.nan]})
    pd.testing.assert_frame_equal(table, expected)


@pytest.mark.parametrize(
    "sent",
    [
        tensor([1, 2], [1.0]),
        tensor([1, 2], [1.0, 2.0, 3.0]),
        tensor([2, 2], [[1.0, 2.0], [3.0]]),
        tensor([2, 2], [[1.0, 2.0], 3.0, 4.0]),
        tensor([1, 2], [[[1.0], [2.0]]]),
        tensor([2], [[1.0], [2.0]], name="a"),
        tensor([1, 2], ["0.9", 1.0]),
        tensor([1, 2], [True, 1.0]),
        tensor([1, 2], [float("inf"), 1.0]),
        tensor([1, 2], [10**400, 1.0]),
        tensor([1, 2], [1e39, 1.0], "FP32"),
        tensor([1, 2], [1.5, 1], "INT64"),
        tensor([1, 2], [1 << 63, 1], "INT64"),
        tensor([1, 2], [-1, 1], "UINT8"),
        tensor([1, 2], [None, 1], "INT64"),
        tensor([1, 2], {"a": 1}),
        tensor([1, 2], "12"),
        tensor([1, 2], None),
        tensor([1, 2], [{}, []]),
        tensor([1], [1], "BOOL", "a"),
        tensor([1], [1], "BYTES", "a"),
        tensor([1, 2], ["a", "b"], "BYTES"),
    ],
)
def test_what_does_not_fit_gets_a_sentence(sent: InputTensor) -> None:
    with pytest.raises(PredictionError, match=r"^The input .*must .*\.$"):
        table_of([sent], NO_TIMES, 100)


def test_columns_have_to_agree() -> None:
    with pytest.raises(PredictionError, match="shape"):
        table_of([tensor([1], [1.0], name="a"), tensor([2], [1.0, 2.0], name="b")], NO_TIMES, 100)
    with pytest.raises(PredictionError, match="once"):
        table_of([tensor([1], [1.0], name="a"), tensor([1], [1.0], name="a")], NO_TIMES, 100)
    with pytest.raises(PredictionError, match="ISO 8601"):
        table_of([tensor([1], ["yesterday"], "BYTES", "at")], {"at"}, 100)
    with pytest.raises(PredictionError, match="ISO 8601"):
        table_of([tensor([1], [1], "INT64", "at")], {"at"}, 100)


def test_too_many_rows_are_refused_before_they_are_read() -> None:
    with pytest.raises(RequestError) as caught:
        table_of([tensor([101, 2], [])], NO_TIMES, 100)
    assert caught.value.status == 413
