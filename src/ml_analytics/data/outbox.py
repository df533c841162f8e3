"""The outbox: what was written to tables and has yet to reach the documents.

An entry is written in the transaction that writes the records, so that neither is there without the other. It
holds keys, not content; it is delivered oldest first, as often as it takes, and marked done afterwards.
"""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ml_analytics.core.clock import Clock
from ml_analytics.core.errors import ParameterError, StoreError
from ml_analytics.core.protocols import Collection, DocumentStore, Records, RecordStore, Row
from ml_analytics.core.tenant import Tenant

from .publication import PUBLICATIONS, Publication
from .quarantine import PUBLISH, quarantine_row
from .reports import PublishReport
from .routing import QUARANTINE, Routing

OUTBOX = "outbox"
_PREFIX = "publish/"
_RESTATED = "restated"
_PORTION = 100
_LONGEST = 400


def add_entries(
    records: Records,
    publication: Publication,
    rows: Sequence[Mapping[str, Any]],
    now: datetime,
    *,
    restated: bool = False,
) -> None:
    """Write entries for rows that this transaction writes, or that are there when a publication begins.

    ``restated`` rows said something else before, so their documents may have to be replaced.
    """
    mark = {_RESTATED: True} if restated else {}
    topic = topic_of(publication)
    records.insert_new(
        OUTBOX,
        [
            {"id": uuid.uuid4().hex, "topic": topic, "payload": {**pointer, **mark}, "created_at": now}
            for pointer in publication.pointers(rows)
        ],
    )


def topic_of(publication: Publication) -> str:
    """Return the topic under which a publication's entries lie."""
    return f"{_PREFIX}{publication.route.data_type}"


@dataclass(frozen=True)
class Relay:
    """Delivers open entries. Holds no state; two at once do the same work twice, and no harm."""

    records: RecordStore
    documents: DocumentStore
    tenant: Tenant
    routing: Routing
    clock: Clock

    def run(self, publications: Sequence[Publication] | None = None) -> PublishReport:
        """Deliver what is open now, of these publications or of all, oldest first.

        Entries of a type that the settings no longer name go on waiting; a warning says so.

        Raises:
            StoreError: a store failed. Nothing is lost: the entry keeps the reason, the next run goes on there.
        """
        chosen = {topic_of(one): one for one in (self._all() if publications is None else publications)}
        counts = [0, 0, 0]
        while chosen and (entries := self._open(list(chosen))):
            for entry in entries:
                for position, count in enumerate(self._deliver(entry, chosen[entry["topic"]])):
                    counts[position] += count
        return PublishReport(*counts)

    def _all(self) -> list[Publication]:
        """Return all publications but those of types that the settings no longer name: their entries wait."""
        with self.records.read(self.tenant) as records:
            rows = records.find(PUBLICATIONS, order_by=["data_type"])
        known = [row for row in rows if row["data_type"] in self.routing.data_types]
        left = [row["data_type"] for row in rows if row["data_type"] not in self.routing.data_types]
        if left:
            warnings.warn(
                f"The relay left what waits of {', '.join(left)}, which the settings no longer name as types of data.",
                UserWarning,
                stacklevel=5,
            )
        return [Publication(self.routing.of(row["data_type"], "relay"), row["collection"]) for row in known]

    def _open(self, topics: list[str]) -> list[Row]:
        with self.records.read(self.tenant) as records:
            where = {"topic": topics, "done_at": None}
            return records.find(OUTBOX, where, order_by=["created_at"], limit=_PORTION)

    def _deliver(self, entry: Row, publication: Publication) -> tuple[int, int, int]:
        """Deliver one entry; return how many documents were new, were known and were refused."""
        with self.records.read(self.tenant) as records:
            rows = publication.rows(records, entry["payload"])
        made = [publication.document(row) for row in rows]
        collection = self.documents.collection(self.tenant, publication.collection)
        refused: list[tuple[dict[str, Any], str]] = []
        try:
            restated = entry["payload"].get(_RESTATED, False)
            if restated:
                _remove_former(collection, made)
            added = sum(_insert(collection, made, refused)) if made else 0
            if restated and _remove_former(
                collection, made
            ):  # a relay that had read them put them back meanwhile
                collection.insert_new(made)
        except StoreError as error:
            self._failed(entry, error)
            raise
        now = self.clock.now()
        held = [
            quarantine_row(
                document, reason, now, publication.route.data_type, PUBLISH, publication.collection
            )
            for document, reason in refused
        ]
        with self.records.begin(self.tenant) as records:
            records.insert_new(QUARANTINE, held)
            changes = {"done_at": now, "attempts": entry["attempts"] + 1, "last_error": ""}
            records.update(OUTBOX, {"id": entry["id"], "done_at": None}, changes)
        return added, len(made) - added - len(refused), len(refused)

    def _failed(self, entry: Row, error: StoreError) -> None:
        changes = {"attempts": entry["attempts"] + 1, "last_error": error.message[:_LONGEST]}
        with self.records.begin(self.tenant) as records:
            records.update(OUTBOX, {"id": entry["id"], "done_at": None}, changes)


def _remove_former(collection: Collection, documents: list[dict[str, Any]]) -> int:
    """Remove what the documents said before; return how many. Killed then, the entry is open and done again."""
    new = {one["_id"]: one for one in documents}
    found = collection.find({"_id": list(new)}) if new else iter(())
    former = [one["_id"] for one in found if _said(one) != _said(new[one["_id"]])]
    return collection.delete({"_id": former}) if former else 0


def _said(document: Mapping[str, Any]) -> list[Any]:
    return [document.get(name) for name in ("source_app", "processed_content", "created_at")]


def _insert(
    collection: Collection, documents: list[dict[str, Any]], refused: list[tuple[dict[str, Any], str]]
) -> Iterator[int]:
    """Insert documents; those that are refused are set aside, and the others still go in.

    A refusal is about one document, but not every store says which: the halves are tried until it is found.
    """
    try:
        yield collection.insert_new(documents)
    except ParameterError as error:
        if len(documents) == 1:
            refused.append((documents[0], error.message))
            return
        half = len(documents) // 2
        yield from _insert(collection, documents[:half], refused)
        yield from _insert(collection, documents[half:], refused)
