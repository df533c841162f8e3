"""What a reader is told besides the path, and the checks that all readers share."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ml_analytics.core.errors import DataProcessingError


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """``text``: columns kept as text; ``names``: column names of a file without a header; ``encoding``.

    ``arrow``: the caller wants Arrow or polars, whose columns hold values of one type.
    """

    text: tuple[str, ...] = ()
    names: tuple[str, ...] | None = None
    encoding: str = "utf-8"
    sheet: str | int = 0
    arrow: bool = False


def read_bytes(path: Path) -> bytes:
    """Return the bytes of ``path``, unpacked when it ends in ``.gz``.

    Raises:
        DataProcessingError: the packed file is damaged or is not gzip.
    """
    raw = path.read_bytes()
    if path.suffix != ".gz":
        return raw
    try:
        return gzip.decompress(raw)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise unreadable(path, "gzip", str(error)) from error


def unreadable(path: Path, kind: str, detail: str) -> DataProcessingError:
    """Build the sentence for a file that is not what its name says."""
    words = " ".join(detail.split())
    return DataProcessingError(
        f"The file '{path.name}' must be readable as {kind}. Got: {words[:160].rstrip(' .')}."
    )


def require_unique(names: Sequence[str], path: Path) -> None:
    """Refuse a header that names a column twice.

    Raises:
        DataProcessingError: it does.
    """
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise DataProcessingError(
                f"The column names of '{path.name}' must be unique. Got '{name}' more than once."
            )
        seen.add(name)


def require_rows(frame: Any, path: Path) -> Any:
    """Refuse a table without rows.

    Raises:
        DataProcessingError: it has none.
    """
    if len(frame) == 0:
        raise no_rows(path)
    return frame


def no_rows(path: Path) -> DataProcessingError:
    """Build the sentence for a file without rows."""
    return DataProcessingError(f"The file '{path.name}' must have at least one row. Got no rows.")


def wrong_encoding(path: Path, encoding: str) -> DataProcessingError:
    """Build the sentence for a text file in another encoding."""
    return DataProcessingError(
        f"The file '{path.name}' must be {encoding} text. Got bytes that are not; "
        f"pass encoding='latin-1', 'utf-16' or whatever the file was written in (on the command line "
        f"--encoding latin-1)."
    )


def unknown_encoding(encoding: str) -> DataProcessingError:
    """Build the sentence for an encoding that Python does not know."""
    return DataProcessingError(
        f"The 'encoding' parameter of DataLoader must be a known encoding. Got {encoding!r} instead."
    )


def require_int64(value: object, column: str, path: Path) -> None:
    """Refuse a whole number beyond 64 bits: as a float it would silently become another number.

    Raises:
        DataProcessingError: it does not fit.
    """
    limits = np.iinfo(np.int64)
    if isinstance(value, int) and not limits.min <= value <= limits.max:
        digits = str(value) if value.bit_length() < 10_000 else f"{value.bit_length()} bits"
        raise too_large(digits, column, path)


def too_large(digits: str, column: str, path: Path) -> DataProcessingError:
    """Build the sentence for a whole number beyond 64 bits."""
    shown = digits if len(digits) <= 40 else f"{digits[:20]}… ({len(digits)} digits)"
    return DataProcessingError(
        f"The column '{column}' of '{path.name}' must hold whole numbers of at most 64 bits. Got {shown}; "
        f"pass text=['{column}'] to keep it as text."
    )
