"""Artifacts: bytes under their own SHA-256, one directory per tenant."""

from __future__ import annotations

import contextlib
import re
import time
from pathlib import Path

from ..core.canonical import sha256
from ..core.errors import IntegrityError, NotFoundError, ParameterError, StoreError
from ..core.files import sync_directory, write_atomically
from ..core.tenant import Tenant, require_tenant

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CAPITAL = re.compile(r"[A-Z]")
LEFTOVER_SECONDS = 3600.0
"""A ``.part`` file older than this belongs to a writer that died."""


def artifact_place(tenant: Tenant, digest: str) -> tuple[str, str, str]:
    """Return where an artifact lies under any store's root: folder of the tenant, two digits, digest.

    >>> artifact_place(Tenant("Acme"), "0" * 64)[:2]
    ('=acme', '00')
    """
    scope = require_tenant(tenant)
    if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        raise ParameterError.of("digest", "ArtifactStore", "64 hexadecimal digits", digest)
    return _CAPITAL.sub(lambda letter: f"={letter[0].lower()}", scope.id), digest[:2], digest


def artifact_content(data: object) -> tuple[bytes, str]:
    """Return the bytes to store and their digest, or refuse what is no bytes."""
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise ParameterError.of("data", "put", "bytes", type(data).__name__)
    content = bytes(data)
    return content, sha256(content)


def verified(data: bytes | None, digest: str) -> bytes:
    """Return ``data`` when it has that digest.

    Raises:
        NotFoundError: there is nothing (``None``).
        IntegrityError: these bytes have another digest.
    """
    if data is None:
        raise NotFoundError(f"Artifact '{digest}' was not found.")
    if sha256(data) != digest:
        raise IntegrityError(f"The stored bytes of the artifact '{digest}' have changed; restore a backup.")
    return data


class LocalArtifactStore:
    """Artifacts in ``root/<tenant>/<first two digits>/<digest>``.

    Safe to share between threads and processes: a file is written beside its place, synced and renamed, so
    a reader or a crash sees all of it or nothing. Capital letters of a tenant are written ``=a``, because
    some file systems cannot tell them from small ones.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root:
    ...     store = LocalArtifactStore(root)
    ...     digest = store.put(Tenant("acme"), b"weights")
    ...     print(store.get(Tenant("acme"), digest), store.exists(Tenant("other"), digest))
    b'weights' False
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)

    def put(self, tenant: Tenant, data: bytes) -> str:
        """Store durably (file, fsync, rename, fsync of the directory) and return the digest.

        The same bytes again are fine; damaged bytes under that digest are replaced.

        Raises:
            StoreError: the directory cannot be written or the disk is full; nothing is left behind.
        """
        content, digest = artifact_content(data)
        path = self._path(tenant, digest)
        try:
            self._make_directory(path.parent)
            sweep(path.parent)
            if _read(path) == content:
                # Whoever wrote it may not have come to this line yet; durable is what is promised here.
                sync_directory(path.parent)
                return digest
        except OSError as error:
            raise StoreError(f"Cannot write '{path}': {error.strerror or error}.") from error
        write_atomically(path, content)
        return digest

    def get(self, tenant: Tenant, digest: str) -> bytes:
        """Return exactly the bytes that were put: the bytes that are checked are the bytes returned.

        Raises:
            NotFoundError: this tenant has none of that digest.
            IntegrityError: the stored bytes no longer have that digest.
            StoreError: the file cannot be read.
        """
        path = self._path(tenant, digest)
        try:
            data = _read(path)
        except OSError as error:
            raise StoreError(f"Cannot read the artifact '{digest}': {error.strerror or error}.") from error
        return verified(data, digest)

    def exists(self, tenant: Tenant, digest: str) -> bool:
        """Say whether this tenant has it."""
        return self._path(tenant, digest).is_file()

    def delete(self, tenant: Tenant, digest: str) -> None:
        """Remove it; absent is fine.

        Raises:
            StoreError: the directory cannot be written.
        """
        path = self._path(tenant, digest)
        try:
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                sync_directory(path.parent)
        except OSError as error:
            raise StoreError(f"Cannot delete the artifact '{digest}': {error.strerror or error}.") from error

    def locate(self, tenant: Tenant, digest: str) -> str:
        """Return where it lies, for people and logs."""
        return str(self._path(tenant, digest))

    def _path(self, tenant: Tenant, digest: str) -> Path:
        return self.root.joinpath(*artifact_place(tenant, digest))

    def _make_directory(self, directory: Path) -> None:
        # A new directory is durable only once the one that names it is synced.
        if directory.is_dir():
            return
        if directory != self.root:
            self._make_directory(directory.parent)
            directory.mkdir(exist_ok=True)
        else:
            directory.mkdir(parents=True, exist_ok=True)
        sync_directory(directory.parent)


def sweep(directory: Path, older_than_seconds: float = LEFTOVER_SECONDS) -> int:
    """Remove what killed writers left in ``directory``; return how many files. Young ones are left alone."""
    removed = 0
    oldest = time.time() - older_than_seconds
    for part in directory.glob(".*.part"):
        with contextlib.suppress(FileNotFoundError):  # another process sweeps too
            if part.stat().st_mtime < oldest:
                part.unlink()
                removed += 1
    return removed


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
