"""Raw bars to the table ``market_metrics``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ml_analytics.core.ohlcv import OHLCV
from ml_analytics.core.protocols import Records

from ..arguments import is_name
from ..ingest import numbers_of, raw_content
from ..routing import MARKET_METRICS
from ..validation import DataValidator, Finding
from ..validation.bars import numbers
from .candidate import Candidate, rows_with
from .swaps import SWAPPED, right_volume

_ACROSS = {"duplicate_times", SWAPPED}
"""Rules that look beyond the bar; they are judged here: by the table, and by the bar itself."""
_TIME = pa.timestamp("us", "UTC")
_SCHEMA = pa.schema(
    [
        ("symbol", pa.string()),
        ("timestamp", _TIME),
        *((name, pa.float64()) for name in OHLCV),
        ("source_app", pa.string()),
        ("document_id", pa.string()),
        ("created_at", _TIME),
    ]
)


@dataclass(frozen=True)
class BarPromotion:
    """One document becomes one bar of its symbol; with ``repair`` volumes proven swapped are put right."""

    now: datetime
    repair: bool = False
    target: str = MARKET_METRICS
    one_per_time: bool = True

    def judge(self, documents: Sequence[Mapping[str, Any]]) -> tuple[list[Candidate], tuple[Finding, ...]]:
        """Return a candidate per document and the validator's findings, symbol by symbol."""
        groups: dict[str, list[int]] = {}
        made: dict[int, Candidate] = {}
        for position, document in enumerate(documents):
            if is_name(symbol := document.get("symbol")):
                groups.setdefault(str(symbol), []).append(position)
            else:
                made[position] = Candidate(document, {}, None, "", "missing_symbol")
        findings: list[Finding] = []
        for symbol, positions in groups.items():
            candidates, found = self._of_symbol(symbol, [documents[position] for position in positions])
            made.update(zip(positions, candidates, strict=True))
            findings.extend(found)
        return [made[position] for position in range(len(documents))], tuple(findings)

    def holders(self, records: Records, candidates: Sequence[Candidate]) -> dict[Any, str]:
        """Let no other promotion of these symbols past, then return whose bars are there."""
        wanted: dict[str, list[datetime]] = {}
        for one in candidates:
            if one.place is not None:
                wanted.setdefault(one.place[0], []).append(one.place[1])
        for symbol in sorted(wanted):
            records.lock(f"promote/{MARKET_METRICS}/{symbol}")
        return {
            (symbol, row["timestamp"]): str(row["document_id"])
            for symbol, times in wanted.items()
            for row in rows_with(records, MARKET_METRICS, "timestamp", sorted(set(times)), {"symbol": symbol})
        }

    def write(self, records: Records, candidates: Sequence[Candidate]) -> None:
        """Write the bars at once."""
        rows = [{**one.row, "created_at": self.now} for one in candidates]
        records.insert_table(MARKET_METRICS, pa.Table.from_pylist(rows, _SCHEMA))

    def _of_symbol(
        self, symbol: str, documents: list[Mapping[str, Any]]
    ) -> tuple[list[Candidate], list[Finding]]:
        frame = bars_of_documents(documents)
        validator = DataValidator()
        report = validator.validate_ohlcv(frame, symbol)
        ranks = {rule.name: rank for rank, rule in enumerate(validator.rules)}
        reasons: dict[int, list[str]] = {}
        for one in sorted(report.findings, key=lambda one: ranks[one.rule]):
            if one.rejects and one.rule not in _ACROSS:
                for row in one.rows.tolist():
                    reasons.setdefault(row, []).append(one.rule)
        values = _values(frame)
        right = right_volume(values)
        swapped = np.isfinite(right)
        if self.repair:
            values["volume"] = np.where(swapped, right, values["volume"])
        else:
            for row in np.flatnonzero(swapped).tolist():
                reasons.setdefault(row, []).append(SWAPPED)
        candidates = [
            _candidate(symbol, document, {name: float(values[name][row]) for name in OHLCV}, reasons.get(row))
            for row, document in enumerate(documents)
        ]
        nowhere = np.empty(0, dtype=np.int64)
        return candidates, [replace(one, rows=nowhere) for one in report.findings]


def bars_of_documents(documents: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return the raw rows of documents on their times, every document read by itself.

    Names are taken in lower case; of two that differ in case only, the one in lower case counts, else the
    first by name: so that no document's columns hide those of another.
    """
    rows = []
    for document in documents:
        row: dict[str, Any] = {}
        raw = raw_content(document)
        for name in sorted(raw, key=lambda name: (name != name.lower(), name)):
            row.setdefault(name.lower(), raw[name])
        rows.append(numbers_of(row))
    index = pd.DatetimeIndex([document["time"] for document in documents], name="timestamp")
    frame = pd.DataFrame(rows, index=index)
    for name in OHLCV:
        if name not in frame.columns:
            frame[name] = np.nan
    return frame


def bar_identity(symbol: str, time: datetime) -> str:
    """Return a bar's name outside its table.

    >>> bar_identity("SPX", datetime(2024, 1, 2, tzinfo=UTC))
    'SPX@2024-01-02T00:00:00+00:00'
    """
    return f"{symbol}@{time.astimezone(UTC).isoformat()}"


def _values(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return prices and volumes as float64 in row order; NaN where a cell is no number."""
    names = [name for name in frame.columns if name in OHLCV or "volume" in name or "turnover" in name]
    return {name: numbers(frame[name])[0] for name in names}


def _candidate(
    symbol: str, document: Mapping[str, Any], values: dict[str, float], reasons: list[str] | None
) -> Candidate:
    time = document["time"].astimezone(UTC)
    row = {
        "symbol": symbol,
        "timestamp": time,
        **values,
        "source_app": str(document.get("source", ""))[:200],
        "document_id": document["_id"],
    }
    return Candidate(
        document, row, (symbol, time), bar_identity(symbol, time), ", ".join(reasons) if reasons else None
    )
