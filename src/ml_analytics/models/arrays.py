"""Arrays as ``.npy`` bytes: no object arrays, and the header must agree with what follows it."""

from __future__ import annotations

import io
import math
import tokenize

import numpy as np
from numpy.lib import format as npy

from ..core.errors import UnsafeArtifactError


def array_to_bytes(array: np.ndarray) -> bytes:
    """Return ``array`` in NumPy's own format (C order; object arrays are refused by NumPy)."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array) if array.ndim else array, allow_pickle=False)
    return buffer.getvalue()


def array_from_bytes(data: bytes) -> np.ndarray:
    """Read what :func:`array_to_bytes` wrote, as a new writable array.

    >>> array_from_bytes(array_to_bytes(np.arange(3.0)))
    array([0., 1., 2.])

    Raises:
        UnsafeArtifactError: not an array, an array of objects, or one that declares more than it holds.
    """
    stream = io.BytesIO(data)
    try:
        version = npy.read_magic(stream)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran, dtype = read(stream)
    except (
        ValueError,
        TypeError,
        SyntaxError,
        KeyError,
        RecursionError,
        MemoryError,
        tokenize.TokenError,
    ) as error:
        raise UnsafeArtifactError(
            "An array in a model file must be in NumPy's format. Got other bytes."
        ) from error
    if dtype.hasobject:
        raise UnsafeArtifactError("An array in a model file must hold no Python objects. Got some.")
    body = memoryview(data)[stream.tell() :]
    if math.prod(shape) * dtype.itemsize != len(body):
        raise UnsafeArtifactError(
            f"An array in a model file must hold what it declares. Got {shape} of {dtype} in {len(body)} bytes."
        )
    flat = np.frombuffer(body, dtype=dtype).copy()
    return flat.reshape(shape, order="F" if fortran else "C")


def without_padding(records: np.ndarray) -> np.ndarray:
    """Return a record array with zeros between its fields: what writes one may leave chance there."""
    clean = np.zeros(records.shape, records.dtype)
    for name in records.dtype.names or ():
        clean[name] = records[name]
    return clean
