"""The data layer's front door: documents and tables of one tenant, fetched and stored by type of data."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd

from ml_analytics.core.canonical import fingerprint
from ml_analytics.core.clock import Clock, SystemClock, TimeRange, parse_time
from ml_analytics.core.errors import ParameterError
from ml_analytics.core.frames import Table
from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import Stores, open_stores

from .ingest import documents_of, unread_reason
from .promotion import Promotion, bars_frame, by_symbol, quarantine_row
from .reports import IngestReport, PromoteReport
from .routing import MARKET_METRICS, ML_RECORDS, QUARANTINE, RAW_MARKET, Accepts, Route, Routing

_BATCH = 10_000
_OWNER = "MLDataManager"
_REPAIRS = ("unit_switch",)


class MLDataManager:
    """Fetch training data, keep raw data, promote it to tables, store model results.

    Which type of data lives in documents and which in tables is a closed list (:class:`Routing`), extended
    by the settings ``mongodb.collections`` and ``sql.tables``. Everything belongs to one tenant. Safe to
    share between threads. Close it (or use ``with``) when it opened its own stores.

    Args:
        db: open stores, a directory, a database address, or ``None`` for what the settings say.
        tenant_id: whose data; by default the settings' tenant.
        settings: by default read from file and environment.
        clock: where "now" comes from.

    >>> from tempfile import TemporaryDirectory
    >>> from ml_analytics.data import load_sp500
    >>> with TemporaryDirectory() as home, MLDataManager(home) as manager:
    ...     _ = manager.ingest(load_sp500().head(100), source="arch", symbol="SPX")
    ...     _ = manager.promote(symbol="SPX")
    ...     manager.bars("SPX", {"start": "1999-02-01", "end": "1999-03-01"}).shape
    (19, 5)
    """

    def __init__(
        self,
        db: Stores | str | Path | None = None,
        tenant_id: Tenant | str | None = None,
        settings: Settings | None = None,
        *,
        clock: Clock | None = None,
    ) -> None:
        chosen = settings if settings is not None else Settings.read()
        self.tenant = Tenant.of(tenant_id if tenant_id is not None else chosen.tenant_id)
        self.routing = Routing(chosen)
        self._owned = not isinstance(db, Stores)
        self._stores = open_stores(db, settings=chosen)
        self._clock = clock or SystemClock()

    def close(self) -> None:
        """Close the stores if this manager opened them."""
        if self._owned:
            self._stores.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- fetch -------------------------------------------------------------------------------------------

    async def fetch_training_data(
        self, data_type: str, time_range: TimeRange | Mapping[str, datetime | str | None] | None = None
    ) -> pd.DataFrame:
        """Do as :meth:`fetch_training_data_sync` without holding up the event loop."""
        return await asyncio.to_thread(self.fetch_training_data_sync, data_type, time_range)

    def fetch_training_data_sync(
        self, data_type: str, time_range: TimeRange | Mapping[str, datetime | str | None] | None = None
    ) -> pd.DataFrame:
        """Return all data of one type with an event time in [start, end), in time order.

        Documents come with ``_id``, ``time`` and their own fields as columns, records with the columns of
        their table. No data is a table without rows.

        Raises:
            ParameterError: the type is not a known name, or the range is none.
            StoreError: the store cannot be read.
        """
        route = self.routing.of(data_type, "fetch_training_data")
        span = _span(time_range)
        if route.store == "documents":
            where = {"data_type": route.data_type} if route.accepts is not Accepts.SERVED else None
            collection = self._stores.documents.collection(self.tenant, route.place)
            return pd.DataFrame(list(collection.find(where, time_range=span)))
        with self._stores.records.read(self.tenant) as records:
            if route.place == ML_RECORDS:
                rows = records.find(
                    ML_RECORDS,
                    {"table_name": route.data_type},
                    between={"event_time": span},
                    order_by=["event_time"],
                )
            else:
                rows = records.find(route.place, between={"timestamp": span}, order_by=["timestamp"])
        return pd.DataFrame(rows)

    def bars(
        self,
        symbol: str,
        time_range: TimeRange | Mapping[str, datetime | str | None] | None = None,
    ) -> pd.DataFrame:
        """Return the promoted bars of ``symbol`` in [start, end): float64 OHLCV on a UTC index, in order.

        No bars is a frame without rows.
        """
        where = {"symbol": _symbol(symbol, "bars")}
        with self._stores.records.read(self.tenant) as records:
            rows = records.find(
                MARKET_METRICS, where, between={"timestamp": _span(time_range)}, order_by=["timestamp"]
            )
        return bars_frame(rows)

    def sources(self, symbol: str) -> tuple[str, ...]:
        """Return where the promoted bars of ``symbol`` come from, by name: more than one is a mixture."""
        where = {"symbol": _symbol(symbol, "sources")}
        with self._stores.records.read(self.tenant) as records:
            return tuple(sorted({row["source_app"] for row in records.find(MARKET_METRICS, where)}))

    def strangers(self, frame: Table, source: str, symbol: str) -> int:
        """Return how many promoted bars of ``symbol`` are not rows of ``frame``: revised, or from elsewhere.

        A promoted bar never changes, so after a revision of the file the table still holds the bar as it was.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # ingest has said it
            rows = documents_of(frame, source, RAW_MARKET, _symbol(symbol, "strangers"), self._clock.now())
            own = {document["_id"] for _, document in rows}
        with self._stores.records.read(self.tenant) as records:
            kept = records.find(MARKET_METRICS, {"symbol": symbol})
        return sum(row["document_id"] not in own for row in kept)

    # -- keep --------------------------------------------------------------------------------------------

    def ingest(
        self, frame: Table, source: str, data_type: str = RAW_MARKET, symbol: str | None = None
    ) -> IngestReport:
        """Keep every row of ``frame`` as one raw document, unchanged; rows that are there already add nothing.

        The document has ``_id`` (from source, type, symbol, time and content), ``time``, ``source``,
        ``symbol``, ``raw_content``, ``scraped_at`` and ``metadata``. A row without a readable time goes to
        quarantine. After a crash run it again: nothing is lost and nothing is there twice.

        Args:
            frame: any table with a DatetimeIndex or a column ``timestamp``, ``time``, ``date`` or ``datetime`` (ISO
                8601; naive times are taken as UTC).
            source: where it came from, 1 to 100 characters.
            data_type: a type that is ingested (``raw_market``, ``text``, ``social``, or configured).
            symbol: what the bars are of; required for ``raw_market``.

        Raises:
            ParameterError: source, type or symbol is none.
            DataProcessingError: no rows or no times.
            StoreError: the store cannot be written; run again.
        """
        route = self.routing.for_writing(data_type, Accepts.RAW, "ingest")
        if symbol is not None or data_type == RAW_MARKET:
            _symbol(symbol, "ingest")
        now = self._clock.now()
        documents, lost = [], []
        for time, document in documents_of(frame, _name(source, "source", "ingest"), data_type, symbol, now):
            if time is None:
                lost.append(quarantine_row(document, unread_reason(document), now))
            else:
                documents.append(document)
        collection = self._stores.documents.collection(self.tenant, route.place)
        added = sum(
            collection.insert_new(documents[start : start + _BATCH])
            for start in range(0, len(documents), _BATCH)
        )
        held = 0
        if lost:
            with self._stores.records.begin(self.tenant) as records:
                held = records.insert_new(QUARANTINE, lost)
        total = len(documents) + len(lost)
        return IngestReport(added=added, known=total - added - held, total=total, quarantined=held)

    def promote(
        self,
        data_type: str = RAW_MARKET,
        to: str = MARKET_METRICS,
        symbol: str | None = None,
        *,
        repair: Sequence[str] = (),
    ) -> PromoteReport:
        """Turn raw documents into validated bars of the table ``market_metrics``; the rest is quarantined.

        A document whose bar breaks a law (see :class:`DataValidator`) goes to the table ``quarantine``, whole
        and with the names of the broken rules as ``reason``. Of two documents for one time the first one
        scraped is promoted, the other is quarantined as ``duplicate_times``: a promoted bar never changes.
        Running it again does only what is left, whatever interrupted it.

        Args:
            data_type: ``raw_market``.
            to: ``market_metrics``.
            symbol: of which bars; ``None`` for all.
            repair: ``["unit_switch"]`` puts swapped volume columns right where the traded value proves the
                swap, and replays what was quarantined for it (``replayed_at`` says when).

        Raises:
            ParameterError: the types are not these, or a repair is unknown.
            StoreError: a store failed; run again.
        """
        route = self.routing.of(data_type, "promote")
        if data_type != RAW_MARKET:
            raise ParameterError.of("data_type", "promote", f"'{RAW_MARKET}'", data_type)
        if to != MARKET_METRICS:
            raise ParameterError.of("to", "promote", f"'{MARKET_METRICS}'", to)
        if isinstance(repair, str) or any(one not in _REPAIRS for one in repair):
            raise ParameterError.of("repair", "promote", f"a list of {', '.join(_REPAIRS)}", repair)
        where = {"symbol": _symbol(symbol, "promote")} if symbol is not None else None
        found = self._stores.documents.collection(self.tenant, route.place).find(where)
        reports = [
            Promotion(self._stores.records, self.tenant, one, self._clock.now(), bool(repair)).run(documents)
            for one, documents in by_symbol(found).items()
        ]
        return PromoteReport(
            promoted=sum(one.promoted for one in reports),
            known=sum(one.known for one in reports),
            quarantined=sum(one.quarantined for one in reports),
            findings=tuple(finding for one in reports for finding in one.findings),
        )

    # -- results -----------------------------------------------------------------------------------------

    async def store_model_results(self, results: Mapping[str, Any]) -> list[str]:
        """Do as :meth:`store_model_results_sync` without holding up the event loop."""
        return await asyncio.to_thread(self.store_model_results_sync, results)

    def store_model_results_sync(self, results: Mapping[str, Any]) -> list[str]:
        """Store what a model gave out; return the ids, one per entry of ``data``.

        ``results`` has ``type`` (``predictions``, ``embeddings``, ``intermediate_results``: documents;
        ``metrics``, ``model_performance``, ``validation_results``, ``user_interactions``: records; or
        configured), ``data`` (a mapping, or a list of them), and may have ``source_app``, ``time`` (the
        event's; default now), ``features`` (a mapping) and ``id`` (text; entries of a list get ``id-0``,
        ``id-1``, …). The same ``id`` stored again changes nothing, so a retry with an ``id`` is safe;
        without one the id is made from type, source, time and content. All entries are stored, or none.

        Raises:
            ParameterError: a key is absent, unknown or of the wrong kind, or the type is not a result.
            StoreError: the store cannot be written.
        """
        now = self._clock.now()
        route, entries = self._entries(results, now)
        if route.store == "documents":
            self._stores.documents.collection(self.tenant, route.place).insert_new(entries)
        else:
            with self._stores.records.begin(self.tenant) as records:
                records.insert_new(ML_RECORDS, [_record(entry, now) for entry in entries])
        return [entry["_id"] for entry in entries]

    def _entries(self, results: Mapping[str, Any], now: datetime) -> tuple[Route, list[dict[str, Any]]]:
        owner = "store_model_results"
        known = {"type", "data", "source_app", "time", "features", "id"}
        if not isinstance(results, Mapping) or not {"type", "data"} <= set(results) <= known:
            raise ParameterError.of(
                "results",
                owner,
                f"a mapping with 'type' and 'data' out of {', '.join(sorted(known))}",
                results,
            )
        route = self.routing.for_writing(results["type"], Accepts.RESULTS, owner, "type")
        data = results["data"]
        contents = [data] if isinstance(data, Mapping) else data
        if not isinstance(contents, (list, tuple)) or not all(isinstance(one, Mapping) for one in contents):
            raise ParameterError.of("data", owner, "a mapping or a list of mappings", data)
        features = results.get("features", {})
        if not isinstance(features, Mapping):
            raise ParameterError.of("features", owner, "a mapping", features)
        base = {
            "time": parse_time(results["time"], "time", owner) if results.get("time") is not None else now,
            "source_app": _name(results.get("source_app", "ml_analytics"), "source_app", owner),
            "data_type": route.data_type,
            "features": dict(features),
        }
        given = results.get("id")
        if given is not None:
            _name(given, "id", owner)
        entries = []
        for number, content in enumerate(contents):
            entry = {**base, "processed_content": dict(content)}
            made = (
                fingerprint(entry)
                if given is None
                else given
                if isinstance(data, Mapping)
                else f"{given}-{number}"
            )
            entries.append({"_id": made, **entry, "created_at": now})
        return route, entries


def _record(entry: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "id": entry["_id"],
        "table_name": entry["data_type"],
        "source_app": entry["source_app"],
        "data_type": entry["data_type"],
        "processed_content": entry["processed_content"],
        "features": entry["features"],
        "event_time": entry["time"],
        "created_at": now,
    }


def _span(value: TimeRange | Mapping[str, datetime | str | None] | None) -> TimeRange:
    if value is None or isinstance(value, TimeRange):
        return TimeRange.of(value)
    if isinstance(value, Mapping):
        return TimeRange.of(dict(value))
    raise ParameterError.of("time_range", _OWNER, "a mapping with 'start' and 'end'", value)


def _name(value: object, parameter: str, owner: str) -> str:
    if isinstance(value, str) and 0 < len(value) <= 100 and value.isprintable():
        return value
    raise ParameterError.of(parameter, owner, "text of 1 to 100 printable characters", value)


def _symbol(value: object, owner: str) -> str:
    return _name(value, "symbol", owner)
