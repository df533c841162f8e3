"""Excel workbooks (.xlsx): the cells' last computed values; formulas are not run."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pandas as pd

from ml_analytics.core.errors import DataProcessingError
from ml_analytics.core.optional import require

from .options import ReadOptions, require_rows, require_unique, unreadable

MAX_UNPACKED_BYTES = 1 << 30
"""A workbook is a zip file: one that unpacks to more than this is refused unread."""


def read(path: Path, options: ReadOptions) -> pd.DataFrame:
    """Read one sheet whose first row (unless names are given) holds the column names."""
    require("openpyxl", "excel", "Reading Excel files")
    _require_moderate(path)
    try:
        cells = pd.read_excel(path, sheet_name=options.sheet, header=None, engine="openpyxl")
    except ValueError as error:
        if "Worksheet" in str(error):
            raise DataProcessingError(
                f"The 'sheet' parameter of DataLoader must be a sheet of '{path.name}'. "
                f"Got {options.sheet!r} instead."
            ) from error
        raise unreadable(path, "Excel", str(error)) from error
    except (KeyError, OSError, zipfile.BadZipFile, SyntaxError) as error:
        raise unreadable(path, "Excel", str(error)) from error
    if not len(cells):
        return require_rows(cells, path)
    names: list[Any] = list(options.names) if options.names else [_name(cell) for cell in cells.iloc[0]]
    require_unique(names, path)
    if len(names) != cells.shape[1]:
        raise DataProcessingError(
            f"The 'names' parameter of DataLoader must have {cells.shape[1]} names. Got {len(names)} instead."
        )
    body = cells if options.names else cells.iloc[1:]
    frame = pd.DataFrame(
        {name: _typed(body[column], name in options.text) for name, column in zip(names, cells, strict=True)}
    )
    return require_rows(frame.reset_index(drop=True), path)


def _name(cell: object) -> str:
    return "" if cell is None or cell != cell else str(cell)  # noqa: PLR0124 - NaN is an empty cell


def _typed(column: pd.Series, as_text: bool) -> pd.Series:
    if as_text:
        return column.map(str, na_action="ignore")
    return pd.Series(column.tolist(), index=column.index)


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
