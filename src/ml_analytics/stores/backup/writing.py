"""Make a backup: tables at one moment, then documents, then artifacts, then the manifest."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path

from ... import __version__
from ...core.errors import ConflictError, IntegrityError, NotFoundError, StoreError
from ...core.files import make_directory, sync_directory, write_atomically
from ...core.names import identifier
from ...core.progress import Progress, Silent
from ...core.protocols import Records
from ...core.tenant import Tenant, require_tenant
from ..migrate import HEAD
from ..records import rules_of
from ..stores import Stores
from .canonical import canonical_document, canonical_row, written_document, written_row
from .content import ContentHash, LineHash, artifacts_hash, missing_artifact, part_hash
from .files import FileEntry, LineWriter, creating, read_artifact
from .layout import (
    INCOMPLETE,
    MANIFEST,
    TENANTS,
    artifact_path,
    collection_path,
    files_in,
    folder,
    table_path,
)
from .manifest import Manifest, TenantEntry
from .report import BackupReport
from .snapshot import TABLES, UNHASHED, counts, digests_of, pages, referenced

RAW = ("raw_market", "social", "text")
"""Collections whose documents wait for promotion when they come in."""

_RAW_FIELD = "raw_content"
"""What a document has that was ingested raw, whatever its collection is called."""

_ATTEMPTS = 5
_NOTE = b"A backup is being written here, or was given up; the same backup started again goes on.\n"
_EVERY = 500


def backup(
    stores: Stores,
    destination: str | Path,
    tenant: Tenant | None = None,
    *,
    queued: Iterable[str] = RAW,
    progress: Progress | None = None,
) -> BackupReport:
    """Write everything of ``tenant``, or of all tenants, to the directory ``destination``.

    Writers may go on meanwhile. A tenant's tables are read at one moment; documents are read after it, so that
    all that tables refer to is there; every artifact that a row names is read, checked and copied. The
    manifest comes last: without it there is no backup. Killed or failed, the same call goes on in the same
    directory. The files hold everything that the tables hold, hashes of API keys included, and are readable
    by this user only.

    Args:
        stores: the open stores.
        destination: a directory that is absent or empty, or holds a backup that was not finished.
        tenant: whose; ``None`` means everything.
        queued: further collections whose documents are to wait for promotion again when they are restored, since
            promotion may have been between tables and documents. Those that hold raw documents (ingested as
            they came, with ``raw_content``) or had waiting ones before or after the tables were read are so anyway.
        progress: told of each tenant and how far it is.

    Raises:
        ConflictError: the destination holds something.
        NotFoundError: the tenant has nothing.
        IntegrityError: an artifact that a row names is missing or damaged in the store.
        StoreError: a store cannot be read, or the destination not written (full disk, permissions).
    """
    root, listener = Path(destination), progress or Silent()
    waiting = frozenset(identifier(name, "queued", "backup") for name in queued)
    tenants = _everyone(stores) if tenant is None else [require_tenant(tenant)]
    if tenant is not None and not _has_anything(stores, tenant):
        raise NotFoundError(f"The tenant '{tenant.id}' has nothing to back up.")
    _begin(root)
    began = datetime.now(UTC)
    entries: dict[str, TenantEntry] = {}
    for scope in tenants:
        listener.stage(f"backup-Tenant {scope.id}")
        entries[scope.id] = _write_tenant(stores, root, scope, waiting, listener)
    manifest = Manifest(began, __version__, HEAD, entries)
    _finish(root, manifest)
    return BackupReport.of(root, manifest)


def _everyone(stores: Stores) -> list[Tenant]:
    known = {one.id for one in (*stores.records.tenants(), *stores.documents.tenants())}
    return [Tenant(name) for name in sorted(known)]


def _has_anything(stores: Stores, tenant: Tenant) -> bool:
    with stores.records.read(tenant) as records:
        found = counts(records)
    return bool(found.keys() - UNHASHED) or bool(stores.documents.collections(tenant))


# -- the directory ---------------------------------------------------------------------------------------


def _begin(root: Path) -> None:
    """Mark the directory as ours, or go on in one that is."""
    try:
        if (root / MANIFEST).exists():
            raise ConflictError(f"There is a backup in '{root}' already: give another directory.")
        if not root.is_dir():
            make_directory(root.parent)
            root.mkdir(mode=0o700)
        found = sorted(entry.name for entry in root.iterdir() if not _is_part(entry))
        if INCOMPLETE not in found:
            if found:
                raise ConflictError(f"The directory '{root}' is not empty: it holds '{found[0]}'.")
            write_atomically(root / INCOMPLETE, _NOTE)
        elif strange := sorted(set(found) - {INCOMPLETE, TENANTS}):
            raise ConflictError(f"The directory '{root}' holds '{strange[0]}', which is no part of a backup.")
        _remove_parts(root)
    except OSError as error:
        raise StoreError(f"Cannot write a backup to '{root}': {error.strerror or error}.") from error


def _is_part(path: Path) -> bool:
    return path.name.startswith(".") and path.name.endswith(".part")


def _remove_parts(root: Path) -> None:
    for entry in root.iterdir():
        if _is_part(entry):
            entry.unlink(missing_ok=True)


def _finish(root: Path, manifest: Manifest) -> None:
    """Remove what an earlier attempt left, make all durable, then say that it is complete."""
    wanted = manifest.paths()
    try:
        for path in [*files_in(root)]:
            if path != INCOMPLETE and path not in wanted:
                (root / path).unlink()
        for directory in {parent for path in wanted for parent in (root / path).parents}:
            if directory == root or root in directory.parents:
                sync_directory(directory)
        manifest.write(root)
        (root / INCOMPLETE).unlink(missing_ok=True)
        sync_directory(root)
    except OSError as error:
        raise StoreError(f"Cannot write a backup to '{root}': {error.strerror or error}.") from error


# -- one tenant ------------------------------------------------------------------------------------------


class _Moved(Exception):  # noqa: N818 - no error: the tenant changed under the copy
    """An artifact of the snapshot was deleted, by its rights, before it was copied."""


class _Steps:
    """How far one tenant is."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def advance(self, done: int) -> None:
        self._done += done
        self._total = max(self._total, self._done)
        self._progress.advance(self._done, self._total)


