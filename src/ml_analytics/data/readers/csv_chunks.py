"""CSV and TSV files larger than memory, in tables whose types fit every row."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from .csv import (
    converting,
    parsing,
    reading,
    require_decoded,
    require_text,
    sentences,
    with_times_as_text,
)
from .csv_cells import may_be_inexact, require_closed_quotes, require_exact, warn_of_missing_header
from .frames import Gaps, rebatched
from .options import ReadOptions, no_rows, require_unique

BLOCK = 2 << 20
"""Bytes that are parsed at a time; Arrow holds several blocks, and no row may be longer than one."""

_BAD_CELL = re.compile(r"In CSV column #(\d+)")
_WIDER: dict[pa.DataType, pa.DataType] = {pa.int64(): pa.float64()}


def read_chunks(path: Path, options: ReadOptions, rows: int) -> Iterator[pa.Table | pd.DataFrame]:
    """Yield tables of ``rows`` comma-separated rows, of the same types throughout; memory stays flat.

    The file is read once to find types that fit every row, then again to yield; a third time between them
    where a column of decimals has numbers that may have been rounded.
    """
    return _read_chunks(path, options, ",", rows)


def read_chunks_of_tabs(path: Path, options: ReadOptions, rows: int) -> Iterator[pa.Table | pd.DataFrame]:
    """Yield tables of ``rows`` tab-separated rows; as :func:`read_chunks`."""
    return _read_chunks(path, options, "\t", rows)


def _read_chunks(
    path: Path, options: ReadOptions, separator: str, rows: int
) -> Iterator[pa.Table | pd.DataFrame]:
    types, gaps = _types_of_whole_file(path, options, separator)
    for table in rebatched(_batches(path, options, separator, types), rows):
        plain = with_times_as_text(table)
        yield plain if options.arrow else gaps.frame(plain)


def _types_of_whole_file(
    path: Path, options: ReadOptions, separator: str
) -> tuple[dict[str, pa.DataType], Gaps]:
    """Return types that fit every row: those of the first block, widened where a later row does not fit."""
    types: dict[str, pa.DataType] = dict.fromkeys(options.text, pa.string())
    while True:
        names: list[str] = []
        suspects: set[str] = set()
        gaps = Gaps()
        try:
            seen = 0
            for batch in _batches(path, options, separator, types):
                if not names:
                    with sentences(path, options):  # a header in another encoding fails here
                        names = batch.schema.names
                    require_unique(names, path)
                    require_decoded(batch.schema, path, options.encoding)
                    types = {**dict(zip(names, batch.schema.types, strict=True)), **types}
                seen += batch.num_rows
                gaps.observe(batch)
                suspects |= {name for name in names if may_be_inexact(batch.column(name))}
        except _Misfit as error:
            name = names[error.column]
            types[name] = _WIDER.get(types[name], pa.string())
            continue
        if not seen:
            raise no_rows(path)
        warn_of_missing_header(names, options, path)
        if suspects:
            as_text = {**types, **dict.fromkeys(suspects, pa.string())}
            for batch in _batches(path, options, separator, as_text):
                for name in suspects:
                    require_exact(batch.column(name).to_pylist(), name, path)
        return types, gaps


class _Misfit(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, column: int) -> None:
        super().__init__(column)
        self.column = column


def _batches(
    path: Path, options: ReadOptions, separator: str, types: dict[str, pa.DataType]
) -> Iterator[pa.RecordBatch]:
    with _opened(path, options.encoding) as source, sentences(path, options):
        last: pa.RecordBatch | None = None
        try:
            for batch in arrow_csv.open_csv(
                source,
                read_options=reading(options, BLOCK),
                parse_options=parsing(separator),
                convert_options=converting(types),
            ):
                last = batch if batch.num_rows else last
                yield batch
        except pa.ArrowInvalid as error:
            misfit = _BAD_CELL.search(str(error))
            if misfit is None:
                raise
            raise _Misfit(int(misfit.group(1))) from error
        if last is not None and source.quotes % 2:
            tail = source.tail.decode(options.encoding, "replace")
            require_closed_quotes(last.column(last.num_columns - 1), tail, source.quotes, path)


@contextmanager
def _opened(path: Path, encoding: str) -> Iterator[_CheckedText]:
    with path.open("rb") as raw:
        if path.suffix == ".gz":
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield _CheckedText(unpacked, path, encoding)
        else:
            yield _CheckedText(raw, path, encoding)


class _CheckedText(io.RawIOBase):
    """A file that refuses bytes that are not text while they pass, and remembers its last two blocks."""

    def __init__(self, inner: BinaryIO | gzip.GzipFile, path: Path, encoding: str) -> None:
        super().__init__()
        self._inner, self._path, self._encoding = inner, path, encoding
        self._lines = 0
        self._blocks = (b"", b"")
        self.quotes = 0

    @property
    def tail(self) -> bytes:
        return b"".join(self._blocks)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._inner.read(size)
        require_text(data, self._path, self._encoding, self._lines)
        self._lines += data.count(b"\n")
        self.quotes += data.count(b'"')
        if data:
            self._blocks = (self._blocks[1], data)
        return data
