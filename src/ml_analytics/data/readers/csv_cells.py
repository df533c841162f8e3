"""What the cells of a CSV file say beyond their type: exact numbers, unclosed quotes, a missing header."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import isinf
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ml_analytics.core.errors import DataProcessingError
from ml_analytics.core.ohlcv import OHLCV

from .frames import EXACT
from .options import ReadOptions, too_large

_WHOLE_NUMBER = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_SHORT_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d.*")


def may_be_inexact(column: pa.Array | pa.ChunkedArray) -> bool:
    """Say whether a column of floats may have been rounded: beyond 2**53 or infinite."""
    return bool(pa.types.is_floating(column.type) and (pc.max(pc.abs(column)).as_py() or 0.0) >= EXACT)


def require_exact(cells: Iterable[str | None], name: str, path: Path) -> None:
    """Refuse whole numbers that a float rounds, and numbers beyond a float's range.

    Raises:
        DataProcessingError: there is one.
    """
    for cell in cells:
        digits = (cell or "").strip()
        if _WHOLE_NUMBER.fullmatch(digits):
            if len(digits) > 15:
                _require_exact_whole(digits, name, path)
        elif _DECIMAL.fullmatch(digits) and isinf(float(digits)):
            raise DataProcessingError(
                f"The column '{name}' of '{path.name}' must hold numbers in the range of 64-bit floats. "
                f"Got {digits[:40]}; pass text=['{name}'] to keep it as text."
            )


def _require_exact_whole(digits: str, name: str, path: Path) -> None:
    if len(digits) > 4000 or not -(2**63) <= int(digits) < 2**63:
        raise too_large(digits, name, path)
    # What a program wrote as the shortest digits of a float is that float, though its digits go on.
    if int(digits) not in (int(float(digits)), int(Decimal(repr(float(digits))))):
        raise DataProcessingError(
            f"The column '{name}' of '{path.name}' must hold whole numbers up to 2**53 beside decimals. "
            f"Got {digits}; pass text=['{name}'] to keep it as text."
        )


def require_closed_quotes(last: pa.Array | pa.ChunkedArray, tail: str, quotes: int, path: Path) -> None:
    """Refuse a file that ends inside a quoted cell: everything behind the quote would be that cell.

    ``last`` is the last column, ``tail`` the end of the file, ``quotes`` how many quotes there are in all.

    Raises:
        DataProcessingError: it does.
    """
    if quotes % 2 == 0 or not len(last) or not is_text(last.type):
        return
    if _is_open(last[-1].as_py(), tail):
        raise DataProcessingError(
            f"The file '{path.name}' must close every quote. Got a quoted cell without an end in the last row."
        )


def _is_open(cell: str | None, tail: str) -> bool:
    if cell is None or not tail.endswith('"' + cell.replace('"', '""')):
        return False
    if cell.strip('"'):
        return True
    return (len(tail) - len(tail.rstrip('"'))) % 2 == 1  # nothing but quotes: one is without its other


def warn_of_missing_header(names: Sequence[str], options: ReadOptions, path: Path) -> None:
    """Warn when what was taken for column names looks like a row of values."""
    if options.names is None and names and all(_looks_like_value(name) for name in names):
        warnings.warn(
            f"The first row of '{path.name}' was read as column names and looks like values "
            f"({', '.join(names[:3])}); pass names=[...] if the file has no header.",
            UserWarning,
            stacklevel=5,
        )


def _looks_like_value(name: str) -> bool:
    return bool(_DECIMAL.fullmatch(name.strip()) or _DATE.fullmatch(name.strip()))


def is_text(kind: pa.DataType) -> bool:
    """Say whether a column is text."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def with_bars_by_cell(frame: pd.DataFrame, table: pa.Table, options: ReadOptions) -> pd.DataFrame:
    """Read the text columns of a table of bars cell by cell: one bad cell must not condemn the others.

    Only where all five columns of bars are there; the cells that are numbers get the type they would have
    without the bad ones, so that the same row in a mended file is the same row.
    """
    for name in bars_as_text(table, options):
        frame[name] = pd.Series(_by_cell(table.column(name).to_pylist()), frame.index, dtype=object)
    return frame


def bars_as_text(table: pa.Table, options: ReadOptions) -> list[str]:
    """Return the columns of bars that a bad cell made text."""
    if not set(OHLCV) <= {name.lower() for name in table.column_names}:
        return []
    return [
        name
        for name in table.column_names
        if name.lower() in OHLCV and name not in options.text and is_text(table.column(name).type)
    ]


def _by_cell(cells: list[str | None]) -> list[int | float | str | None]:
    stripped = [cell.strip(" \t") if cell is not None else None for cell in cells]
    numeric = [cell is not None and _SHORT_DECIMAL.fullmatch(cell) is not None for cell in stripped]
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
