"""Read a backup to its last byte and hold it against its manifest."""

from __future__ import annotations

from pathlib import Path

from ...core.errors import IntegrityError
from ...core.progress import Progress, Silent
from ..records import rules_of
from .canonical import canonical_document, canonical_row, read_document, read_row
from .content import ContentHash, LineHash, artifacts_hash, part_hash
from .files import read_artifact, read_lines
from .layout import INCOMPLETE, MANIFEST, artifact_path, collection_path, files_in, table_path
from .manifest import Manifest, TenantEntry, read_manifest
from .report import BackupReport
from .snapshot import digests_of


def verify(source: str | Path, *, progress: Progress | None = None) -> BackupReport:
    """Read every byte of a backup and return what it holds.

    The manifest says which files there are, how long, with which SHA-256, and what the content of each tenant
    hashes to; all of it must be so, and nothing else may be there. This finds damage. It does not find a
    forger, who could write a manifest of his own: keep backups where only you can write.

    Raises:
        NotFoundError: there is no complete backup.
        IntegrityError: a file is missing, changed, cut short, too many, a link, or unpacks to more than it says.
        StoreError: the backup is of a newer format, or cannot be read.
    """
    root = Path(source)
    manifest = read_manifest(root)
    check_files(root, manifest)
    listener = progress or Silent()
    for name, entry in manifest.tenants.items():
        listener.stage(f"verify-Checking tenant {name}")
        _check_tenant(root, name, entry, listener)
    return BackupReport.of(root, manifest)


def check_files(root: Path, manifest: Manifest) -> None:
    """Hold the directory's files to those that the manifest implies.

    Raises:
        IntegrityError: one is missing, or one too many.
    """
    wanted, found = manifest.paths() | {MANIFEST}, set(files_in(root)) - {INCOMPLETE}
    for path in sorted(wanted - found):
        raise IntegrityError(f"The backup's file '{path}' is missing.")
    for path in sorted(found - wanted):
        raise IntegrityError(f"The backup holds '{path}', which its manifest does not know.")


def _check_tenant(root: Path, name: str, entry: TenantEntry, progress: Progress) -> None:
    total = entry.rows + entry.documents + len(entry.artifacts)
    done = 0
    rows = {table: LineHash() for table in entry.tables}
    digests: set[str] = set()
    for table, lines in rows.items():
        path, rules = table_path(name, table), rules_of(table)
        for line in read_lines(root, path, entry.tables[table]):
            row = read_row(rules, line, path)
            lines.add(canonical_row(rules, row))
            digests.update(digests_of(table, row))
        progress.advance(done := done + lines.lines, total)
    documents = {collection: LineHash() for collection in entry.collections}
    for collection, lines in documents.items():
        path = collection_path(name, collection)
        for line in read_lines(root, path, entry.collections[collection]):
            lines.add(canonical_document(read_document(line, path)))
        progress.advance(done := done + lines.lines, total)
    if digests != entry.artifacts.keys():
        raise IntegrityError(
            f"The backup's artifacts of the tenant '{name}' are not those that its rows name."
        )
    for digest, size in entry.artifacts.items():
        read_artifact(root, artifact_path(name, digest), size)
        progress.advance(done := done + 1, total)
    if ContentHash.of(part_hash(rows), part_hash(documents), artifacts_hash(digests)) != entry.content:
        raise IntegrityError(
            f"The backup's content of the tenant '{name}' does not have the hash in its manifest."
        )
