"""Excel workbooks (.xlsx): the cells' last computed values; formulas are not run."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from ml_analytics.core.errors import DataProcessingError
from ml_analytics.core.optional import require

from .options import ReadOptions, no_rows, require_int64, require_rows, require_unique, unreadable
from .rows import table_of, tables_of

MAX_UNPACKED_BYTES = 1 << 30
"""A workbook is a zip file: one that unpacks to more than this is refused unread."""
_ERRORS = ("#N/A", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!")
_MISSING = frozenset(("", *_ERRORS))  # a text is what it says, as a quoted cell of CSV is


def read(path: Path, options: ReadOptions) -> pa.Table | pd.DataFrame:
    """Read one sheet whose first row (unless names are given) holds the column names."""
    return require_rows(table_of(list(_rows(path, options)), arrow=options.arrow), path)


def read_chunks(path: Path, options: ReadOptions, rows: int) -> Iterator[pa.Table | pd.DataFrame]:
    """Yield frames of ``rows`` rows with the same types; the sheet is read twice, row by row.

    The workbook's table of texts, which Excel keeps once for all cells, is held in memory.
    """
    empty = True
    for frame in tables_of(lambda: _rows(path, options), rows, arrow=options.arrow):
        empty = False
        yield frame
    if empty:
        raise no_rows(path)


def _rows(path: Path, options: ReadOptions) -> Iterator[dict[str, Any]]:
    lines = _filled_lines(path, options)
    first = next(lines, None)
    if first is None:
        return
    names = list(options.names) if options.names else _header(first[1])
    require_unique(names, path)
    if options.names:
        _require_width(names, first[1])
        yield _row(names, first, path, options)
    for line in lines:
        yield _row(names, line, path, options)


def _filled_lines(path: Path, options: ReadOptions) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield row numbers and cells; empty rows at the beginning and the end are none."""
    begun, empty = False, 0
    with _sheet(path, options.sheet) as sheet:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            if all(cell is None for cell in cells):
                empty += begun
                continue
            for skipped in range(number - empty, number):
                yield skipped, ()
            begun, empty = True, 0
            yield number, cells


@contextmanager
def _sheet(path: Path, wanted: str | int) -> Iterator[Any]:
    openpyxl = require("openpyxl", "excel", "Reading Excel files")
    _require_moderate(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (ValueError, KeyError, TypeError, OSError, zipfile.BadZipFile, SyntaxError) as error:
        raise unreadable(path, "Excel", str(error)) from error
    try:
        sheet = _chosen(book, wanted, path)
        sheet.reset_dimensions()  # what the file says about its size may be wrong
        yield sheet
    except (ValueError, KeyError, TypeError, OSError, zipfile.BadZipFile, SyntaxError) as error:
        raise unreadable(path, "Excel", str(error)) from error
    finally:
        book.close()


def _chosen(book: Any, wanted: str | int, path: Path) -> Any:
    sheets = book.worksheets
    for number, sheet in enumerate(sheets):
        if wanted == sheet.title or (wanted == number and not isinstance(wanted, bool)):
            return sheet
    raise DataProcessingError(
        f"The 'sheet' parameter of DataLoader must be a sheet of '{path.name}'. Got {wanted!r} instead."
    )


def _header(cells: tuple[Any, ...]) -> list[str]:
    names = ["" if cell is None else str(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def _require_width(names: list[str], cells: tuple[Any, ...]) -> None:
    if len(names) != len(cells):
        raise DataProcessingError(
            f"The 'names' parameter of DataLoader must have {len(cells)} names. Got {len(names)} instead."
        )


def _row(
    names: list[str], line: tuple[int, tuple[Any, ...]], path: Path, options: ReadOptions
) -> dict[str, Any]:
    number, cells = line
    if any(cell is not None for cell in cells[len(names) :]):
        raise DataProcessingError(
            f"Every row of '{path.name}' must have {len(names)} cells. Got {len(cells)} in row {number}."
        )
    padded = (*cells[: len(names)], *[None] * (len(names) - len(cells)))
    row = {name: _value(cell) for name, cell in zip(names, padded, strict=True)}
    for name, value in row.items():
        if name in options.text:
            row[name] = value if value is None else str(value)
        elif isinstance(value, int):
            require_int64(value, name, path)
    return row


def _value(cell: Any) -> Any:
    if isinstance(cell, str):
        return None if cell in _MISSING else cell
    return cell.isoformat() if isinstance(cell, time) else cell  # a time of day has no date; text keeps it


def _require_moderate(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            total = sum(one.file_size for one in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise unreadable(path, "Excel", str(error)) from error
    if total > MAX_UNPACKED_BYTES:
        raise DataProcessingError(
            f"The file '{path.name}' must unpack to at most {MAX_UNPACKED_BYTES} bytes. Got {total} instead."
        )
