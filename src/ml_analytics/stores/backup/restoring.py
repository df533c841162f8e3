"""Bring a backup back: artifacts, then documents, then all rows of a tenant in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ...core.errors import ConflictError, IntegrityError, NotFoundError, ParameterError, StoreError
from ...core.progress import Progress, Silent
from ...core.protocols import Collection, Records, Row
from ...core.tenant import Tenant, require_tenant
from ..migrate import HEAD
from ..records import rules_of
from ..stores import Stores
from .canonical import canonical_document, read_document, read_row
from .content import documents_hash, records_hash
from .files import read_artifact, read_lines
from .layout import artifact_path, collection_path, table_path
from .manifest import Manifest, TenantEntry, read_manifest
from .report import RestoreReport, TenantContent
from .snapshot import ELSEWHERE, TABLES, UNHASHED, counts
from .verifying import verify

_PAGE = 1_000
_PAGE_BYTES = 1 << 23


def restore(
    stores: Stores,
    source: str | Path,
    tenant: Tenant | None = None,
    *,
    as_tenant: Tenant | None = None,
    progress: Progress | None = None,
) -> RestoreReport:
    """Bring back ``tenant``, or everything, from a backup: onto any backend.

    The backup is verified to its last byte first. Nothing is ever overwritten: a tenant must be empty, or
    hold exactly what the backup holds (then it is left as it is, with damaged artifacts made good). Killed
    anywhere, the same call completes it: artifacts and documents are written first, which is harmless to do
    twice, then all rows in one transaction, whose content is compared with the backup's before it is kept.

    Raw documents wait for promotion again, deliveries that were open are made again, both without effect when
    they were done; online features are empty until they are materialised.

    Args:
        stores: the open stores to restore into.
        source: the directory of a backup.
        tenant: whose; ``None`` means everything in it.
        as_tenant: another name for the one tenant that is restored.
        progress: told of each tenant and how far it is.

    Raises:
        NotFoundError: there is no complete backup, or that tenant is not in it.
        ConflictError: the tenant to restore into holds something else.
        IntegrityError: the backup was changed (see :func:`verify`).
        StoreError: the backup is newer than this code, or a store cannot be written.
    """
    root, listener = Path(source), progress or Silent()
    manifest = read_manifest(root)
    chosen = _chosen(manifest, tenant, as_tenant)
    if manifest.schema > HEAD:
        raise StoreError(
            f"The backup is of schema {manifest.schema}, this version of ml_analytics knows only up to {HEAD}: "
            "install a newer ml_analytics."
        )
    verify(root, progress=progress)
    restored: dict[str, TenantContent] = {}
    already: list[str] = []
    for name, target in chosen.items():
        listener.stage(f"restore-Restoring tenant {target.id}")
        work = _Work(stores, root, name, target, manifest.tenants[name], listener)
        if work.run():
            already.append(target.id)
        restored[target.id] = TenantContent.of(work.entry)
    return RestoreReport(root, restored, tuple(already))


def _chosen(manifest: Manifest, tenant: Tenant | None, as_tenant: Tenant | None) -> dict[str, Tenant]:
    if tenant is not None and require_tenant(tenant).id not in manifest.tenants:
        raise NotFoundError(f"The tenant '{tenant.id}' is not in the backup.")
    names = list(manifest.tenants) if tenant is None else [tenant.id]
    if as_tenant is None:
        return {name: Tenant(name) for name in names}
    if len(names) != 1:
        raise ParameterError(
            f"The 'as_tenant' parameter of restore must be given for one tenant; the backup holds {len(names)}."
        )
    return {names[0]: require_tenant(as_tenant)}


@dataclass
class _Work:
    """The restore of one tenant: ``name`` in the backup, ``target`` in the stores."""

    stores: Stores
    root: Path
    name: str
    target: Tenant
    entry: TenantEntry
    progress: Progress
    done: int = field(default=0, init=False)

    def run(self) -> bool:
        """Restore; return whether it was there already."""
        there = self._is_there()
        for digest, size in self.entry.artifacts.items():
            data = read_artifact(self.root, artifact_path(self.name, digest), size)
            if self.stores.artifacts.put(self.target, data) != digest:
                raise StoreError(f"The artifact store keeps '{digest}' under another name.")
            self._advance(1)
        if there:
            return True
        self._documents()
        self._records()
        return False

    def _is_there(self) -> bool:
        """Say whether the target holds the backup's content already; anything else is refused."""
        with self.stores.records.read(self.target) as records:
            rows = _rows(records)
            same = not rows or records_hash(records) == self.entry.content.records
        if rows and same and documents_hash(self.stores, self.target) == self.entry.content.documents:
            return True
        documents = self._foreign_documents() if not rows else {}
        if rows or documents:
            held = ", ".join(f"{name}: {count:,}" for name, count in {**rows, **documents}.items())
            raise ConflictError(
                f"The tenant '{self.target.id}' is not empty ({held}) and a restore never overwrites: restore "
                "it under another name."
            )
        return False

    def _foreign_documents(self) -> dict[str, int]:
        """Return how many documents each collection holds that are not in the backup as they are."""
        foreign: dict[str, int] = {}
        for name in self.stores.documents.collections(self.target):
            collection = self.stores.documents.collection(self.target, name)
            known = 0
            if name in self.entry.collections:
                for page in self._pages(name):
                    ours = {one["_id"]: canonical_document(one) for one in page}
                    found = collection.find({"_id": list(ours)})
                    known += sum(canonical_document(one) == ours[one["_id"]] for one in found)
            if strange := collection.count() - known:
                foreign[name] = strange
        return foreign

    def _documents(self) -> None:
        for name in self.entry.collections:
            collection: Collection = self.stores.documents.collection(self.target, name)
            for page in self._pages(name):
                collection.insert_new(page, pending=name in self.entry.queued)
                self._advance(len(page))
        if documents_hash(self.stores, self.target) != self.entry.content.documents:
            raise StoreError(
                f"The document store did not keep the documents of the tenant '{self.target.id}' as they are in "
                "the backup; no rows were restored."
            )

    def _pages(self, collection: str) -> Iterator[list[Row]]:
        path = collection_path(self.name, collection)
        lines = read_lines(self.root, path, self.entry.collections[collection])
        for page in _by_size(lines):
            yield [read_document(line, path) for line in page]

    def _records(self) -> None:
        with self.stores.records.begin(self.target) as records:
            records.lock("restore")
            if held := _rows(records):
                raise ConflictError(
                    f"The tenant '{self.target.id}' was written to while it was restored "
                    f"({', '.join(held)}); nothing was kept."
                )
            for table in TABLES:
                if table.name in self.entry.tables:
                    self._table(records, table.name)
            if records_hash(records) != self.entry.content.records:
                raise StoreError(
                    f"The database did not keep the rows of the tenant '{self.target.id}' as they are in the "
                    "backup; nothing was kept."
                )

    def _table(self, records: Records, table: str) -> None:
        path, rules = table_path(self.name, table), rules_of(table)
        for page in _by_size(read_lines(self.root, path, self.entry.tables[table])):
            rows = [read_row(rules, line, path) for line in page]
            if table in UNHASHED:
                records.update(table, {}, rows[0])
            elif records.insert_new(table, rows) != len(rows):
                raise IntegrityError(f"The backup's file '{path}' has two rows of one key.")
            self._advance(len(rows))

    def _advance(self, done: int) -> None:
        self.done += done
        self.progress.advance(self.done, self.entry.rows + self.entry.documents + len(self.entry.artifacts))


def _rows(records: Records) -> dict[str, int]:
    """Return how many rows the tables hold that must be empty before a restore."""
    found = {name: count for name, count in counts(records).items() if name not in UNHASHED}
    for name in ELSEWHERE - {"documents"}:
        if count := records.count(name):
            found[name] = count
    return found


def _by_size(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Yield lines in pages that are bounded in number and in bytes."""
    page: list[bytes] = []
    size = 0
    for line in lines:
        page.append(line)
        size += len(line)
        if len(page) == _PAGE or size > _PAGE_BYTES:
            yield page
            page, size = [], 0
    if page:
        yield page
