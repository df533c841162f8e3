"""Offline values: Parquet files under their own digest, and one row for each batch that says which file has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ml_analytics.core.canonical import fingerprint
from ml_analytics.core.clock import Clock
from ml_analytics.core.errors import ConflictError, NotFoundError, StoreError
from ml_analytics.core.protocols import ArtifactStore, RecordStore, Row
from ml_analytics.core.tenant import Tenant

from ..routing import QUARANTINE
from .definitions import FeatureView
from .incoming import Batch
from .keys import as_text
from .reports import WriteReport

_TABLE = "feature_segments"
_TRIES = 5
MOST_FILES = 1_000
"""How many files are joined at once."""
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class SegmentFile:
    """One Parquet file: one batch, or several in the order in which they were written.

    ``materialized_until`` is the earliest among its batches, ``None`` when one of them never was.
    """

    digest: str
    batches: int
    rows: int
    first_event: datetime
    last_event: datetime
    last_seen: datetime
    materialized_until: datetime | None


class Segments:
    """The offline values of one tenant. Safe to share between threads and processes.

    A file is stored first, then one transaction says that it is there: killed anywhere, a batch is there in
    full or not at all. A file is never changed, so reading needs no lock.
    """

    def __init__(self, records: RecordStore, artifacts: ArtifactStore, tenant: Tenant, clock: Clock) -> None:
        self._records = records
        self._artifacts = artifacts
        self._tenant = tenant
        self._clock = clock

    def append(self, view: FeatureView, batch: Batch, batch_id: str | None) -> WriteReport:
        """Keep a batch unless it is there; its rejects go to quarantine in the same transaction.

        Raises:
            ConflictError: another content was written under this batch id.
            StoreError: nothing was kept; again is safe.
        """
        name = batch_id if batch_id is not None else batch.fingerprint
        with self._records.read(self._tenant) as records:
            known = _known(records.find(_TABLE, {**_of(view), "batch_id": name}), view, batch)
        if known:
            return WriteReport(view.reference, 0, 0, name, known=True)
        row = self._stored(view, batch, name) if batch.table.num_rows else None
        with self._records.begin(self._tenant) as records:
            records.lock(_lock(view))
            if _known(records.find(_TABLE, {**_of(view), "batch_id": name}), view, batch):
                return WriteReport(view.reference, 0, 0, name, known=True)  # another process was faster
            if row is not None:
                last = records.find(_TABLE, _of(view), order_by=["-seq"], limit=1)
                records.insert(_TABLE, {**row, "seq": last[0]["seq"] + 1 if last else 1})
            held = records.insert_new(QUARANTINE, self._rejects(view, batch))
        return WriteReport(view.reference, batch.table.num_rows, held, name)

    def _stored(self, view: FeatureView, batch: Batch, name: str) -> Row:
        events = pc.min_max(batch.table[view.event_time])
        return {
            **_of(view),
            "digest": self._artifacts.put(self._tenant, _parquet(batch.table, view, [name])),
            "batch_id": name,
            "fingerprint": batch.fingerprint,
            "rows": batch.table.num_rows,
            "first_event": events["min"].as_py(),
            "last_event": events["max"].as_py(),
            "last_created": pc.max(batch.table[view.created_time]).as_py(),
            "created_at": self._clock.now(),
        }

    def _rejects(self, view: FeatureView, batch: Batch) -> Iterable[Row]:
        now = self._clock.now()
        source = f"features/{view.reference}"
        for place, (document, reason) in enumerate(batch.rejected):
            yield {
                "id": fingerprint([source, batch.fingerprint, place]),
                "source": source,
                "reason": reason,
                "document": document,
                "data_type": "features",
                "stage": "features",
                "target": view.reference[:100],
                "created_at": now,
            }

    def files(self, view: FeatureView) -> list[SegmentFile]:
        """Return the files of a view, in the order in which they were written."""
        with self._records.read(self._tenant) as records:
            return _files(records.find(_TABLE, _of(view), order_by=["seq"]))

    def using(self, view: FeatureView, work: Callable[[list[SegmentFile]], _Answer]) -> _Answer:
        """Do ``work`` with the files; again when a compaction replaced one in the middle of it.

        Raises:
            IntegrityError: a file's bytes are not those that were written.
            NotFoundError: a file is gone although its batches are recorded.
        """
        for left in range(_TRIES - 1, -1, -1):
            files = self.files(view)
            try:
                return work(files)
            except NotFoundError:
                if not left or {one.digest for one in self.files(view)} >= {one.digest for one in files}:
                    raise
        raise AssertionError  # pragma: no cover - the last try returns or raises

    def read(self, view: FeatureView, files: Sequence[SegmentFile], columns: Sequence[str]) -> pa.Table:
        """Return the rows of the files one below the other; every byte is checked against its digest."""
        parts = [
            pq.read_table(
                pa.BufferReader(self._artifacts.get(self._tenant, one.digest)), columns=list(columns)
            )
            for one in files
        ]
        for name in view.entities:  # whole numbers in one batch, text in another
            if name in columns and len({part.schema.field(name).type for part in parts}) > 1:
                parts = [_with_text(part, name) for part in parts]
        return pa.concat_tables(parts).replace_schema_metadata(None).combine_chunks()

    def mark(self, view: FeatureView, file: SegmentFile, until: datetime) -> None:
        """Remember that all rows of a file that could be seen at ``until`` are online."""
        with self._records.begin(self._tenant) as records:
            records.update(_TABLE, {**_of(view), "digest": file.digest}, {"materialized_until": until})

    def unmark(self, view: FeatureView) -> None:
        """Forget what is online."""
        with self._records.begin(self._tenant) as records:
            records.update(_TABLE, _of(view), {"materialized_until": None})

    def replace(self, view: FeatureView, group: Sequence[SegmentFile]) -> bool:
        """Put one file in the place of several neighbours; false when another process did it meanwhile."""
        with self._records.read(self._tenant) as records:
            rows = records.find(
                _TABLE, {**_of(view), "digest": [one.digest for one in group]}, order_by=["seq"]
            )
        columns = [*view.entities, view.event_time, view.created_time, *view.features]
        table = self.read(view, group, columns)
        if table.num_rows != sum(row["rows"] for row in rows):
            raise StoreError(
                f"The files of the feature view '{view.reference}' hold {table.num_rows} rows, but "
                f"{sum(row['rows'] for row in rows)} were written: restore a backup."
            )
        old = {one.digest for one in group}
        digest = self._artifacts.put(self._tenant, _parquet(table, view, [row["batch_id"] for row in rows]))
        with self._records.begin(self._tenant) as records:
            records.lock(_lock(view))
            now = records.find(_TABLE, {**_of(view), "digest": sorted(old)}, order_by=["seq"])
            if [row["seq"] for row in now] != [row["seq"] for row in rows]:
                return False
            records.update(_TABLE, {**_of(view), "digest": sorted(old)}, {"digest": digest})
        for one in old - {digest}:  # after the commit: a reader that still wants one reads the list again
            self._artifacts.delete(self._tenant, one)
        return True


def groups(files: Sequence[SegmentFile], target_rows: int) -> list[list[SegmentFile]]:
    """Return runs of neighbours that are worth one file: order decides between equal rows, so it is kept."""
    made: list[list[SegmentFile]] = [[]]
    rows = 0
    for file in files:
        if file.rows >= target_rows or rows + file.rows > target_rows or len(made[-1]) == MOST_FILES:
            made.append([])
            rows = 0
        if file.rows < target_rows:
            made[-1].append(file)
            rows += file.rows
    return [group for group in made if len(group) > 1]


def _of(view: FeatureView) -> dict[str, Any]:
    return {"view": view.name, "version": view.version}


def _lock(view: FeatureView) -> str:
    return f"{_TABLE}/{view.reference}"


def _known(found: list[Row], view: FeatureView, batch: Batch) -> bool:
    if found and found[0]["fingerprint"] != batch.fingerprint:
        raise ConflictError(
            f"The batch '{found[0]['batch_id']}' of the feature view '{view.reference}' was written with other "
            "content: give another batch_id."
        )
    return bool(found)


def _files(rows: list[Row]) -> list[SegmentFile]:
    by_digest: dict[str, list[Row]] = {}
    for row in rows:
        by_digest.setdefault(row["digest"], []).append(row)
    return [_file(digest, batches) for digest, batches in by_digest.items()]


def _file(digest: str, rows: list[Row]) -> SegmentFile:
    marks = [row["materialized_until"] for row in rows]
    last_event = max(row["last_event"] for row in rows)
    return SegmentFile(
        digest=digest,
        batches=len(rows),
        rows=sum(row["rows"] for row in rows),
        first_event=min(row["first_event"] for row in rows),
        last_event=last_event,
        last_seen=max(last_event, *(row["last_created"] for row in rows)),
        materialized_until=None if None in marks else min(marks),
    )


def _with_text(part: pa.Table, name: str) -> pa.Table:
    return part.set_column(part.schema.get_field_index(name), name, as_text(part[name].combine_chunks()))


def _parquet(table: pa.Table, view: FeatureView, batch_ids: Sequence[str]) -> bytes:
    # The batches stand in the file, so that two of equal rows are two files; the same batch is the same bytes.
    said = {"view": view.reference, "batches": fingerprint(list(batch_ids))}
    sink = pa.BufferOutputStream()
    texts = [field.name for field in table.schema if pa.types.is_large_string(field.type)]
    pq.write_table(table.replace_schema_metadata(said), sink, use_dictionary=texts, compression="zstd")
    data: bytes = sink.getvalue().to_pybytes()
    return data
