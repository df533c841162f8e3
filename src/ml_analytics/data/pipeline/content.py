"""Hashes of the content of tables, arrays and paths, as a step of a pipeline can see it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa

from ml_analytics.core.canonical import sha256
from ml_analytics.core.errors import MLFrameworkError

from ..snapshot import snapshot_hash

_BLOCK = 1 << 20
MOST_FILES = 10_000
"""A directory of more entries has no fingerprint: reading it all for each run is not what anyone wants."""


class OpaqueError(Exception):
    """There is no telling what a value is; never leaves this package."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def path_parts(path: Path) -> Iterator[str]:
    """Yield what a path is: its text and the content of the file, or of every file of the directory."""
    yield f"path {str(path)!r}"
    if not path.exists():
        yield "nothing there"
    elif path.is_dir():
        for number, part in enumerate(_directory(path, frozenset())):
            if number >= MOST_FILES:
                raise OpaqueError(f"directory of more than {MOST_FILES} files")
            yield part
    else:
        yield _file(path)


def _directory(path: Path, above: frozenset[Path]) -> Iterator[str]:
    real = path.resolve()
    if real in above:  # a link back up
        yield "again"
        return
    for one in sorted(path.iterdir()):
        if one.is_dir():
            yield f"directory {one.name!r}"
            yield from _directory(one, above | {real})
            yield "end"
        else:
            yield f"{one.name!r} {_file(one) if one.exists() else 'nothing there'}"


def _file(path: Path) -> str:
    if not path.is_file():
        raise OpaqueError("path that is neither a file nor a directory")
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return f"file {digest.hexdigest()}"


def array_parts(array: np.ndarray) -> Iterator[str]:
    """Yield what an array is: kind, type, shape, bytes, and the mask and fill value of a masked one."""
    if array.dtype.hasobject:
        raise OpaqueError("array of objects")
    values = np.asarray(array)
    yield f"{type(array).__name__} {array.dtype} {array.shape} {sha256(np.ascontiguousarray(values).tobytes())}"
    if isinstance(array, np.ma.MaskedArray):
        yield f"mask {sha256(np.ma.getmaskarray(array).tobytes())} {array.fill_value!r}"


def table_parts(value: Any) -> Iterator[Any]:
    """Yield the content hash and what it leaves out: the library, exact types, names, categories.

    Yields text, and as one-element lists the plain values that the caller shall hash.
    """
    kind = f"{type(value).__module__.partition('.')[0]} {type(value).__name__}"
    try:
        if isinstance(value, pd.Series):
            yield [value.attrs]
            yield [value.name]
            value = value.to_frame("value")
        if isinstance(value, pd.DataFrame):
            yield f"table {kind} {value.dtypes.astype(str).tolist()} {snapshot_hash(value)}"
            yield [value.attrs]
            yield from _pandas(value)
        else:
            schema = dict(nw.from_native(value, eager_only=True).schema)
            yield f"table {kind} {schema} {snapshot_hash(value)}"
            if isinstance(value, pa.Table):
                yield f"{value.schema.to_string(truncate_metadata=False)}"
                for column in value.unify_dictionaries().columns:
                    if pa.types.is_dictionary(column.type) and column.num_chunks:
                        yield [column.chunk(0).dictionary.to_pylist()]
    except (TypeError, MLFrameworkError) as error:
        raise OpaqueError(type(value).__name__) from error


def _pandas(frame: pd.DataFrame) -> Iterator[Any]:
    yield from _index(frame.columns)
    yield from _index(frame.index)
    for position, dtype in enumerate(frame.dtypes):
        column = frame.iloc[:, position]
        if isinstance(dtype, pd.CategoricalDtype):
            yield f"ordered {dtype.ordered}"
            yield from _index(dtype.categories)
        elif pd.api.types.is_object_dtype(dtype):  # the content hash takes None for NaN
            yield [column.tolist()]
        elif isinstance(dtype, np.dtype) and dtype.kind == "f":  # and -0.0 for 0.0
            yield f"signs {sha256(np.packbits(np.signbit(column.to_numpy()) & (column == 0)).tobytes())}"


def _index(index: pd.Index) -> Iterator[Any]:
    yield f"{type(index).__name__} {len(index)}"
    yield [list(index.names)]
    if isinstance(index, pd.MultiIndex):
        for level, codes in zip(index.levels, index.codes, strict=True):
            yield from _index(level)
            yield f"codes {sha256(np.asarray(codes, dtype=np.int64).tobytes())}"
        return
    yield f"{index.dtype}"
    if isinstance(index.dtype, pd.CategoricalDtype):
        yield f"ordered {index.dtype.ordered}"
        yield from _index(index.dtype.categories)
    if isinstance(index, pd.RangeIndex):
        yield f"{index!r}"
    elif index.dtype == object:
        yield [index.tolist()]
    else:
        yield snapshot_hash(index.to_frame(index=False, name="index"))
        yield f"{getattr(index, 'freq', None)!r}"
