"""CSV and TSV, packed or not; every row must have as many fields as the header."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from ml_analytics.core.errors import DataProcessingError

from .csv_cells import (
    bars_as_text,
    may_be_inexact,
    require_closed_quotes,
    require_exact,
    warn_of_missing_header,
    with_bars_by_cell,
)
from .frames import to_frame
from .options import (
    ReadOptions,
    no_rows,
    read_bytes,
    require_rows,
    require_unique,
    unknown_encoding,
    unreadable,
    wrong_encoding,
)

MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "NULL")
"""Cells that mean "no value"; a quoted cell is text whatever it says."""

_SMALL = 1 << 20  # below this threads gain nothing, and one still starting while the process ends aborts it
BLOCK = 8 << 20
"""Bytes that are parsed at a time; no row may be longer."""


def read(path: Path, options: ReadOptions) -> pa.Table | pd.DataFrame:
    """Read comma-separated values."""
    return _read(path, options, ",")


def read_tabs(path: Path, options: ReadOptions) -> pa.Table | pd.DataFrame:
    """Read tab-separated values."""
    return _read(path, options, "\t")


def _read(path: Path, options: ReadOptions, separator: str) -> pa.Table | pd.DataFrame:
    data = read_bytes(path)
    require_text(data, path, options.encoding)
    with sentences(path, options):
        table = _parse(data, path, options, separator)
        names = table.column_names  # a header in another encoding fails here
    require_unique(names, path)
    require_decoded(table.schema, path, options.encoding)
    require_rows(table, path)
    if data.count(b'"') % 2:
        last = table.column(table.num_columns - 1)
        require_closed_quotes(last, data.decode(options.encoding, "replace"), 1, path)
    warn_of_missing_header(names, options, path)
    for name in names:
        if may_be_inexact(table.column(name)):
            as_text = _parse(data, path, options, separator, {name: pa.string()})
            require_exact(as_text.column(name).to_pylist(), name, path)
    table = with_times_as_text(table)
    if not options.arrow and bars_as_text(table, options):
        return with_bars_by_cell(to_frame(table), table, options)
    return table


def with_times_as_text(table: pa.Table) -> pa.Table:
    """Return the table with times of day as text: they have no date, so they are no times."""
    for position, field in enumerate(table.schema):
        if pa.types.is_time(field.type):
            table = table.set_column(position, field.name, table.column(position).cast(pa.string()))
    return table


def require_decoded(schema: pa.Schema, path: Path, encoding: str) -> None:
    """Refuse columns that are bytes: their text is in another encoding.

    Raises:
        DataProcessingError: there is one.
    """
    if any(pa.types.is_binary(field.type) for field in schema):
        raise wrong_encoding(path, encoding)


def _parse(
    data: bytes, path: Path, options: ReadOptions, separator: str, types: dict[str, Any] | None = None
) -> pa.Table:
    try:
        return arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=reading(options, threads=len(data) > _SMALL),
            parse_options=parsing(separator, quoted=b'"' in data),
            convert_options=converting(types or dict.fromkeys(options.text, pa.string())),
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

    slowly = reading(options, threads=False)
    try:
        arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=slowly,
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


def reading(options: ReadOptions, block: int = BLOCK, *, threads: bool = True) -> arrow_csv.ReadOptions:
    """Return how Arrow reads: encoding, column names, size of a block."""
    return arrow_csv.ReadOptions(
        encoding=options.encoding,
        column_names=list(options.names) if options.names else None,
        block_size=block,
        use_threads=threads,
    )


def parsing(separator: str, *, quoted: bool = True) -> arrow_csv.ParseOptions:
    """Return how Arrow splits rows into cells; without a quote no cell has a line end, which is faster."""
    return arrow_csv.ParseOptions(delimiter=separator, newlines_in_values=quoted)


def converting(types: dict[str, Any]) -> arrow_csv.ConvertOptions:
    """Return which types are given and which cells are missing values."""
    return arrow_csv.ConvertOptions(
        column_types=types,
        null_values=list(MISSING),
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )


@contextmanager
def sentences(path: Path, options: ReadOptions) -> Iterator[None]:
    """Raise our one-sentence errors for those of Arrow, gzip and the codecs."""
    try:
        yield
    except UnicodeError as error:
        raise wrong_encoding(path, options.encoding) from error
    except LookupError as error:
        raise unknown_encoding(options.encoding) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise unreadable(path, "gzip", str(error)) from error
    except (pa.ArrowException, OSError) as error:
        if "Empty CSV file" in str(error):
            raise no_rows(path) from error
        raise unreadable(path, "CSV", str(error)) from error


def require_text(data: bytes, path: Path, encoding: str, lines_before: int = 0) -> None:
    """Refuse bytes that are no text: NUL, or UTF-16 where UTF-8 was said.

    Raises:
        DataProcessingError: with the number of the line.
    """
    if not lines_before and data[:2] in (b"\xff\xfe", b"\xfe\xff") and encoding == "utf-8":
        raise wrong_encoding(path, encoding)
    if b"\x00" in data and not encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32")):
        row = lines_before + data.count(b"\n", 0, data.index(b"\x00")) + 1
        raise DataProcessingError(f"The file '{path.name}' must be text. Got a NUL byte in line {row}.")
