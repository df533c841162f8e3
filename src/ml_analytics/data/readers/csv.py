"""CSV and TSV, packed or not, whole or in chunks; every row must have as many fields as the header."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from ml_analytics.core.errors import DataProcessingError
from ml_analytics.core.ohlcv import OHLCV

from .options import ReadOptions, read_bytes, require_rows, require_unique, too_large, unreadable

MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "NULL")
"""Cells that mean "no value"; a quoted cell is text whatever it says."""

_BLOCK = 8 << 20
_WHOLE_NUMBER = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_BAD_CELL = re.compile(r"In CSV column #(\d+)")
_WIDER: dict[pa.DataType, pa.DataType] = {pa.int64(): pa.float64()}


def read(path: Path, options: ReadOptions) -> pd.DataFrame:
    """Read comma-separated values."""
    return _read(path, options, ",")


def read_tabs(path: Path, options: ReadOptions) -> pd.DataFrame:
    """Read tab-separated values."""
    return _read(path, options, "\t")


def read_chunks(path: Path, options: ReadOptions, separator: str, rows: int) -> Iterator[pd.DataFrame]:
    """Yield frames of ``rows`` rows with the same column types throughout; memory stays flat.

    The file is read once to find types that fit every row, then again to yield.
    """
    types = _types_of_whole_file(path, options, separator)
    held: list[pa.RecordBatch] = []
    count = first = 0
    for batch in _batches(path, options, separator, types):
        held.append(batch)
        count += batch.num_rows
        while count >= rows:
            table = pa.Table.from_batches(held)
            yield _frame(table.slice(0, rows), path, first)
            first += rows
            held = table.slice(rows).to_batches()
            count -= rows
    if count:
        yield _frame(pa.Table.from_batches(held), path, first)


def _read(path: Path, options: ReadOptions, separator: str) -> pd.DataFrame:
    data = read_bytes(path)
    _require_text(data, path, options.encoding)
    with _sentences(path, options):
        table = _parse(data, path, options, separator)
        names = table.column_names  # a header in another encoding fails here
    require_unique(names, path)
    for name in names:
        column = table.column(name)
        if pa.types.is_binary(column.type):
            raise _wrong_encoding(path, options.encoding)
        if pa.types.is_floating(column.type) and (pc.max(pc.abs(column)).as_py() or 0.0) >= 2.0**63:
            as_text = _parse(data, path, options, separator, {name: pa.string()})
            _require_exact(as_text.column(name).to_pylist(), name, path)
    return require_rows(_with_bars_by_cell(_frame(table, path), table, options), path)


def _with_bars_by_cell(frame: pd.DataFrame, table: pa.Table, options: ReadOptions) -> pd.DataFrame:
    """Read the text columns of a table of bars cell by cell: one bad cell must not condemn the others.

    Only where all five columns of bars are there; the cells that are numbers get the type they would have
    without the bad ones, so that the same row in a mended file is the same row.
    """
    if not set(OHLCV) <= {name.lower() for name in table.column_names}:
        return frame
    for name in table.column_names:
        if name.lower() in OHLCV and name not in options.text and _is_text(table.column(name).type):
            frame[name] = pd.Series(_by_cell(table.column(name).to_pylist()), frame.index, dtype=object)
    return frame


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _by_cell(cells: list[str | None]) -> list[int | float | str | None]:
    stripped = [cell.strip(" \t") if cell is not None else None for cell in cells]
    numeric = [cell is not None and _DECIMAL.fullmatch(cell) is not None for cell in stripped]
    whole = None not in stripped and all(
        _WHOLE_NUMBER.fullmatch(cell or "") for cell, number in zip(stripped, numeric, strict=True) if number
    )
    return [
        _number(bare, cell, whole) if number and bare is not None and cell is not None else cell
        for cell, bare, number in zip(cells, stripped, numeric, strict=True)
    ]


def _number(bare: str, cell: str, whole: bool) -> int | float | str:
    """Read one number; a whole one beyond 64 bits stays text, because a float would be another number."""
    if _WHOLE_NUMBER.fullmatch(bare) and (len(bare) > 20 or not -(2**63) <= int(bare) < 2**63):
        return cell
    return int(bare) if whole else float(bare)


def _require_exact(cells: list[str | None], name: str, path: Path) -> None:
    """Refuse whole numbers that only fit a float by rounding."""
    for cell in cells:
        digits = (cell or "").strip()
        if len(digits) <= 18 or not _WHOLE_NUMBER.fullmatch(digits):
            continue
        if len(digits) > 4000 or not -(2**63) <= int(digits) < 2**63:
            raise too_large(digits, name, path)


def _parse(
    data: bytes, path: Path, options: ReadOptions, separator: str, types: dict[str, Any] | None = None
) -> pa.Table:
    try:
        return arrow_csv.read_csv(
            io.BytesIO(data),
            read_options=_reading(options),
            parse_options=_parsing(separator),
            convert_options=_converting(types or dict.fromkeys(options.text, pa.string())),
        )
    except pa.ArrowInvalid:
        ragged = _ragged_row(data, options, separator)
        if ragged is None:
            raise
        raise DataProcessingError(f"Every row of '{path.name}' must have {ragged}.") from None


def _ragged_row(data: bytes, options: ReadOptions, separator: str) -> str | None:
    """Find the first row whose number of fields differs, one thread, so that the row has a number."""
    found: list[Any] = []

    def note(row: Any) -> str:
        found.append(row)
        return "skip"

    reading = _reading(options)
    reading.use_threads = False
    try:
        arrow_csv.read_csv(
            io.BytesIO(data),
            read_options=reading,
            parse_options=arrow_csv.ParseOptions(
                delimiter=separator, newlines_in_values=True, invalid_row_handler=note
            ),
        )
    except pa.ArrowInvalid:
        return None
    if not found:
        return None
    where = f"row {found[0].number}" if found[0].number is not None else "a row"
    return f"{found[0].expected_columns} fields. Got {found[0].actual_columns} in {where}"


def _reading(options: ReadOptions) -> arrow_csv.ReadOptions:
    return arrow_csv.ReadOptions(
        encoding=options.encoding,
        column_names=list(options.names) if options.names else None,
        block_size=_BLOCK,
    )


def _parsing(separator: str) -> arrow_csv.ParseOptions:
    return arrow_csv.ParseOptions(delimiter=separator, newlines_in_values=True)


def _converting(types: dict[str, Any]) -> arrow_csv.ConvertOptions:
    return arrow_csv.ConvertOptions(
        column_types=types,
        null_values=list(MISSING),
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )


@contextmanager
def _sentences(path: Path, options: ReadOptions) -> Iterator[None]:
    try:
        yield
    except UnicodeError as error:
        raise _wrong_encoding(path, options.encoding) from error
    except LookupError as error:
        raise DataProcessingError(
            f"The 'encoding' parameter of DataLoader must be a known encoding. Got {options.encoding!r} instead."
        ) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise unreadable(path, "gzip", str(error)) from error
    except (pa.ArrowException, OSError) as error:
        if "Empty CSV file" in str(error):
            raise DataProcessingError(
                f"The file '{path.name}' must have at least one row. Got no rows."
            ) from error
        raise unreadable(path, "CSV", str(error)) from error


def _require_text(data: bytes, path: Path, encoding: str, lines_before: int = 0) -> None:
    if not lines_before and data[:2] in (b"\xff\xfe", b"\xfe\xff") and encoding == "utf-8":
        raise _wrong_encoding(path, encoding)
    if b"\x00" in data and not encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32")):
        row = lines_before + data.count(b"\n", 0, data.index(b"\x00")) + 1
        raise DataProcessingError(f"The file '{path.name}' must be text. Got a NUL byte in line {row}.")


def _wrong_encoding(path: Path, encoding: str) -> DataProcessingError:
    return DataProcessingError(
        f"The file '{path.name}' must be {encoding} text. Got bytes that are not; "
        f"pass encoding='latin-1', 'utf-16' or whatever the file was written in (on the command line "
        f"--encoding latin-1)."
    )


def _frame(table: pa.Table, path: Path, first: int = 0) -> pd.DataFrame:
    fields = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_date(column.type):
            column = column.cast(pa.timestamp("s"))  # noqa: PLW2901 - the same column, as times
        elif pa.types.is_time(column.type):
            column = column.cast(pa.string())  # noqa: PLW2901 - a time of day has no date; text keeps it
        elif pa.types.is_binary(column.type):
            raise _wrong_encoding(path, "utf-8")
        fields.append((name, column))
    frame: pd.DataFrame = pa.table([one for _, one in fields], names=[name for name, _ in fields]).to_pandas()
    if first:
        frame.index = pd.RangeIndex(first, first + len(frame))
    return frame


# -- chunks ------------------------------------------------------------------------------------------------


def _types_of_whole_file(path: Path, options: ReadOptions, separator: str) -> dict[str, pa.DataType]:
    """Return types that fit every row: those of the first block, widened where a later row does not fit."""
    types: dict[str, pa.DataType] = dict.fromkeys(options.text, pa.string())
    while True:
        names: list[str] = []
        try:
            seen = 0
            for batch in _batches(path, options, separator, types):
                if not names:
                    names = batch.schema.names
                    require_unique(names, path)
                    types = {**dict(zip(names, batch.schema.types, strict=True)), **types}
                seen += batch.num_rows
            if not seen:
                raise DataProcessingError(f"The file '{path.name}' must have at least one row. Got no rows.")
            return types
        except _Misfit as error:
            name = names[error.column]
            types[name] = _WIDER.get(types[name], pa.string())


class _Misfit(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, column: int) -> None:
        super().__init__(column)
        self.column = column


def _batches(
    path: Path, options: ReadOptions, separator: str, types: dict[str, pa.DataType]
) -> Iterator[pa.RecordBatch]:
    with _opened(path, options.encoding) as source, _sentences(path, options):
        try:
            yield from arrow_csv.open_csv(
                source,
                read_options=_reading(options),
                parse_options=_parsing(separator),
                convert_options=_converting(types),
            )
        except pa.ArrowInvalid as error:
            misfit = _BAD_CELL.search(str(error))
            if misfit is None:
                raise
            raise _Misfit(int(misfit.group(1))) from error


@contextmanager
def _opened(path: Path, encoding: str) -> Iterator[_CheckedText]:
    with path.open("rb") as raw:
        if path.suffix == ".gz":
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield _CheckedText(unpacked, path, encoding)
        else:
            yield _CheckedText(raw, path, encoding)


class _CheckedText(io.RawIOBase):
    """A file that refuses bytes that are not text while they pass."""

    def __init__(self, inner: BinaryIO | gzip.GzipFile, path: Path, encoding: str) -> None:
        super().__init__()
        self._inner, self._path, self._encoding = inner, path, encoding
        self._lines = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._inner.read(size)
        _require_text(data, self._path, self._encoding, self._lines)
        self._lines += data.count(b"\n")
        return data