def _write_tenant(
    stores: Stores, root: Path, tenant: Tenant, queued: Collection[str], progress: Progress
) -> TenantEntry:
    for _ in range(_ATTEMPTS):
        try:
            return _attempt(stores, root, tenant, queued, progress)
        except _Moved:
            continue
    raise StoreError(
        f"The tenant '{tenant.id}' deleted artifacts faster than they could be copied: try again later."
    )


def _attempt(
    stores: Stores, root: Path, tenant: Tenant, queued: Collection[str], progress: Progress
) -> TenantEntry:
    home = root / TENANTS / folder(tenant.id)
    for part in ("records", "documents"):
        shutil.rmtree(home / part, ignore_errors=True)
    hashes: dict[str, LineHash] = {}
    digests: set[str] = set()
    waiting = _waiting(stores, tenant)  # before the tables: a promotion from now on may be in neither part
    with stores.records.read(tenant) as records:
        steps = _Steps(progress, sum(counts(records).values()))
        tables = _write_tables(records, root, hashes, digests, steps.advance)
    rows = part_hash(hashes)
    hashes = {}
    collections, raw = _write_documents(stores, root, tenant, hashes, steps.advance)
    waiting |= raw | _waiting(stores, tenant)
    artifacts = _write_artifacts(stores, root, tenant, digests, steps.advance)
    content = ContentHash.of(rows, part_hash(hashes), artifacts_hash(digests))
    again = tuple(sorted(collections.keys() & (waiting | set(queued))))
    return TenantEntry(tables, collections, again, artifacts, content)


def _write_tables(
    records: Records,
    root: Path,
    hashes: dict[str, LineHash],
    digests: set[str],
    advance: Callable[[int], None],
) -> dict[str, FileEntry]:
    written: dict[str, FileEntry] = {}
    for table in TABLES:
        name, rules = table.name, rules_of(table.name)
        hashes[name] = LineHash()
        if not records.count(name):
            continue
        with creating(root / table_path(records.tenant.id, name)) as file:
            writer = LineWriter(file)
            for page in pages(records, table):
                for row in page:
                    writer.write(written_row(rules, row))
                    hashes[name].add(canonical_row(rules, row))
                    digests.update(digests_of(name, row))
                advance(len(page))
            written[name] = writer.finish()
    return written


def _write_documents(
    stores: Stores, root: Path, tenant: Tenant, hashes: dict[str, LineHash], advance: Callable[[int], None]
) -> tuple[dict[str, FileEntry], set[str]]:
    """Return the files by collection, and the collections that hold raw documents."""
    written: dict[str, FileEntry] = {}
    raw: set[str] = set()
    for name in stores.documents.collections(tenant):
        collection = stores.documents.collection(tenant, name)
        hashes[name] = lines = LineHash()
        with creating(root / collection_path(tenant.id, name)) as file:
            writer = LineWriter(file)
            for document in collection.find():
                writer.write(written_document(document))
                lines.add(canonical_document(document))
                if _RAW_FIELD in document:
                    raw.add(name)
                if lines.lines % _EVERY == 0:
                    advance(_EVERY)
            written[name] = writer.finish()
        advance(lines.lines % _EVERY)
    return written, raw


def _waiting(stores: Stores, tenant: Tenant) -> set[str]:
    """Return the collections in which documents wait."""
    return {
        name
        for name in stores.documents.collections(tenant)
        if next(iter(stores.documents.collection(tenant, name).pending(limit=1)), None) is not None
    }


def _write_artifacts(
    stores: Stores, root: Path, tenant: Tenant, digests: set[str], advance: Callable[[int], None]
) -> dict[str, int]:
    written: dict[str, int] = {}
    for digest in sorted(digests):
        path = artifact_path(tenant.id, digest)
        size = _kept_already(root, path)
        if size is None:
            data = _artifact(stores, tenant, digest)
            with creating(root / path) as file:
                file.write(data)
            size = len(data)
        written[digest] = size
        advance(1)
    return written


def _kept_already(root: Path, path: str) -> int | None:
    """Return the size of an artifact that an earlier attempt has copied in full."""
    try:
        size = (root / path).lstat().st_size
        read_artifact(root, path, size)
    except (OSError, StoreError, IntegrityError):
        return None
    return size


def _artifact(stores: Stores, tenant: Tenant, digest: str) -> bytes:
    try:
        return stores.artifacts.get(tenant, digest)
    except NotFoundError as error:
        with stores.records.read(tenant) as records:
            still = digest in referenced(records)
        if still:
            raise missing_artifact(digest) from error
        raise _Moved from error
