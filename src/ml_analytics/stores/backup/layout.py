"""Where a backup's files lie. Paths are made here from checked names and never read from a backup."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from ...core.errors import IntegrityError, StoreError

MANIFEST = "manifest.json"
INCOMPLETE = "incomplete"
"""The mark of a backup that is being written: a later one may go on in that directory."""

TENANTS = "tenants"
_CAPITAL = re.compile(r"[A-Z]")


def folder(name: str) -> str:
    """Return a name for a file; some file systems cannot tell capital letters from small ones.

    >>> folder("Acme.Corp")
    '=acme.=corp'
    """
    return _CAPITAL.sub(lambda letter: f"={letter[0].lower()}", name)


def table_path(tenant: str, table: str) -> str:
    """Return where a table's rows are, relative to the backup."""
    return f"{TENANTS}/{folder(tenant)}/records/{table}.jsonl.gz"


def collection_path(tenant: str, collection: str) -> str:
    """Return where a collection's documents are."""
    return f"{TENANTS}/{folder(tenant)}/documents/{folder(collection)}.jsonl.gz"


def artifact_path(tenant: str, digest: str) -> str:
    """Return where an artifact is."""
    return f"{TENANTS}/{folder(tenant)}/artifacts/{digest[:2]}/{digest}"


def files_in(root: Path) -> Iterator[str]:
    """Yield the relative path of every file below ``root``.

    Raises:
        IntegrityError: a link, or something else that is neither file nor directory.
        StoreError: a directory cannot be read.
    """
    waiting = [""]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(root / here) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            raise StoreError(f"Cannot read '{root / here}': {error.strerror or error}.") from error
        for entry in entries:
            path = f"{here}/{entry.name}" if here else entry.name
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                waiting.append(path)
            elif stat.S_ISREG(mode):
                yield path
            else:
                raise IntegrityError(f"The backup holds '{path}', which is no plain file.")
