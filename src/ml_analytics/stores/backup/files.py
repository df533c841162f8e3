"""The files of a backup: written with their hash as they grow, read with bounds and checked to the last byte."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ...core.errors import IntegrityError, StoreError
from ...core.files import make_directory

_CHUNK = 1 << 20
_GZIP = 31  # zlib's number for a gzip header and trailer
LONGEST_LINE = 1 << 28
"""A longer line is no row: memory stays bounded whatever a file says."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What the manifest says of a file of lines: its lines, its bytes and their SHA-256, its bytes unpacked."""

    lines: int
    bytes: int
    sha256: str
    unpacked: int


class LineWriter:
    """Writes lines to a gzip file, bounded in memory; the same lines make the same bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._pack = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
        self._hash = hashlib.sha256()
        self._lines = self._bytes = self._unpacked = 0

    def write(self, line: bytes) -> None:
        """Add one line (it ends in a newline)."""
        self._lines += 1
        self._unpacked += len(line)
        self._put(self._pack.compress(line))

    def finish(self) -> FileEntry:
        """Write what is left and return what the manifest has to say."""
        self._put(self._pack.flush())
        return FileEntry(self._lines, self._bytes, self._hash.hexdigest(), self._unpacked)

    def _put(self, data: bytes) -> None:
        if data:
            self._hash.update(data)
            self._bytes += len(data)
            self._file.write(data)


@contextlib.contextmanager
def creating(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing, made durable at the end; what a killed backup left there is replaced.

    Raises:
        StoreError: it cannot be written, or the disk is full.
    """
    try:
        make_directory(path.parent)
        path.unlink(missing_ok=True)
        with path.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(f"Cannot write '{path}': {error.strerror or error}.") from error


@contextlib.contextmanager
def opened(root: Path, path: str, size: int) -> Iterator[IO[bytes]]:
    """Open a file of the backup: a plain one of exactly that size; links are not followed.

    Raises:
        IntegrityError: it is missing, no plain file, or of another size.
        StoreError: it cannot be read.
    """
    try:
        descriptor = os.open(root / path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError as error:
        raise IntegrityError(f"The backup's file '{path}' is missing.") from error
    except OSError as error:
        raise StoreError(f"Cannot read the backup's file '{path}': {error.strerror or error}.") from error
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size != size:
            raise IntegrityError(
                f"The backup's file '{path}' has {found.st_size} bytes and should have {size}."
            )
        yield file


def read_lines(root: Path, path: str, entry: FileEntry) -> Iterator[bytes]:
    """Yield the lines of a file; it must be read to the end, where the last checks are made.

    Raises:
        IntegrityError: the bytes are not those that were written, or unpack to more than was declared.
        StoreError: it cannot be read.
    """
    changed = IntegrityError(
        f"The backup's file '{path}' was changed: its SHA-256 is not the one in the manifest."
    )
    packed, lines, rest = hashlib.sha256(), 0, b""
    with opened(root, path, entry.bytes) as file:
        for piece in _unpacked(file, packed, path, entry):
            parts = (rest + piece).split(b"\n")
            rest = parts.pop()
            if len(rest) > LONGEST_LINE:
                raise IntegrityError(f"The backup's file '{path}' has a line that is too long.")
            for part in parts:
                lines += 1
                yield part
    if rest or lines != entry.lines or packed.hexdigest() != entry.sha256:
        raise changed


def read_artifact(root: Path, path: str, size: int) -> bytes:
    """Return the bytes of an artifact; its name is its SHA-256. Errors as :func:`read_lines`."""
    with opened(root, path, size) as file:
        try:
            data = file.read(size + 1)
        except OSError as error:
            raise StoreError(f"Cannot read the backup's file '{path}': {error.strerror or error}.") from error
    if len(data) != size or hashlib.sha256(data).hexdigest() != path.rpartition("/")[2]:
        raise IntegrityError(f"The backup's file '{path}' was changed: its SHA-256 is not its name.")
    return data


def _unpacked(file: IO[bytes], packed: hashlib._Hash, path: str, entry: FileEntry) -> Iterator[bytes]:
    unpack, total = zlib.decompressobj(_GZIP), 0
    try:
        while chunk := file.read(_CHUNK):
            packed.update(chunk)
            piece = b"more"
            while chunk or len(piece) == _CHUNK:
                piece = unpack.decompress(chunk, _CHUNK)
                chunk = unpack.unconsumed_tail
                total += len(piece)
                if total > entry.unpacked:
                    raise IntegrityError(
                        f"The backup's file '{path}' unpacks to more than the {entry.unpacked} bytes declared."
                    )
                yield piece
            if unpack.eof:
                break
    except zlib.error as error:
        raise IntegrityError(f"The backup's file '{path}' was changed: it cannot be unpacked.") from error
    except OSError as error:
        raise StoreError(f"Cannot read the backup's file '{path}': {error.strerror or error}.") from error
    if not unpack.eof or unpack.unused_data or total != entry.unpacked:
        raise IntegrityError(f"The backup's file '{path}' was changed: it is cut short or too long.")
