"""JSON lines (one object per line), or one JSON array of objects."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pandas as pd
import pyarrow as pa

from ml_analytics.core.errors import DataProcessingError, ParameterError

from .options import (
    ReadOptions,
    no_rows,
    require_int64,
    require_rows,
    unknown_encoding,
    unreadable,
    wrong_encoding,
)
from .rows import table_of, tables_of

MAX_LINE = 64 << 20
"""Characters of one line when read in chunks: more would not be a chunk."""

Row = dict[str, Any]


def read(path: Path, options: ReadOptions) -> pa.Table | pd.DataFrame:
    """Read all objects; a key that an object lacks is a missing value."""
    return require_rows(table_of(list(_objects(path, options)), arrow=options.arrow), path)


def read_chunks(path: Path, options: ReadOptions, rows: int) -> Iterator[pa.Table | pd.DataFrame]:
    """Yield frames of ``rows`` rows with the same types; the lines are read twice, one at a time."""
    empty = True
    for frame in tables_of(lambda: _objects(path, options, MAX_LINE), rows, arrow=options.arrow):
        empty = False
        yield frame
    if empty:
        raise no_rows(path)


def _objects(path: Path, options: ReadOptions, longest: int = -1) -> Iterator[Row]:
    """Yield one object after the other; with ``longest`` a line may have that many characters."""
    with _opened(path, options) as text:
        start, number = _first_line(text, longest, path)
        if start.lstrip().startswith("["):
            if longest > 0:
                raise ParameterError.of(
                    "source", "DataLoader.load_chunks", "JSON lines (an array has no chunks)", path.name
                )
            yield from _array(start + text.read(), path, options)
            return
        line = start
        while line:
            if line.strip():
                yield _checked(_decoded(line, path, f"line {number}"), number, path, options)
            line, number = _line(text, longest, path, number), number + 1


def _first_line(text: IO[str], longest: int, path: Path) -> tuple[str, int]:
    number = 1
    while (line := _line(text, longest, path, number - 1)) and not line.strip():
        number += 1
    return line, number


def _line(text: IO[str], longest: int, path: Path, before: int) -> str:
    line = text.readline(longest)
    if 0 < longest <= len(line) and not line.endswith("\n"):
        raise unreadable(path, "JSON lines", f"line {before + 1} is longer than {longest} characters")
    return line


def _array(text: str, path: Path, options: ReadOptions) -> Iterator[Row]:
    for number, row in enumerate(_decoded(text, path, "the array"), start=1):
        yield _checked(row, number, path, options)


@contextmanager
def _opened(path: Path, options: ReadOptions) -> Iterator[IO[str]]:
    encoding = "utf-8-sig" if options.encoding.lower() in ("utf-8", "utf8") else options.encoding
    try:
        with path.open("rb") as raw:
            binary: Any = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
            # Lines end at "\n" alone: other line ends of Unicode may stand inside a JSON text.
            with io.TextIOWrapper(binary, encoding=encoding, newline="\n") as text:
                yield text
    except UnicodeError as error:
        raise wrong_encoding(path, options.encoding) from error
    except LookupError as error:
        raise unknown_encoding(options.encoding) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise unreadable(path, "gzip", str(error)) from error


def _decoded(text: str, path: Path, where: str) -> Any:
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_constant, parse_float=_number)
        if "\\u" in text:
            _require_clean(value)
    except RecursionError as error:
        raise unreadable(path, "JSON lines", f"values nested too deeply in {where}") from error
    except ValueError as error:
        raise unreadable(path, "JSON lines", f"{error} in {where}") from error
    return value


def _unique(pairs: list[tuple[str, Any]]) -> Row:
    row = dict(pairs)
    if len(row) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key '{twice}' stands twice")
    return row


def _constant(word: str) -> None:
    """Read ``NaN``, which some writers use for a missing value; infinity is no JSON."""
    if word != "NaN":
        raise ValueError(f"{word} is no JSON value")


def _number(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"the number {digits[:40]} is beyond the range of 64-bit floats")
    return value


def _require_clean(value: Any) -> None:
    """Refuse what no database and no file could take back: NUL and halves of surrogate pairs."""
    text = json.dumps(value, ensure_ascii=False)
    if "\\u0000" in text:
        raise ValueError("a NUL character")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("half of a surrogate pair")


def _checked(row: Any, number: int, path: Path, options: ReadOptions) -> Row:
    if not isinstance(row, dict):
        raise DataProcessingError(
            f"Every line of '{path.name}' must be a JSON object. Got {type(row).__name__} in row {number}."
        )
    for name, value in row.items():
        if name in options.text:
            row[name] = value if value is None else str(value)
        elif isinstance(value, int):
            require_int64(value, name, path)
    return row
