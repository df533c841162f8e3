"""Quarantined entries judged again: by today's rules, repaired, or corrected by hand."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ml_analytics.core.clock import parse_time
from ml_analytics.core.errors import ParameterError
from ml_analytics.core.protocols import DocumentStore, Records, RecordStore, Row
from ml_analytics.core.tenant import Tenant

from .ingest import UNSTORABLE, identity_of, raw_content, storable
from .outbox import add_entries
from .promotion import BATCH, DUPLICATE, first_scraped
from .promotions import Candidate, Kind
from .publication import publication_of
from .quarantine import FEATURES, INGEST, PROMOTE, document_of, stage_of
from .reports import ReplayReport
from .restating import Versions
from .routing import MARKET_METRICS, QUARANTINE, RAW_MARKET, Routing

Correct = Callable[[dict[str, Any]], Mapping[str, Any] | None]
"""Gets a copy of a quarantined document; returns it corrected, or ``None`` to leave it where it is."""
_OWNER = "replay"


@dataclass(frozen=True)
class Replay:
    """Judges entries again, portion by portion. The original of an entry stays whole and as it was.

    ``kind_of`` gives the rules for a type of record. Entries that are replayed already are left alone, so a
    replay that was killed is simply run again.
    """

    records: RecordStore
    documents: DocumentStore
    tenant: Tenant
    routing: Routing
    kind_of: Callable[[str], Kind]
    now: datetime
    correct: Correct | None = None
    restate: bool = False

    def run(self, entries: Sequence[Row]) -> ReplayReport:
        """Replay ``entries``; those that do not pass stay, with today's reason."""
        groups: dict[tuple[str, str, str], list[Row]] = {}
        for row in entries:
            groups.setdefault(stage_of(row), []).append(row)
        replayed, reasons = 0, Counter[str]()
        for (stage, data_type, target), rows in groups.items():
            if stage == FEATURES:  # rows of a feature table are mended by writing them again
                reasons.update(row["reason"] for row in rows)
                continue
            if (why := self._no_way(stage, data_type, target)) is not None:
                reasons[why] += len(rows)
                continue
            for start in range(0, len(rows), BATCH):
                portion = rows[start : start + BATCH]
                if stage == PROMOTE:
                    done, stand = self._into_table(portion, target)
                else:
                    place = self.routing.of(data_type, _OWNER).place if stage == INGEST else target
                    done, stand = self._into_documents(portion, place, raw=stage == INGEST)
                replayed += done
                reasons.update(stand)
        return ReplayReport(replayed, reasons.total(), replayed + reasons.total(), dict(reasons))

    def _no_way(self, stage: str, data_type: str, target: str) -> str | None:
        """Say why entries of a way cannot be judged: the settings no longer name the type; ``None`` when they can.

        Such entries keep the reason that they have, so that they are found by it when the type is back.
        """
        name = target if stage == PROMOTE else data_type
        home = "documents" if stage == INGEST else "records"
        if name in self.routing.data_types and self.routing.of(name, _OWNER).store == home:
            return None
        return f"unknown_type: the settings no longer name '{name}' as a type of {home}"

    def _corrected(self, row: Row) -> dict[str, Any] | None:
        """Return the document to judge, under the entry's id; ``None`` when the caller leaves it alone."""
        document = document_of(row)
        if self.correct is None:
            return document
        changed = self.correct(copy.deepcopy(document))
        if changed is None:
            return None
        if not isinstance(changed, Mapping):
            raise ParameterError.of(
                "correct", _OWNER, "a function that returns a document (a mapping) or None", changed
            )
        time = changed.get("time")
        moment = None if time is None else parse_time(time, "time", _OWNER)
        return {**changed, "_id": document["_id"], "time": moment}

    # -- to tables ---------------------------------------------------------------------------------------

    def _into_table(self, rows: list[Row], target: str) -> tuple[int, Counter[str]]:
        stand = Counter[str]()
        judged: list[dict[str, Any]] = []
        timeless: list[tuple[str, str]] = []
        for row in rows:
            document = self._corrected(row)
            if document is None:
                stand[row["reason"]] += 1
            elif document["time"] is None:
                timeless.append((row["id"], "missing_time"))
            else:
                judged.append(document)
        kind = self.kind_of(target)
        candidates, _ = kind.judge(judged)
        entries = {str(row["document"]["_id"]): row["id"] for row in rows}
        done, kept = self._write(kind, candidates, target, timeless, entries)
        stand.update(kept)
        return done, stand

    def _write(
        self,
        kind: Kind,
        candidates: list[Candidate],
        target: str,
        rejected: list[tuple[str, str]],
        entries: Mapping[str, str],
    ) -> tuple[int, Counter[str]]:
        """Write what passes; ``entries`` are the ids of entries by those of their documents."""
        with self.records.begin(self.tenant) as records:
            publication = publication_of(records, self.routing.of(target, _OWNER))
            holders = kind.holders(records, [one for one in candidates if one.place is not None])
            waiting = _waiting(records, [entries[one.id] for one in candidates])
            versions = self._versions(records, candidates) if target == MARKET_METRICS else None
            fit, later = [], []
            for one in sorted(candidates, key=first_scraped):
                if entries[one.id] not in waiting:
                    continue  # replayed meanwhile
                holder = holders.get(one.place) if one.place is not None else None
                if one.reason is None and holder in (None, one.id):
                    fit.append(one)
                    holders[one.place] = one.id
                    if versions is not None and holder is None:
                        versions.put(one)
                elif one.reason is None and versions is not None and versions.take(one):
                    later.append(one)
                else:
                    rejected.append((entries[one.id], one.reason or DUPLICATE))
            if fit:
                kind.write(records, fit)
            if versions is not None:
                versions.write(records)
            if publication is not None:
                for crossed, restated in ((fit, False), (later, True)):
                    rows = [one.row for one in crossed]
                    add_entries(records, publication, rows, self.now, restated=restated)
            for one in (*fit, *later):
                self._mark(records, entries[one.id], one.identity)
            _keep(records, rejected)
        return len(fit) + len(later), Counter(reason for _, reason in rejected)

    def _versions(self, records: Records, candidates: list[Candidate]) -> Versions | None:
        if not self.restate:
            return None
        raw = self.documents.collection(self.tenant, self.routing.of(RAW_MARKET, _OWNER).place)
        return Versions.of(records, raw, candidates, self.now)

    # -- to documents ------------------------------------------------------------------------------------

    def _into_documents(self, rows: list[Row], place: str, *, raw: bool) -> tuple[int, Counter[str]]:
        """Insert first and mark afterwards: killed in between, the next replay finds the document there."""
        collection = self.documents.collection(self.tenant, place)
        stand, passed, rejected = Counter[str](), [], []
        for row in rows:
            document = self._corrected(row)
            if document is None:
                stand[row["reason"]] += 1
                continue
            made = self._raw(document, row) if raw else document
            if made is None:
                rejected.append((row["id"], row["reason"]))
                continue
            try:
                collection.insert_new([made], pending=raw)
            except ParameterError as error:
                rejected.append((row["id"], error.message))
            else:
                passed.append((row["id"], made["_id"]))
        with self.records.begin(self.tenant) as records:
            for entry, identity in passed:
                self._mark(records, entry, identity)
            _keep(records, rejected)
        stand.update(reason for _, reason in rejected)
        return len(passed), stand

    def _raw(self, document: dict[str, Any], row: Row) -> dict[str, Any] | None:
        """Return the raw document that a corrected row becomes: its id is made from what it says now."""
        time = document["time"]
        untouched = self.correct is None and row["reason"] == UNSTORABLE
        if time is None or untouched or storable(document) is not None:
            return None
        identity = identity_of(
            str(document.get("source", "")),
            str(document.get("data_type") or row["data_type"]),
            document.get("symbol"),
            time.isoformat(),
            raw_content(document),
        )
        return {**document, "_id": identity}

    def _mark(self, records: Records, entry: str, identity: str) -> None:
        changes = {"replayed_at": self.now, "replayed_as": identity}
        records.update(QUARANTINE, {"id": entry, "replayed_at": None}, changes)


def _waiting(records: Records, ids: list[str]) -> set[str]:
    return {row["id"] for row in records.find(QUARANTINE, {"id": ids, "replayed_at": None})}


def _keep(records: Records, rejected: list[tuple[str, str]]) -> None:
    """Write down why entries still stand, one statement per reason."""
    by_reason: dict[str, list[str]] = {}
    for entry, reason in rejected:
        by_reason.setdefault(reason, []).append(entry)
    for reason, ids in by_reason.items():
        records.update(QUARANTINE, {"id": ids, "replayed_at": None}, {"reason": reason})
