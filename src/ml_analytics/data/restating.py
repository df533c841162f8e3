"""Bars that their source corrected later: the later version takes the row, and what it said is kept."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from ml_analytics.core.clock import parse_time
from ml_analytics.core.errors import ParameterError
from ml_analytics.core.ohlcv import OHLCV
from ml_analytics.core.protocols import Collection, Records, Row

from .promotions import Candidate, rows_with
from .quarantine import PROMOTE, quarantine_row, restated_id
from .routing import MARKET_METRICS, QUARANTINE, RAW_MARKET

RESTATED = "restated"
"""Why the former row of a bar is kept among the quarantined entries; and the repair that lets it happen."""
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_AT_ONCE = 500


@dataclass
class Versions:
    """The rows that hold the places of candidates, and the later versions that take them.

    A candidate is a later version when it is of the row's source, was scraped after the row's document, and says
    something else: so of all versions the last one stands, in whatever order and however often they come.
    Belongs to one transaction, which has locked the places.
    """

    rows: dict[Any, Row]
    scraped: dict[str, datetime]
    now: datetime
    taken: dict[Any, Candidate] = field(default_factory=dict)
    former: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(
        cls, records: Records, raw: Collection, candidates: Sequence[Candidate], now: datetime
    ) -> Versions:
        """Read what is there at the places of ``candidates``, and when the documents behind it were scraped."""
        wanted: dict[str, set[datetime]] = {}
        for one in candidates:
            if one.place is not None:
                wanted.setdefault(one.place[0], set()).add(one.place[1])
        rows = {
            (symbol, row["timestamp"]): row
            for symbol, times in wanted.items()
            for row in rows_with(records, MARKET_METRICS, "timestamp", sorted(times), {"symbol": symbol})
        }
        ids = iter(sorted({str(row["document_id"]) for row in rows.values()}))
        scraped: dict[str, datetime] = {}
        while part := list(islice(ids, _AT_ONCE)):
            scraped.update((one["_id"], scraped_at(one)) for one in raw.find({"_id": part}))
        return cls(rows, scraped, now)

    def put(self, one: Candidate) -> None:
        """Say that a candidate took a free place."""
        self.rows[one.place] = {**one.row, "created_at": self.now}
        self.scraped[one.id] = scraped_at(one.document)

    def take(self, one: Candidate) -> bool:
        """Let a candidate take the place of the row that is there, if it is a later version of it."""
        row = self.rows.get(one.place)
        if row is None or row["source_app"] != one.row["source_app"] or _says_the_same(row, one.row):
            return False
        known: datetime = row["created_at"]  # for a document that is there no more
        if scraped_at(one.document) <= self.scraped.get(str(row["document_id"]), known):
            return False
        self.former.append(_former(row, one, self.now))
        self.put(one)
        self.taken[one.place] = one
        return True

    def write(self, records: Records) -> None:
        """Change the rows, and keep what they were, by document and with what took their place."""
        for (symbol, time), one in self.taken.items():
            values = {name: one.row[name] for name in (*OHLCV, "source_app", "document_id")}
            key = {"symbol": symbol, "timestamp": time}
            records.update(MARKET_METRICS, key, {**values, "created_at": self.now})
        records.insert_new(QUARANTINE, self.former)


def scraped_at(document: Mapping[str, Any]) -> datetime:
    """Return when a document was scraped; one that does not say it may be of any time."""
    scraped = document.get("scraped_at")
    try:
        return parse_time(scraped) if isinstance(scraped, (str, datetime)) else _NEVER
    except ParameterError:
        return _NEVER


def _says_the_same(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(_number(row[name]) == _number(other[name]) for name in OHLCV)


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def _former(row: Mapping[str, Any], by: Candidate, now: datetime) -> dict[str, Any]:
    """Return the entry that keeps a bar as it was; it waits for nothing."""
    document = {
        "_id": str(row["document_id"]),
        "time": row["timestamp"],
        "source": row["source_app"],
        "symbol": row["symbol"],
        "data_type": RAW_MARKET,
        "raw_content": {name: _number(row[name]) for name in OHLCV},
        "metadata": {"promoted_at": row["created_at"].isoformat(), "restated_by": by.id},
    }
    entry = quarantine_row(document, RESTATED, now, RAW_MARKET, PROMOTE, MARKET_METRICS)
    own = restated_id(document["_id"], RAW_MARKET, MARKET_METRICS)
    return {**entry, "id": own, "replayed_at": now, "replayed_as": by.identity}
