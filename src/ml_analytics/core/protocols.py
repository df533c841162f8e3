"""The architecture as a few Protocols: what the rooms ask of each other.

Stores are made for a tenant scope; every repository below is bound to one and cannot reach outside it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from .clock import TimeRange
    from .frames import Table
    from .signature import Signature
    from .tenant import Tenant
    from .values import OnlineRow

Row = dict[str, Any]


class Records(Protocol):
    """The tables of one tenant inside one transaction; not to be shared between threads.

    Column names are checked against the schema, values are bound, never spliced. ``where`` holds equality
    tests; a list or tuple value means *one of*, ``None`` means *is null*.
    """

    tenant: Tenant

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        """Add a row.

        Raises:
            ConflictError: a row with that key exists.
        """
        ...

    def insert_new(self, table: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Add rows whose key is new, leave known ones alone; return how many were added."""
        ...

    def get(self, table: str, **key: Any) -> Row | None:
        """Return the one row with that key, or ``None``."""
        ...

    def find(
        self,
        table: str,
        where: Mapping[str, Any] | None = None,
        *,
        between: Mapping[str, TimeRange] | None = None,
        order_by: Sequence[str] = (),
        limit: int | None = None,
    ) -> list[Row]:
        """Return rows; ``order_by`` takes column names, a leading ``-`` means descending."""
        ...

    def count(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        """Count rows."""
        ...

    def update(self, table: str, where: Mapping[str, Any], changes: Mapping[str, Any]) -> int:
        """Change rows; return how many."""
        ...

    def delete(self, table: str, where: Mapping[str, Any]) -> int:
        """Remove rows; return how many."""
        ...

    def insert_table(self, table: str, data: pa.Table) -> int:
        """Do as :meth:`insert_new` for a whole Arrow table at once, in this transaction.

        Absent columns take their default; the columns' types must fit (times are aware timestamps).
        """
        ...

    def lock(self, name: str, *, shared: bool = False) -> None:
        """Let only one transaction of this tenant past this point for ``name`` until it ends.

        Any number of ``shared`` ones may pass together, but none beside one that is not shared.
        """
        ...


class RecordStore(Protocol):
    """The truth, in SQL. Safe to share between threads."""

    def begin(self, tenant: Tenant) -> AbstractContextManager[Records]:
        """Open one read-write transaction: commits on leaving, rolls back on an exception.

        Raises:
            TenantError: no scope.
            StoreError: the database cannot be reached or written; retry is safe, nothing was kept.
        """
        ...

    def read(self, tenant: Tenant) -> AbstractContextManager[Records]:
        """Open one read-only transaction."""
        ...

    def scan(
        self,
        tenant: Tenant,
        table: str,
        where: Mapping[str, Any] | None = None,
        *,
        between: Mapping[str, TimeRange] | None = None,
        columns: Sequence[str] | None = None,
        order_by: Sequence[str] | None = (),
        batch_rows: int = 65_536,
    ) -> AbstractContextManager[pa.RecordBatchReader]:
        """Open one read-only transaction and stream rows as Arrow, in memory bounded by ``batch_rows``.

        All batches see the same moment and have one schema: text, float64, int64, ``timestamp[us, UTC]``,
        JSON as text. ``where``, ``between`` and ``order_by`` as in :meth:`Records.find`; with ``order_by=None`` the
        rows come as the database finds them, which is fastest.
        """
        ...

    def tenants(self) -> list[Tenant]:
        """Return who has ever written, by name: for those who keep the whole store (backup)."""
        ...


class Collection(Protocol):
    """The documents of one tenant under one name. A document is a mapping with ``_id`` and ``time``.

    ``_id`` (text) is given by the caller or made from the content; ``time`` (aware datetime) is the event
    time. ``where`` holds equality tests on top-level fields, as for records.
    """

    def insert_new(self, documents: Iterable[Mapping[str, Any]], *, pending: bool = False) -> int:
        """Add documents whose ``_id`` is new; return how many were added. All or nothing.

        With ``pending`` each new document waits, from the moment it is there, until it is acknowledged: the
        queue of what has not crossed to the tables yet. Documents that are known are left alone.
        """
        ...

    def pending(self, where: Mapping[str, Any] | None = None, *, limit: int | None = None) -> Iterator[Row]:
        """Yield the documents that wait, in time order (then ``_id``)."""
        ...

    def acknowledge(self, document_ids: Iterable[str]) -> int:
        """Let documents wait no longer; return how many did. Again is harmless."""
        ...

    def frame(
        self,
        where: Mapping[str, Any] | None = None,
        *,
        time_range: TimeRange | None = None,
        limit: int | None = None,
    ) -> pd.DataFrame:
        """Return what :meth:`find` yields as a frame, by the fastest way there is: a column per field.

        Columns come in the order in which their fields first appear; a document without a field has a
        missing value there. ``time`` is a column of aware UTC times.
        """
        ...

    def find(
        self,
        where: Mapping[str, Any] | None = None,
        *,
        time_range: TimeRange | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> Iterator[Row]:
        """Yield documents in time order (then ``_id``)."""
        ...

    def get(self, document_id: str) -> Row | None:
        """Return one document, or ``None``."""
        ...

    def count(self, where: Mapping[str, Any] | None = None) -> int:
        """Count documents."""
        ...

    def delete(self, where: Mapping[str, Any]) -> int:
        """Remove documents; return how many."""
        ...


class DocumentStore(Protocol):
    """Raw data, predictions, embeddings. Safe to share between threads."""

    def collection(self, tenant: Tenant, name: str) -> Collection:
        """Return the tenant's collection of that name."""
        ...

    def collections(self, tenant: Tenant) -> list[str]:
        """Return the names of the tenant's collections that hold documents."""
        ...

    def async_collection(self, tenant: Tenant, name: str) -> AsyncCollection:
        """Return the tenant's collection of that name for an event loop."""
        ...

    def tenants(self) -> list[Tenant]:
        """Return who has documents, by name."""
        ...


class AsyncCollection(Protocol):
    """A :class:`Collection` for an event loop: the same laws, nothing blocks the loop."""

    async def insert_new(self, documents: Iterable[Mapping[str, Any]], *, pending: bool = False) -> int:
        """Add documents whose ``_id`` is new; return how many were added. All or nothing."""
        ...

    def find(
        self,
        where: Mapping[str, Any] | None = None,
        *,
        time_range: TimeRange | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> AsyncIterator[Row]:
        """Yield documents in time order (then ``_id``)."""
        ...

    async def frame(
        self,
        where: Mapping[str, Any] | None = None,
        *,
        time_range: TimeRange | None = None,
        limit: int | None = None,
    ) -> pd.DataFrame:
        """Return what :meth:`find` yields as a frame."""
        ...

    async def count(self, where: Mapping[str, Any] | None = None) -> int:
        """Count documents."""
        ...


class OnlineStore(Protocol):
    """The newest features of each entity, for serving; can be rebuilt. Safe to share between threads."""

    def write(self, tenant: Tenant, view: str, version: int, rows: Iterable[OnlineRow]) -> int:
        """Keep each entity's newest row by (event time, created time); return how many were replaced or new.

        An older or equal row changes nothing, so writing again, in any order, ends in the same state.
        """
        ...

    def read(
        self, tenant: Tenant, view: str, version: int, entities: Sequence[str]
    ) -> list[OnlineRow | None]:
        """Return one row per entity, in the order asked for; ``None`` for an unknown one."""
        ...

    def clear(self, tenant: Tenant, view: str, version: int) -> None:
        """Forget a view's rows."""
        ...


class ArtifactStore(Protocol):
    """Bytes under their own SHA-256, per tenant. Safe to share between threads and processes."""

    def put(self, tenant: Tenant, data: bytes) -> str:
        """Store durably (file, fsync, rename, fsync of the directory) and return the digest."""
        ...

    def get(self, tenant: Tenant, digest: str) -> bytes:
        """Return exactly the bytes that were put.

        Raises:
            NotFoundError: this tenant has none of that digest.
            IntegrityError: the stored bytes no longer have that digest.
        """
        ...

    def exists(self, tenant: Tenant, digest: str) -> bool:
        """Say whether this tenant has it."""
        ...

    def delete(self, tenant: Tenant, digest: str) -> None:
        """Remove it; absent is fine."""
        ...

    def locate(self, tenant: Tenant, digest: str) -> str:
        """Return where it lies, for people and logs."""
        ...


class Cache(Protocol):
    """Small bytes for a while, per tenant; may forget at any time."""

    def get(self, tenant: Tenant, key: str) -> bytes | None:
        """Return the value, or ``None``."""
        ...

    def set(self, tenant: Tenant, key: str, value: bytes, ttl_seconds: float | None = None) -> None:
        """Keep a value."""
        ...

    def get_or_compute(
        self, tenant: Tenant, key: str, compute: Callable[[], bytes], ttl_seconds: float | None = None
    ) -> bytes:
        """Return the value; when absent compute it once, however many readers wait."""
        ...

    def clear(self, tenant: Tenant) -> None:
        """Forget everything of this tenant."""
        ...


@runtime_checkable
class Model(Protocol):
    """Every model: scikit-learn's verbs, a signature, and bytes instead of a pickle."""

    signature: Signature | None

    def fit(self, X: Table, y: Any = None) -> Model:
        """Learn from X (n_samples, n_features) and y (n_samples,)."""
        ...

    def predict(self, X: Table) -> np.ndarray:
        """Return (n_samples,) predictions."""
        ...

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the constructor's parameters."""
        ...
