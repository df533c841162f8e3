"""Documents kept as they came: inserted waiting, or set aside with the reason when no store can hold them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.frames import Table
from ml_analytics.core.protocols import Collection, RecordStore
from ml_analytics.core.tenant import Tenant

from .ingest import UNSTORABLE, documents_of, storable, unread_reason
from .quarantine import INGEST, quarantine_row
from .reports import IngestReport
from .routing import QUARANTINE

BATCH = 10_000


@dataclass(frozen=True)
class Keeping:
    """Keeps the rows of tables as documents of one type, in ``collection``; the rest goes to quarantine."""

    store: RecordStore
    tenant: Tenant
    collection: Collection
    data_type: str
    now: datetime

    def keep(self, frame: Table, source: str, symbol: str | None) -> IngestReport:
        """Keep every row; documents first, then what is set aside: after a crash both are simply done again."""
        added = total = 0
        waiting: list[dict[str, Any]] = []
        aside: list[dict[str, Any]] = []
        for time, document in documents_of(frame, source, self.data_type, symbol, self.now):
            total += 1
            if (escaped := storable(document)) is not None:
                aside.append(self._aside(escaped, UNSTORABLE))
            elif time is None:
                aside.append(self._aside(document, unread_reason(document)))
            else:
                waiting.append(document)
            if len(waiting) >= BATCH:
                added += self._insert(waiting, aside)
                waiting = []
        added += self._insert(waiting, aside) if waiting else 0
        held = 0
        if aside:
            with self.store.begin(self.tenant) as records:
                held = records.insert_new(QUARANTINE, aside)
        return IngestReport(added=added, known=total - added - held, total=total, quarantined=held)

    def _insert(self, documents: list[dict[str, Any]], aside: list[dict[str, Any]]) -> int:
        """Insert documents; one that the store refuses by its id (too large) is set aside, the others go in."""
        left = documents
        while True:
            try:
                return self.collection.insert_new(left, pending=True)
            except ParameterError as error:
                refused = getattr(error, "document_id", None)
                fitting = [one for one in left if one["_id"] != refused]
                if refused is None or len(fitting) == len(left):
                    raise
                aside.extend(
                    self._aside(one, f"refused: {error.message}") for one in left if one["_id"] == refused
                )
                left = fitting

    def _aside(self, document: dict[str, Any], reason: str) -> dict[str, Any]:
        return quarantine_row(document, reason, self.now, self.data_type, INGEST, self.data_type)
