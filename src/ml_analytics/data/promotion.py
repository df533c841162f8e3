"""Documents to tables: what waits is judged and written, portion by portion, and waits no longer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ml_analytics.core.protocols import Collection, Records, RecordStore, Row
from ml_analytics.core.tenant import Tenant

from .outbox import add_entries
from .promotions import Candidate, Kind, rows_with, showable, unusable
from .publication import publication_of
from .quarantine import PROMOTE, possible_ids, quarantine_row, stage_of
from .reports import PromoteReport
from .restating import scraped_at
from .routing import QUARANTINE, Route
from .validation import Finding

BATCH = 10_000
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
DUPLICATE = "duplicate_times"
"""Why a document is rejected whose place another document holds."""


@dataclass(frozen=True)
class Promotion:
    """The promotion of one type of raw documents to one type of records. Holds no state.

    Every portion is one transaction that holds its rows, its rejects and the outbox entries of its rows; then
    its documents are acknowledged. Killed between the two, the next run finds the rows, and acknowledges.
    """

    store: RecordStore
    tenant: Tenant
    data_type: str
    target: Route
    kind: Kind
    now: datetime

    def run(
        self, collection: Collection, where: Mapping[str, Any], *, everything: bool = False
    ) -> PromoteReport:
        """Promote what waits in ``collection`` under ``where``, or look at ``everything`` that is there."""
        found = collection.find(where) if everything else collection.pending(where)
        promoted = known = quarantined = 0
        findings: list[Finding] = []
        for documents in _portions(found, self.kind.one_per_time):
            candidates, said = self._judged(documents) if everything else self.kind.judge(documents)
            written, rejected = self._write(candidates)
            collection.acknowledge(one["_id"] for one in documents if isinstance(one["_id"], str))
            promoted += written
            quarantined += rejected
            known += len(documents) - written - rejected
            findings.extend(said)
        return PromoteReport(promoted, known, quarantined, tuple(findings))

    def _judged(self, documents: Sequence[Row]) -> tuple[list[Candidate], tuple[Finding, ...]]:
        """Judge a portion; documents of others in which nothing can be judged are candidates with a reason."""
        reasons = [unusable(one) for one in documents]
        if not any(reasons):
            return self.kind.judge(documents)
        fit = [one for one, reason in zip(documents, reasons, strict=True) if reason is None]
        candidates, said = self.kind.judge(fit) if fit else ([], ())
        foreign = [
            Candidate(showable(one), {}, None, "", reason)
            for one, reason in zip(documents, reasons, strict=True)
            if reason is not None
        ]
        return [*candidates, *foreign], said

    def _write(self, candidates: list[Candidate]) -> tuple[int, int]:
        """Write a portion in one transaction; return how many were promoted and how many quarantined."""
        with self.store.begin(self.tenant) as records:
            publication = publication_of(records, self.target)
            holders = self.kind.holders(records, [one for one in candidates if one.place is not None])
            held, taken = self._held(records, candidates)
            fit, rejects = [], []
            for one in sorted(candidates, key=first_scraped):
                holder = holders.get(one.place) if one.place is not None else None
                if one.id in held or holder == one.id:
                    continue  # it crossed before, and was not marked so
                if one.reason is None and holder is None:
                    fit.append(one)
                    holders[one.place] = one.id
                else:
                    rejects.append(self._reject(one, one.reason or DUPLICATE, one.id in taken))
            if fit:
                self.kind.write(records, fit)
            if fit and publication is not None:
                add_entries(records, publication, [one.row for one in fit], self.now)
            records.insert_new(QUARANTINE, rejects)
        return len(fit), len(rejects)

    def _reject(self, one: Candidate, reason: str, taken: bool) -> dict[str, Any]:
        to = self.target.data_type
        return quarantine_row(one.document, reason, self.now, self.data_type, PROMOTE, to, taken=taken)

    def _held(self, records: Records, candidates: Sequence[Candidate]) -> tuple[set[str], set[str]]:
        """Return which documents were rejected on this very way, and which ids other entries bear.

        One that was rejected and replayed since counts: the row it became was written with that mark.
        """
        way = (PROMOTE, self.data_type, self.target.data_type)
        ids = {name: one.id for one in candidates for name in possible_ids(one.id, way[1], way[2])}
        held: set[str] = set()
        taken: set[str] = set()
        for row in rows_with(records, QUARANTINE, "id", list(ids)):
            (held if stage_of(row) == way else taken).add(ids[row["id"]])
        return held, taken


def first_scraped(one: Candidate) -> tuple[Any, str, str]:
    """Return what orders documents: by time, and of one time the first scraped."""
    return one.document["time"] or _NEVER, str(one.document.get("scraped_at", "")), one.id


def _portions(documents: Iterable[Row], one_per_time: bool) -> Iterator[list[Row]]:
    """Cut documents in time order into portions; with ``one_per_time`` never between two of one time.

    Of those the first scraped wins, which only shows when they are seen together.
    """
    portion: list[Row] = []
    for document in documents:
        if len(portion) >= BATCH and not (one_per_time and document.get("time") == portion[-1].get("time")):
            yield portion
            portion = []
        portion.append(document)
    if portion:
        yield portion


def oldest_waiting(collection: Collection, where: Mapping[str, Any], now: datetime) -> datetime:
    """Return when the oldest document that waits was scraped; ``now`` when none waits.

    ``now`` was taken before looking. A document that does not say when it was scraped may be of any time.
    """
    return min((scraped_at(one) for one in collection.pending(where)), default=now)
