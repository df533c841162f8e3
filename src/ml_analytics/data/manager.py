"""The data layer's front door: documents and tables of one tenant, both directions, by type of data."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

import pandas as pd

from ml_analytics.core.clock import Clock, SystemClock, TimeRange, parse_time
from ml_analytics.core.errors import NotFoundError, ParameterError
from ml_analytics.core.frames import Table
from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import Stores, open_stores

from .arguments import ids_of, name_of, symbol_of, time_range_of
from .ingest import documents_of
from .keeping import Keeping
from .outbox import Relay, add_entries
from .output import Output, documents_as, output_of
from .promotion import Promotion
from .promotions import BarPromotion, ContentPromotion, Kind, Validate
from .promotions.swaps import SWAPPED
from .publication import PUBLICATIONS, begin_publication, collection_of, publication_of, publishable
from .quarantine import has_reason, quarantine_frame, reason_of, stage_of
from .reading import Reader, portion_rows
from .replay import Correct, Replay
from .reports import IngestReport, PromoteReport, PublishReport, ReplayReport
from .results import entries_of, record_of
from .routing import MARKET_METRICS, ML_RECORDS, QUARANTINE, RAW_MARKET, Accepts, Route, Routing

Span: TypeAlias = TimeRange | Mapping[str, datetime | str | None] | None
"""A half-open range of time: ``{"start": …, "end": …}``; an absent side is open, ``None`` is all time."""
_REPAIRS = (SWAPPED,)
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


class MLDataManager:
    """Fetch training data, keep raw data, promote it to tables, publish tables as documents, store results.

    Which type of data lives in documents and which in tables is a closed list (:class:`Routing`), extended
    by the settings ``mongodb.collections`` and ``sql.tables``. Everything belongs to one tenant. Safe to
    share between threads. Close it (or use ``with``) when it opened its own stores.

    Whatever is interrupted, at any point, is run again: nothing is lost and nothing is there twice.

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
        self._reader = Reader(self._stores, self.tenant)

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
        self, data_type: str, time_range: Span = None, output: Output = "pandas"
    ) -> Any:
        """Do as :meth:`fetch_training_data_sync` without holding up the event loop."""
        route, span, chosen = self._asked(data_type, time_range, output, "fetch_training_data")
        return await self._reader.whole_async(route, span, chosen)

    def fetch_training_data_sync(
        self, data_type: str, time_range: Span = None, output: Output = "pandas"
    ) -> Any:
        """Return all data of one type with an event time in [start, end), in time order.

        Documents come with ``_id``, ``time`` and their own fields as columns, records with the columns of
        their table; what is missing is missing in every output. No data is a table without rows. Nested
        values are mappings and lists in pandas; in polars and Arrow, whose columns have one kind each, they
        are JSON as text.

        Args:
            data_type: a name that :class:`Routing` knows.
            time_range: a :class:`TimeRange`, ``{"start": …, "end": …}``, or ``None`` for all time; text and
                datetimes without a zone are UTC.
            output: ``pandas``, ``polars`` or ``arrow``.

        Raises:
            ParameterError: the type is not a known name, the range is none, or the output is unknown.
            StoreError: the store cannot be read.
        """
        return self._reader.whole(*self._asked(data_type, time_range, output, "fetch_training_data"))

    def stream_training_data(
        self, data_type: str, time_range: Span = None, rows: int = 100_000, output: Output = "pandas"
    ) -> Iterator[Any]:
        """Yield what :meth:`fetch_training_data_sync` returns, at most ``rows`` rows at a time.

        Memory is bounded by one portion. Records are read in one transaction, so all portions see the same
        moment; documents in pages. Columns of documents are those of the portion. Errors as there.
        """
        asked = self._asked(data_type, time_range, output, "stream_training_data")
        return self._reader.portions(*asked, portion_rows(rows, "stream_training_data"))

    def stream_training_data_async(
        self, data_type: str, time_range: Span = None, rows: int = 100_000, output: Output = "pandas"
    ) -> AsyncIterator[Any]:
        """Do as :meth:`stream_training_data` for ``async for``, without holding up the event loop."""
        asked = self._asked(data_type, time_range, output, "stream_training_data")
        return self._reader.portions_async(*asked, portion_rows(rows, "stream_training_data"))

    def bars(self, symbol: str, time_range: Span = None) -> pd.DataFrame:
        """Return the promoted bars of ``symbol`` in [start, end): float64 OHLCV on a UTC index, in order.

        No bars is a frame without rows.
        """
        return self._reader.bars(symbol_of(symbol, "bars"), time_range_of(time_range))

    def sources(self, symbol: str) -> tuple[str, ...]:
        """Return where the promoted bars of ``symbol`` come from, by name: more than one is a mixture."""
        return tuple(sorted(self._reader.of_symbol(symbol_of(symbol, "sources"), "source_app")))

    def strangers(self, frame: Table, source: str, symbol: str) -> int:
        """Return how many promoted bars of ``symbol`` are not rows of ``frame``: revised, or from elsewhere.

        A promoted bar never changes, so after a revision of the file the table still holds the bar as it was.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # ingest has said it
            rows = documents_of(frame, source, RAW_MARKET, symbol_of(symbol, "strangers"), self._clock.now())
            own = {document["_id"] for _, document in rows}
        return self._reader.count_strangers(symbol, own)

    # -- documents to tables -----------------------------------------------------------------------------

    def ingest(
        self, frame: Table, source: str, data_type: str = RAW_MARKET, symbol: str | None = None
    ) -> IngestReport:
        """Keep every row of ``frame`` as one raw document, unchanged; rows that are there already add nothing.

        The document has ``_id`` (from source, type, symbol, time and content), ``time``, ``source``,
        ``symbol``, ``raw_content``, ``scraped_at`` and ``metadata``, and waits for :meth:`promote` from the
        moment it is there. A row without a readable time, with text that databases cannot hold (NUL, lone
        surrogates: kept written out) or too large for the document store goes to quarantine.

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
            symbol_of(symbol, "ingest")
        collection = self._stores.documents.collection(self.tenant, route.place)
        keeping = Keeping(self._stores.records, self.tenant, collection, data_type, self._clock.now())
        return keeping.keep(frame, name_of(source, "source", "ingest"), symbol)

    def promote(
        self,
        data_type: str = RAW_MARKET,
        to: str = MARKET_METRICS,
        symbol: str | None = None,
        *,
        repair: Sequence[str] = (),
        validate: Validate | None = None,
        everything: bool = False,
    ) -> PromoteReport:
        """Turn raw documents that wait into validated rows of a table; the rest is quarantined.

        Raw bars become bars of ``market_metrics`` when they keep the laws (see :class:`DataValidator`); other
        raw documents become records of the type ``to``: texts in NFC, stripped, without control characters,
        judged by ``validate``. What fails goes to quarantine, whole, with the names of the broken rules. Of
        two documents for one bar the first one scraped is promoted, the other is quarantined as
        ``duplicate_times``: a promoted bar never changes. Only what waits is read; the verdict on a document
        depends on that document alone, so increments give what one run would.

        Args:
            data_type: a type that is ingested.
            to: ``market_metrics`` for ``raw_market``; for all others a type whose records are results.
            symbol: of which bars; ``None`` for all.
            repair: ``["unit_switch"]`` puts swapped volume columns right where the traded value proves the
                swap, and replays what was quarantined for it.
            validate: for other types than bars: gets a table of cleaned contents and returns a
                :class:`ValidationReport`; by default :meth:`DataValidator.validate_table`.
            everything: look at all documents, not only those that wait (after documents were brought in by
                other means than :meth:`ingest`).

        Raises:
            ParameterError: the types do not fit, or a repair is unknown.
            StoreError: a store failed; run again.
        """
        route = self.routing.for_writing(data_type, Accepts.RAW, "promote")
        target = self._target(data_type, to)
        repairs = _repairs(repair, "promote")
        where: dict[str, Any] = {} if route.place == data_type else {"data_type": data_type}
        if symbol is not None:
            where["symbol"] = symbol_of(symbol, "promote")
        now = self._clock.now()
        kind = self._kind(target.data_type, now, repairs, validate)
        collection = self._stores.documents.collection(self.tenant, route.place)
        promotion = Promotion(self._stores.records, self.tenant, data_type, target, kind, now)
        report = promotion.run(collection, where, everything=everything)
        if not repairs:
            return report
        again = self.replay(data_type=data_type, reason=SWAPPED, symbol=symbol, repair=repairs)
        return PromoteReport(
            report.promoted + again.replayed, report.known, report.quarantined, report.findings
        )

    def watermark(self, data_type: str) -> datetime:
        """Return the moment before which everything that was stored of a raw type has crossed.

        It is when the oldest waiting document was scraped, or now when none waits; a document that comes late
        waits like any other, so nothing older than this is ever skipped.

        Raises:
            ParameterError: the type is not one that is ingested.
        """
        route = self.routing.for_writing(data_type, Accepts.RAW, "watermark")
        now = self._clock.now()
        where = None if route.place == data_type else {"data_type": data_type}
        waiting = self._stores.documents.collection(self.tenant, route.place).pending(where)
        return min((_scraped(one) for one in waiting), default=now)

    # -- tables to documents -----------------------------------------------------------------------------

    def publish(self, data_type: str, to: str | None = None) -> PublishReport:
        """Make every record of a type a document, and deliver what has not been delivered.

        The first call begins the publication: from then on each write of the type leaves an entry in the
        outbox, in the same transaction. Every call delivers what is open, oldest first. A document that
        the store refuses goes to quarantine and holds nothing up.

        Args:
            data_type: a type that lives in tables.
            to: the collection; ``published_<type>`` by default. It holds nothing else, and stays.

        Raises:
            ParameterError: the type lives in documents, or the collection is another type's.
            ConflictError: the type is published to another collection.
            StoreError: a store failed. Nothing is lost: run again, or :meth:`relay`.
        """
        route = publishable(self.routing, data_type, "publish")
        chosen = None if to is None else collection_of(self.routing, to, "publish")
        now = self._clock.now()
        with self._stores.records.read(self.tenant) as records:
            row = records.get(PUBLICATIONS, data_type=route.data_type)
        with self._stores.records.begin(self.tenant) as records:
            publication, begins = begin_publication(records, route, chosen, now)
            if begins and row is None:
                for rows in publication.all_keys(self._stores.records, self.tenant):
                    add_entries(records, publication, rows, now)
        return self._relay().run([publication])

    def relay(self) -> PublishReport:
        """Deliver what is open of all publications; errors as :meth:`publish`."""
        return self._relay().run()

    def published(self, data_type: str, time_range: Span = None, output: Output = "pandas") -> Any:
        """Return the documents that a type was published as, like :meth:`fetch_training_data_sync`.

        Raises:
            NotFoundError: the type is not published.
        """
        route = publishable(self.routing, data_type, "published")
        span, chosen = time_range_of(time_range), output_of(output, "published")
        with self._stores.records.read(self.tenant) as records:
            row = records.get(PUBLICATIONS, data_type=route.data_type)
        if row is None:
            raise NotFoundError(f"A publication of '{route.data_type}' was not found: publish it first.")
        collection = self._stores.documents.collection(self.tenant, row["collection"])
        return documents_as(chosen, collection.frame({"data_type": route.data_type}, time_range=span))

    # -- quarantine --------------------------------------------------------------------------------------

    def quarantine(
        self, data_type: str | None = None, reason: str | None = None, *, replayed: bool = False
    ) -> pd.DataFrame:
        """Return what could not cross, oldest first: one row per document, whole, with the reason.

        Columns: id, data_type, stage (where it stopped: ``ingest``, ``promote`` or ``publish``), target (what
        it was to become), source, reason, created_at, replayed_at, replayed_as, document.

        Args:
            data_type: of which type; ``None`` for all.
            reason: a whole reason, or the name of one rule.
            replayed: also what was replayed since.

        Raises:
            ParameterError: the type is not a known name, or the reason is no text.
        """
        return quarantine_frame(self._entries(data_type, reason, None, "quarantine", replayed=replayed))

    def replay(
        self,
        ids: Sequence[str] | None = None,
        *,
        data_type: str | None = None,
        reason: str | None = None,
        symbol: str | None = None,
        repair: Sequence[str] = (),
        correct: Correct | None = None,
        validate: Validate | None = None,
    ) -> ReplayReport:
        """Judge quarantined entries again, by today's rules, repaired or corrected; what passes crosses.

        A row that had no readable time becomes a document and waits for :meth:`promote`; a rejected document
        becomes a row of its table; one refused by the document store is delivered. ``replayed_at`` and
        ``replayed_as`` then say when and as what. What does not pass stays, with today's reason. The
        original stays as it was, whatever ``correct`` made of it. Replaying again is harmless.

        Args:
            ids: which entries; ``None`` for all that wait. The other filters narrow it down.
            data_type, reason: as for :meth:`quarantine`.
            symbol: of which bars.
            repair: as for :meth:`promote`.
            correct: gets a copy of each document (``time`` is a datetime or ``None``) and returns it corrected,
                or ``None`` to leave the entry alone.
            validate: as for :meth:`promote`.

        Raises:
            NotFoundError: there is no entry of an id.
            ParameterError: an argument is none of these, or ``correct`` returned no document.
            StoreError: a store failed; run again.
        """
        repairs = _repairs(repair, "replay")
        entries = self._entries(data_type, reason, ids_of(ids, "replay"), "replay")
        if symbol is not None:
            wanted = symbol_of(symbol, "replay")
            entries = [row for row in entries if row["document"].get("symbol") == wanted]
        now = self._clock.now()
        return Replay(
            self._stores.records,
            self._stores.documents,
            self.tenant,
            self.routing,
            lambda target: self._kind(target, now, repairs, validate),
            now,
            correct,
        ).run(entries)

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
        route, entries = entries_of(results, self.routing, now)
        if route.store == "documents":
            self._stores.documents.collection(self.tenant, route.place).insert_new(entries)
            return [entry["_id"] for entry in entries]
        rows = [record_of(entry, now) for entry in entries]
        with self._stores.records.begin(self.tenant) as records:
            publication = publication_of(records, route)
            if records.insert_new(ML_RECORDS, rows) and publication is not None:
                add_entries(records, publication, rows, now)
        return [entry["_id"] for entry in entries]

    # -- shared ------------------------------------------------------------------------------------------

    def _asked(
        self, data_type: str, time_range: Span, output: Output, owner: str
    ) -> tuple[Route, TimeRange, Output]:
        return self.routing.of(data_type, owner), time_range_of(time_range), output_of(output, owner)

    def _target(self, data_type: str, to: str) -> Route:
        """Return where documents of a raw type may be promoted to."""
        route = self.routing.of(to, "promote", "to")
        if data_type == RAW_MARKET and to != MARKET_METRICS:
            raise ParameterError.of("to", "promote", f"'{MARKET_METRICS}' for '{RAW_MARKET}'", to)
        if data_type != RAW_MARKET and route.place != ML_RECORDS:
            names = [
                name for name in self.routing.data_types if self.routing.of(name, "").place == ML_RECORDS
            ]
            raise ParameterError.of("to", "promote", f"one of {', '.join(names)} for '{data_type}'", to)
        return route

    def _kind(self, target: str, now: datetime, repair: Sequence[str], validate: Validate | None) -> Kind:
        if target == MARKET_METRICS:
            return BarPromotion(now, SWAPPED in repair)
        return ContentPromotion(target, now, validate)

    def _relay(self) -> Relay:
        return Relay(self._stores.records, self._stores.documents, self.tenant, self.routing, self._clock)

    def _entries(
        self,
        data_type: str | None,
        reason: str | None,
        ids: list[str] | None,
        owner: str,
        *,
        replayed: bool = False,
    ) -> list[dict[str, Any]]:
        """Return quarantined entries under filters, oldest first; those of ``ids`` must exist."""
        wanted = None if data_type is None else self.routing.of(data_type, owner).data_type
        text = reason_of(reason, owner)
        with self._stores.records.read(self.tenant) as records:
            if ids is None:
                where = {} if replayed else {"replayed_at": None}
                rows = records.find(QUARANTINE, where, order_by=["created_at"])
            else:
                rows = records.find(QUARANTINE, {"id": ids}, order_by=["created_at"])
        if ids is not None and (absent := set(ids) - {row["id"] for row in rows}):
            raise NotFoundError(f"The quarantined entry '{min(absent)}' was not found.")
        return [
            row
            for row in rows
            if (replayed or row["replayed_at"] is None)
            and (wanted is None or stage_of(row)[1] == wanted)
            and has_reason(row, text)
        ]


def _repairs(value: object, owner: str) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)) and all(one in _REPAIRS for one in value):
        return tuple(value)
    raise ParameterError.of("repair", owner, f"a list of {', '.join(_REPAIRS)}", value)


def _scraped(document: Mapping[str, Any]) -> datetime:
    """Return when a document was scraped; one that does not say so may be of any time."""
    scraped = document.get("scraped_at")
    try:
        return parse_time(scraped) if isinstance(scraped, (str, datetime)) else _NEVER
    except ParameterError:
        return _NEVER
