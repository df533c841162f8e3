"""Files of plain JSON under a digest: whole or absent, and never taken when changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from ..core.errors import DataProcessingError, IntegrityError, StoreError
from ..core.files import write_atomically


def digest(text: str) -> str:
    """Return the hash of a text.

    >>> len(digest("any"))
    64
    """
    return hashlib.blake2b(text.encode(), digest_size=32).hexdigest()


def write_sealed(path: Path, form: str, value: dict[str, Any]) -> None:
    """Write a mapping of JSON values; not-a-number is kept.

    Raises:
        StoreError: the file cannot be written; what was there stays.
    """
    content = json.dumps(value, allow_nan=True)
    head = json.dumps({"format": form, "digest": digest(content)})
    write_atomically(path, f"{head}\n{content}\n".encode())


def read_sealed(path: Path, form: str, what: str) -> dict[str, Any]:
    """Return what :func:`write_sealed` wrote.

    Raises:
        StoreError: the file cannot be read.
        DataProcessingError: it is of another format; the sentence calls what is wanted ``what``.
        IntegrityError: it was changed.
    """
    try:
        head, _, content = path.read_text(encoding="utf-8").partition("\n")
        known = json.loads(head)
    except OSError as error:
        raise StoreError(f"Cannot read '{path}': {error.strerror or error}.") from error
    except ValueError as error:
        raise DataProcessingError(f"The file '{path}' must hold a {what}. Got no JSON.") from error
    if not isinstance(known, dict) or known.get("format") != form:
        raise DataProcessingError(f"The file '{path}' must hold a {what} of this format. Got another.")
    content = content.removesuffix("\n")
    if known.get("digest") != digest(content):
        raise IntegrityError(f"The {what} in '{path}' is damaged: its digest differs.")
    read: dict[str, Any] = json.loads(content)
    return read
