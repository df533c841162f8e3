"""Files that are either there in full or not there at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from .errors import StoreError


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` so that a crash leaves the old file or the new one, never a part.

    Order: temporary file in the same directory, fsync, rename, fsync of the directory.

    Raises:
        StoreError: the directory cannot be written or the disk is full; nothing is left behind.
    """
    with replacing(path) as temporary:
        temporary.write_bytes(data)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to; on success it durably becomes ``path``, on error it is removed."""
    temporary: Path | None = None
    try:
        make_directory(path.parent)
        with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as handle:
            temporary = Path(handle.name)
        yield temporary
        with temporary.open("r+b") as written:  # some systems sync only what may be written
            os.fsync(written.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
        sync_directory(path.parent)
    except OSError as error:
        raise StoreError(f"Cannot write '{path}': {error.strerror or error}.") from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def make_directory(directory: Path) -> None:
    """Make ``directory`` and what is missing above it, each durable in the one above."""
    missing = [one for one in (directory, *directory.parents) if not one.exists()]
    directory.mkdir(parents=True, exist_ok=True)
    for one in missing:
        sync_directory(one.parent)


def sync_directory(directory: Path) -> None:
    """Make renames in ``directory`` durable (a no-op where directories cannot be opened)."""
    if os.name == "nt":  # pragma: no cover - Windows has no directory handles to sync
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
