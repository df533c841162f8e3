from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ml_analytics import UnsafeArtifactError
from ml_analytics.models.arrays import array_from_bytes, array_to_bytes

DTYPES = st.sampled_from([np.float64, np.float32, np.int64, np.uint8, np.bool_])


@settings(max_examples=60)
@given(
    array=DTYPES.flatmap(
        lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0))
    )
)
def test_arrays_come_back_and_numpy_reads_them(array: np.ndarray) -> None:
    data = array_to_bytes(array)
    mine, theirs = array_from_bytes(data), np.load(io.BytesIO(data), allow_pickle=False)
    for found in (mine, theirs):
        np.testing.assert_array_equal(found, array)
        assert found.dtype == array.dtype and found.shape == array.shape
    assert mine.flags.writeable


def test_fortran_order_keeps_its_values() -> None:
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    buffer = io.BytesIO()
    np.save(buffer, array)
    np.testing.assert_array_equal(array_from_bytes(buffer.getvalue()), array)


def test_objects_are_refused() -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(UnsafeArtifactError, match="no Python objects"):
        array_from_bytes(buffer.getvalue())
    with pytest.raises(ValueError, match="Object arrays"):
        array_to_bytes(np.array([{}], dtype=object))


def test_a_header_that_declares_more_than_there_is_allocates_nothing() -> None:
    data = array_to_bytes(np.zeros(3)).replace(b"(3,)", b"(9,)")
    with pytest.raises(UnsafeArtifactError, match="what it declares"):
        array_from_bytes(data)


@pytest.mark.parametrize(
    "data", [b"", b"\x93NUMPY", b"\x93NUMPY\x09\x00", b"hello" * 20, b"\x93NUMPY\x01\x00\x05\x00((((("]
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(UnsafeArtifactError):
        array_from_bytes(data)
