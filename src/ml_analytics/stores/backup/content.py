"""One hash over all that a tenant has: equal on every backend when the content is equal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from ...core.errors import IntegrityError, NotFoundError
from ...core.protocols import Records
from ...core.tenant import Tenant, require_tenant
from ..records import rules_of
from ..stores import Stores
from .canonical import canonical_document, canonical_row
from .snapshot import TABLES, UNHASHED, pages, referenced


@dataclass(frozen=True, slots=True)
class ContentHash:
    """SHA-256 over records, documents and artifacts, and over the three together (``hash``)."""

    hash: str
    records: str
    documents: str
    artifacts: str

    @classmethod
    def of(cls, records: str, documents: str, artifacts: str) -> ContentHash:
        """Return the whole from its parts."""
        whole = hashlib.sha256(f"{records}\n{documents}\n{artifacts}\n".encode()).hexdigest()
        return cls(whole, records, documents, artifacts)


class LineHash:
    """The hash and number of canonical lines."""

    def __init__(self) -> None:
        self.lines = 0
        self._hash = hashlib.sha256()

    def add(self, line: bytes) -> None:
        """Add one line."""
        self.lines += 1
        self._hash.update(line)

    @property
    def digest(self) -> str:
        """The hash so far."""
        return self._hash.hexdigest()


def part_hash(named: dict[str, LineHash]) -> str:
    """Return the hash of several named lists of lines; empty ones are as if they were not there."""
    whole = hashlib.sha256()
    for name in sorted(named):
        if named[name].lines and name not in UNHASHED:
            whole.update(f"{name} {named[name].lines} {named[name].digest}\n".encode())
    return whole.hexdigest()


def artifacts_hash(digests: Iterable[str]) -> str:
    """Return the hash of a set of artifacts."""
    return hashlib.sha256("".join(f"{digest}\n" for digest in sorted(digests)).encode()).hexdigest()


def content_hash(stores: Stores, tenant: Tenant) -> ContentHash:
    """Return the hash of everything that ``tenant`` has, from the stores as they are now.

    Records are read at one moment, documents after it, then every artifact that a record names, bytes and
    all. Left out is what is derived or a note of the store itself: online features and how far they are
    materialised, which documents wait for promotion, and since when the tenant is known. Numbers are compared
    by value (``1``, ``1.0`` and ``-0.0`` next to ``0`` do not differ), times to the microsecond, JSON without
    the order of its keys.

    Raises:
        IntegrityError: an artifact that a record names is missing or damaged.
        StoreError: a store cannot be read.

    >>> import tempfile
    >>> from datetime import UTC, datetime
    >>> from ml_analytics.stores import open_stores
    >>> with tempfile.TemporaryDirectory() as home, open_stores(home) as stores:
    ...     hashes = []
    ...     for name, tags in (("a", {"x": 1, "y": 2}), ("b", {"y": 2.0, "x": 1})):
    ...         row = {"model_id": "m", "metadata": tags, "created_at": datetime(2024, 1, 1, tzinfo=UTC)}
    ...         with stores.records.begin(Tenant(name)) as records:
    ...             records.insert("models", row)
    ...         hashes.append(content_hash(stores, Tenant(name)))
    ...     hashes[0] == hashes[1]
    True
    """
    scope = require_tenant(tenant)
    with stores.records.read(scope) as records:
        rows, digests = records_hash(records), referenced(records)
    documents = documents_hash(stores, scope)
    for digest in digests:
        try:
            stores.artifacts.get(scope, digest)
        except NotFoundError as error:
            raise missing_artifact(digest) from error
    return ContentHash.of(rows, documents, artifacts_hash(digests))


def records_hash(records: Records) -> str:
    """Return the hash of a tenant's tables, read in this transaction."""
    named = {table.name: LineHash() for table in TABLES}
    for table in TABLES:
        rules = rules_of(table.name)
        for page in pages(records, table):
            for row in page:
                named[table.name].add(canonical_row(rules, row))
    return part_hash(named)


def documents_hash(stores: Stores, tenant: Tenant) -> str:
    """Return the hash of a tenant's documents."""
    named = {name: LineHash() for name in stores.documents.collections(tenant)}
    for name, lines in named.items():
        for document in stores.documents.collection(tenant, name).find():
            lines.add(canonical_document(document))
    return part_hash(named)


def missing_artifact(digest: str) -> IntegrityError:
    """Return the error for an artifact that a record names and the store does not have."""
    return IntegrityError(f"The artifact '{digest}' is missing though a record names it; restore a backup.")
