"""Documents to tables: cleaned and validated, the rest to quarantine with its reason, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from ml_analytics.core.clock import TimeRange
from ml_analytics.core.ohlcv import OHLCV
from ml_analytics.core.protocols import Records, RecordStore
from ml_analytics.core.tenant import Tenant

from .ingest import content_frame
from .reports import PromoteReport
from .routing import MARKET_METRICS, QUARANTINE
from .validation import DataValidator, Finding
from .validation.bars import Bars
from .validation.rules.unit_switch import swap_back

BATCH = 5_000
_TICK = timedelta(microseconds=1)
_DUPLICATE = "duplicate_times"


@dataclass(frozen=True)
class _Candidate:
    """One document as it would become a bar; ``reason`` says why it cannot."""

    document: dict[str, Any]
    values: dict[str, float]
    reason: str | None


@dataclass(frozen=True)
class Promotion:
    """The promotion of one symbol's raw bars. Holds no state: what is done is read from the tables.

    Every batch is one transaction that holds both its bars and its rejects, so after a crash a document is
    either in one of the two or still waiting, never in none and never in both.
    """

    store: RecordStore
    tenant: Tenant
    symbol: str
    now: datetime
    repair: bool = False

    def run(self, documents: list[dict[str, Any]]) -> PromoteReport:
        """Promote what is new among ``documents`` (all of the symbol's)."""
        ordered = sorted(documents, key=lambda one: (one["time"], str(one.get("scraped_at", "")), one["_id"]))
        if not ordered:
            return PromoteReport(0, 0, 0)
        candidates, findings = self._judged(ordered)
        done, held = self._seen(ordered)
        waiting = [
            one
            for one in candidates
            if one.document["_id"] not in done
            and (one.document["_id"] not in held or (self.repair and one.reason is None))
        ]
        promoted = quarantined = 0
        for start in range(0, len(waiting), BATCH):
            kept, rejected = self._write(waiting[start : start + BATCH], held)
            promoted += kept
            quarantined += rejected
        return PromoteReport(promoted, len(ordered) - promoted - quarantined, quarantined, findings)

    def _judged(self, documents: list[dict[str, Any]]) -> tuple[list[_Candidate], tuple[Finding, ...]]:
        """Validate all documents together, so that the verdict does not depend on what is done already."""
        frame = content_frame(documents)
        if self.repair:
            frame = swap_back(frame)
        for name in OHLCV:
            if name not in {str(column).lower() for column in frame.columns}:
                frame[name] = np.nan
        report = DataValidator().validate_ohlcv(frame, self.symbol)
        reasons: dict[int, list[str]] = {}
        for one in report.findings:
            if one.rejects and one.rule != _DUPLICATE:  # judged below, among the bars that are fit otherwise
                for row in one.rows.tolist():
                    reasons.setdefault(row, []).append(one.rule)
        bars = Bars.of(frame)
        values = {name: np.empty(len(frame)) for name in OHLCV}
        for name in OHLCV:
            values[name][bars.rows] = bars[name]
        candidates, taken = [], set()
        for row, document in enumerate(documents):
            reason = ", ".join(reasons[row]) if row in reasons else None
            if reason is None:
                reason = _DUPLICATE if document["time"] in taken else None
                taken.add(document["time"])
            numbers = {name: float(values[name][row]) for name in OHLCV}
            candidates.append(_Candidate(document, numbers, reason))
        nowhere = np.empty(0, dtype=np.int64)
        return candidates, tuple(replace(one, rows=nowhere) for one in report.findings)

    def _seen(self, documents: list[dict[str, Any]]) -> tuple[set[str], set[str]]:
        """Return the documents that are promoted and those that lie in quarantine."""
        sources = sorted({_source(document) for document in documents})
        with self.store.read(self.tenant) as records:
            done = {row["document_id"] for row in records.find(MARKET_METRICS, {"symbol": self.symbol})}
            held = {row["id"] for row in records.find(QUARANTINE, {"source": sources, "replayed_at": None})}
        return done, held

    def _write(self, batch: list[_Candidate], held: set[str]) -> tuple[int, int]:
        """Write one batch in one transaction; return how many were promoted and newly quarantined."""
        with self.store.begin(self.tenant) as records:
            records.lock(f"promote/{MARKET_METRICS}/{self.symbol}")
            there = self._there(records, batch)
            bars, rejects, replayed = [], [], []
            for one in batch:
                document = one.document
                holder = there.get(document["time"])
                if holder == document["_id"]:
                    continue  # another process was faster
                if one.reason is None and holder is None:
                    bars.append(self._bar(one))
                    if document["_id"] in held:
                        replayed.append(document["_id"])
                elif document["_id"] not in held:
                    rejects.append(quarantine_row(document, one.reason or _DUPLICATE, self.now))
            promoted = records.insert_new(MARKET_METRICS, bars)
            quarantined = records.insert_new(QUARANTINE, rejects)
            for start in range(0, len(replayed), 1_000):
                records.update(QUARANTINE, {"id": replayed[start : start + 1_000]}, {"replayed_at": self.now})
        return promoted, quarantined

    def _there(self, records: Records, batch: list[_Candidate]) -> Mapping[datetime, str]:
        span = TimeRange(batch[0].document["time"], batch[-1].document["time"] + _TICK)
        rows = records.find(MARKET_METRICS, {"symbol": self.symbol}, between={"timestamp": span})
        return {row["timestamp"]: row["document_id"] for row in rows}

    def _bar(self, one: _Candidate) -> dict[str, Any]:
        return {
            "symbol": self.symbol,
            "timestamp": one.document["time"],
            **one.values,
            "source_app": _source(one.document),
            "document_id": one.document["_id"],
            "created_at": self.now,
        }


def quarantine_row(document: Mapping[str, Any], reason: str, now: datetime) -> dict[str, Any]:
    """Return the row that keeps a rejected document whole, with the reason."""
    kept = {name: value for name, value in document.items() if name != "time"}
    time = document["time"]
    return {
        "id": document["_id"],
        "source": _source(document),
        "reason": reason,
        "document": {**kept, "time": time.isoformat() if time is not None else None},
        "created_at": now,
    }


def _source(document: Mapping[str, Any]) -> str:
    return str(document.get("source", ""))[:200]


def by_symbol(documents: Iterator[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Group documents by their symbol; those without one cannot become bars and are left where they are."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for document in documents:
        if isinstance(symbol := document.get("symbol"), str):
            groups.setdefault(symbol, []).append(document)
    return groups


def bars_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return table rows as bars: float64 columns on a UTC index named ``timestamp``."""
    index = pd.DatetimeIndex(
        [row["timestamp"] for row in rows], dtype="datetime64[us, UTC]", name="timestamp"
    )
    columns = {name: [row[name] for row in rows] for name in OHLCV}
    return pd.DataFrame(columns, index=index, dtype=np.float64)
