"""Records in SQL: the one place where statements get their tenant.

Every statement of this package's tables is made here and carries ``tenant_id == scope``. On PostgreSQL
row-level security says the same a second time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Engine,
    Executable,
    Select,
    Table,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ..core.clock import TimeRange
from ..core.errors import ConflictError, ParameterError, StoreError
from ..core.protocols import Row
from ..core.tenant import Tenant, require_tenant
from .bulk import sqlite as bulk_sqlite
from .bulk.columns import arrow_schema, checked_batches, split
from .columns import RowRules, clean_text
from .conditions import at_most, between_conditions, ordering, where_conditions
from .engine import connected, is_postgresql, shown_name
from .failures import driver_translated, translated
from .scope import own_values, taken_columns
from .streams import Stream, whole_number
from .tables import METADATA, TENANTS

if TYPE_CHECKING:
    from .bulk.postgresql import ArrowConnections

RULES = {name: RowRules(table) for name, table in METADATA.tables.items()}
_CHUNK = 5_000
_BULK_ROWS = 50_000
_SET_TENANT = text("SELECT set_config('ml_analytics.tenant', :tenant, true)")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_LOCK_SHARED = text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:name, 0))")
_EVERYONE = "*"  # no tenant's name; row-level security shows it the list of tenants alone


def rules_of(table: object) -> RowRules:
    """Return the rules of a table; unknown names are refused."""
    if isinstance(table, str) and table in RULES:
        return RULES[table]
    raise ParameterError.of("table", "Records", f"one of {', '.join(sorted(RULES))}", table)


class SqlRecords:
    """The tables of one tenant inside one transaction (:class:`~ml_analytics.core.protocols.Records`).

    A duplicate key leaves the transaction usable. After any other refusal by the database it can only be
    left: further calls and the commit raise :class:`StoreError`, so that no half of it is ever kept.
    """

    def __init__(self, connection: Connection, tenant: Tenant, *, writable: bool) -> None:
        self.tenant = tenant
        self._connection = connection
        self._writable = writable
        self._shown = shown_name(connection.engine)
        self._postgresql = is_postgresql(connection.engine)
        self.failed = False

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        """Add a row.

        Raises:
            ConflictError: a row with that key exists, or it refers to a row that does not.
            ParameterError: a column is unknown, absent or holds what it may not.
            TenantError: the row names another tenant.
        """
        rules = rules_of(table)
        if not self._insert_ignoring(rules.table, [self._complete(rules, row)]):
            raise ConflictError(f"A row with that key exists already in '{table}'.")

    def insert_new(self, table: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Add rows whose key is new, leave known ones alone; return how many were added."""
        rules = rules_of(table)
        remaining = iter(rows)
        added = 0
        while chunk := [self._complete(rules, row) for row in islice(remaining, _CHUNK)]:
            added += self._insert_ignoring(rules.table, chunk)
        return added

    def get(self, table: str, **key: Any) -> Row | None:
        """Return the one row with that key, or ``None``."""
        rules = rules_of(table)
        if set(key) - {"tenant_id"} != set(rules.key):
            raise ParameterError.of("key", rules.owner, f"the whole key {', '.join(rules.key)}", sorted(key))
        found = self.select(rules.table, where_conditions(rules, self._own(key)))
        return found[0] if found else None

    def find(
        self,
        table: str,
        where: Mapping[str, Any] | None = None,
        *,
        between: Mapping[str, TimeRange] | None = None,
        order_by: Sequence[str] = (),
        limit: int | None = None,
    ) -> list[Row]:
        """Return rows without their tenant; ``order_by`` takes columns, a leading ``-`` means descending.

        Ties, and everything without ``order_by``, come in key order; NULL sorts first.
        """
        rules = rules_of(table)
        conditions = [
            *where_conditions(rules, self._own(where)),
            *between_conditions(rules, between),
        ]
        return self.select(rules.table, conditions, ordering(rules, order_by), limit)

    def count(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        """Count rows."""
        rules = rules_of(table)
        return self.count_rows(rules.table, where_conditions(rules, self._own(where)))

    def update(self, table: str, where: Mapping[str, Any], changes: Mapping[str, Any]) -> int:
        """Change rows; return how many. An empty ``where`` means all of this tenant."""
        rules = rules_of(table)
        values = rules.changes(self._own(changes))
        statement = update(rules.table).where(
            self._mine(rules.table), *where_conditions(rules, self._own(where))
        )
        return self._write(statement.values(values)).rowcount

    def delete(self, table: str, where: Mapping[str, Any]) -> int:
        """Remove rows; return how many. An empty ``where`` means all of this tenant."""
        rules = rules_of(table)
        return self.delete_rows(rules.table, where_conditions(rules, self._own(where)))

    def insert_table(self, table: str, data: pa.Table) -> int:
        """Do as :meth:`insert_new` for a whole Arrow table at once, in this transaction.

        Nothing is written before every value was checked. Times are timestamps with a time zone (what is
        finer than a microsecond is cut off); JSON columns take nested values, or text that is JSON, as
        :meth:`SqlRecordStore.scan` gives it.

        Raises:
            ParameterError: a column is unknown, absent or holds what it may not.
            TenantError: a row names another tenant.
        """
        rules = rules_of(table)
        self._must_write()
        batches = checked_batches(rules, self.tenant.id, data, _BULK_ROWS)
        parts = (split(rules, self.tenant.id, batch) for batch in batches)
        with self._guarded(), driver_translated(self._connection, self._shown):
            if self._postgresql:
                from .bulk import postgresql as bulk_postgresql

                return bulk_postgresql.insert(self._connection, rules.table, parts)
            return bulk_sqlite.insert(self._connection, rules.table, parts)

    def lock(self, name: str, *, shared: bool = False) -> None:
        """Let only one transaction of this tenant past this point for ``name`` until it ends.

        Any number of ``shared`` ones may pass together, but none beside one that is not shared.

        On SQLite a write transaction is alone from its beginning, so there is nothing left to do.
        """
        if not isinstance(name, str):
            raise ParameterError.of("name", "lock", "text", name)
        clean_text(name, "name", "lock")
        self._must_write()
        if self._postgresql:
            self._run(_LOCK_SHARED if shared else _LOCK, {"name": f"{self.tenant.id}/{name}"})

    def batches(
        self, statement: Select[Any], columns: list[Column[Any]], batch_rows: int
    ) -> Generator[pa.RecordBatch]:
        """Yield the rows of a scan's statement, which has its tenant already; SQLite only."""
        with self._guarded(), driver_translated(self._connection, self._shown):
            yield from bulk_sqlite.batches(self._connection, statement, columns, batch_rows)

    # What documents.py builds on: conditions are its own, the tenant is still added here.

    def select(
        self,
        table: Table,
        conditions: Iterable[ColumnElement[bool]],
        order: Iterable[ColumnElement[Any]] = (),
        limit: int | None = None,
    ) -> list[Row]:
        """Return rows under SQL conditions."""
        columns = [column for column in table.columns if column.name != "tenant_id"]
        statement = select(*columns).where(self._mine(table), *conditions).order_by(*order)
        if (most := at_most(limit, f"the table '{table.name}'")) is not None:
            statement = statement.limit(most)
        with self._guarded():
            return [dict(row) for row in self._run(statement).mappings()]

    def distinct(self, column: ColumnElement[Any], table: Table) -> list[Any]:
        """Return the distinct values of a column, in order."""
        statement = select(column).where(self._mine(table)).distinct().order_by(column)
        with self._guarded():
            return list(self._run(statement).scalars())

    def count_rows(self, table: Table, conditions: Iterable[ColumnElement[bool]]) -> int:
        """Count rows under SQL conditions."""
        statement = select(func.count()).select_from(table).where(self._mine(table), *conditions)
        with self._guarded():
            return int(self._run(statement).scalar_one())

    def delete_rows(self, table: Table, conditions: Iterable[ColumnElement[bool]]) -> int:
        """Remove rows under SQL conditions."""
        return self._write(delete(table).where(self._mine(table), *conditions)).rowcount

    def _mine(self, table: Table) -> ColumnElement[bool]:
        mine: ColumnElement[bool] = table.c.tenant_id == self.tenant.id
        return mine

    def _own(self, values: Mapping[str, Any] | None) -> dict[str, Any]:
        return own_values(self.tenant, values)

    def _complete(self, rules: RowRules, row: Mapping[str, Any]) -> dict[str, Any]:
        return {"tenant_id": self.tenant.id, **rules.full_row(self._own(row))}

    def _insert_ignoring(self, table: Table, rows: list[dict[str, Any]]) -> int:
        insert = postgresql.insert if self._postgresql else sqlite.insert
        return self._write(insert(table).on_conflict_do_nothing(), rows).rowcount

    def _must_write(self) -> None:
        if not self._writable:
            raise StoreError("This transaction is read-only: use begin() to write.")

    def _write(self, statement: Executable, rows: list[dict[str, Any]] | None = None) -> CursorResult[Any]:
        self._must_write()
        return self._run(statement, rows)

    def _run(
        self, statement: Executable, parameters: dict[str, Any] | list[dict[str, Any]] | None = None
    ) -> CursorResult[Any]:
        with self._guarded():
            return self._connection.execute(statement, parameters)

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        if self.failed:
            raise StoreError("This transaction has failed before: leave it and begin again.")
        try:
            with translated(self._shown):
                yield
        except Exception:
            self.failed = True
            raise


class SqlRecordStore:
    """The truth, in SQLite or PostgreSQL (:class:`~ml_analytics.core.protocols.RecordStore`).

    Safe to share between threads; a transaction is not. Transactions must not be nested in one thread:
    on SQLite the inner writer would wait for the outer one and give up after 30 seconds.

    >>> import tempfile
    >>> from ml_analytics.stores import open_stores
    >>> from datetime import UTC, datetime
    >>> with tempfile.TemporaryDirectory() as home, open_stores(home) as stores:
    ...     with stores.records.begin(Tenant("acme")) as records:
    ...         records.insert("models", {"model_id": "a", "created_at": datetime(2024, 1, 1, tzinfo=UTC)})
    ...     with stores.records.read(Tenant("other")) as records:
    ...         print(records.count("models"))
    0
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._known: set[str] = set()  # tenants that are on the list of tenants
        self._arrow: ArrowConnections | None = None
        if is_postgresql(engine):
            from .bulk.postgresql import ArrowConnections

            self._arrow = ArrowConnections(engine)

    @contextlib.contextmanager
    def begin(self, tenant: Tenant) -> Iterator[SqlRecords]:
        """Open one read-write transaction: commits on leaving, rolls back on an exception.

        Raises:
            TenantError: no scope.
            StoreError: the database cannot be reached or written; retry is safe, nothing was kept.
        """
        with self._transaction(tenant, write=True) as records:
            if (name := records.tenant.id) not in self._known:
                records.insert_new("tenants", [{"created_at": datetime.now(UTC)}])
            yield records
        self._known.add(name)

    @contextlib.contextmanager
    def read(self, tenant: Tenant) -> Iterator[SqlRecords]:
        """Open one read-only transaction; all its reads see the same moment."""
        with self._transaction(tenant, write=False) as records:
            yield records

    @contextlib.contextmanager
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
    ) -> Iterator[pa.RecordBatchReader]:
        """Open one read-only transaction and stream rows as Arrow, in memory bounded by ``batch_rows``.

        All batches see the same moment and have one schema: text, float64, int64, ``timestamp[us, UTC]``,
        JSON as text; ``columns`` in the order asked for, by default all. Rows come in key order, or first by
        ``order_by``; with ``order_by=None`` as the database finds them, which is fastest. The transaction
        ends on leaving, read to the end or not, and the reader refuses from then on.

        Raises:
            ParameterError: a name is no column, or a value none of its kind.
            TenantError: no scope.
            StoreError: the database cannot be reached or fails while reading.
        """
        scope = require_tenant(tenant)
        whole_number(batch_rows, "batch_rows", "scan")
        rules = rules_of(table)
        taken = taken_columns(rules, columns)
        own = own_values(scope, where)
        conditions = [*where_conditions(rules, own), *between_conditions(rules, between)]
        order = [] if order_by is None else ordering(rules, order_by)
        shown, mine = bulk_sqlite.shown, rules.table.c.tenant_id
        if is_postgresql(self.engine):
            from .bulk.postgresql import shown
        elif not (conditions or order) and self.tenants() == [scope]:
            mine = bulk_sqlite.unindexed(mine)  # all rows are wanted: through an index they take longer
        statement = (
            select(*(shown(column) for column in taken)).where(mine == scope.id, *conditions).order_by(*order)
        )
        with (
            self._batches(statement, scope, taken, batch_rows) as batches,
            Stream(arrow_schema(taken), batches) as stream,
        ):
            yield stream.reader

    @contextlib.contextmanager
    def _batches(
        self, statement: Select[Any], scope: Tenant, columns: list[Column[Any]], batch_rows: int
    ) -> Iterator[Iterator[pa.RecordBatch]]:
        if self._arrow is not None:
            with self._arrow.stream(statement, scope.id, columns, batch_rows) as batches:
                yield batches
        else:
            with (
                self._transaction(scope, write=False) as records,
                contextlib.closing(records.batches(statement, columns, batch_rows)) as batches,
            ):
                yield batches

    def tenants(self) -> list[Tenant]:
        """Return who has ever written, by name."""
        with connected(self.engine, write=False) as connection, translated(shown_name(self.engine)):
            if is_postgresql(self.engine):
                connection.execute(_SET_TENANT, {"tenant": _EVERYONE})
            found = connection.execute(select(TENANTS.c.tenant_id).order_by(TENANTS.c.tenant_id))
            return [Tenant(name) for name in found.scalars()]

    @contextlib.contextmanager
    def _transaction(self, tenant: Tenant, *, write: bool) -> Iterator[SqlRecords]:
        scope = require_tenant(tenant)
        with connected(self.engine, write=write) as connection:
            if is_postgresql(self.engine):
                with translated(shown_name(self.engine)):
                    connection.execute(_SET_TENANT, {"tenant": scope.id})
            records = SqlRecords(connection, scope, writable=write)
            yield records
            if records.failed:
                raise StoreError("The transaction had failed; nothing of it was kept.")

    def close(self) -> None:
        """Close idle connections."""
        if self._arrow is not None:
            self._arrow.close()
        self.engine.dispose()
