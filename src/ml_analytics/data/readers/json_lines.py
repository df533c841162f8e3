"""JSON lines (one object per line), or one JSON array of objects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from ml_analytics.core.errors import DataProcessingError

from .options import ReadOptions, read_bytes, require_int64, require_rows, unreadable


def read(path: Path, options: ReadOptions) -> pd.DataFrame:
    """Read all objects; a key that an object lacks is a missing value."""
    try:
        text = read_bytes(path).decode("utf-8-sig" if options.encoding == "utf-8" else options.encoding)
    except (UnicodeError, LookupError) as error:
        raise DataProcessingError(
            f"The file '{path.name}' must be {options.encoding} text. Got bytes that are not; "
            f"pass encoding='latin-1' or whatever the file was written in (on the command line --encoding latin-1)."
        ) from error
    rows = list(_objects(text, path))
    for row in rows:
        for name, value in row.items():
            if isinstance(value, int):
                require_int64(value, name, path)
    frame = pd.DataFrame(rows)
    for name in options.text:
        if name in frame:
            frame[name] = frame[name].map(str, na_action="ignore")
    return require_rows(frame, path)


def _objects(text: str, path: Path) -> list[dict[str, Any]]:
    if text.lstrip().startswith("["):
        rows = _decoded(text, path, "the array")
        if not isinstance(rows, list):  # pragma: no cover - text that starts with '[' decodes to a list
            rows = []
    else:
        rows = [
            _decoded(line, path, f"line {number}")
            for number, line in enumerate(text.splitlines(), start=1)
            if line.strip()
        ]
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise DataProcessingError(
                f"Every line of '{path.name}' must be a JSON object. Got {type(row).__name__} in row {number}."
            )
    return rows


def _decoded(text: str, path: Path, where: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except RecursionError as error:
        raise unreadable(path, "JSON lines", f"values nested too deeply in {where}") from error
    except ValueError as error:
        raise unreadable(path, "JSON lines", f"{error} in {where}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key '{twice}' stands twice")
    return row
