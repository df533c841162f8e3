"""The data layer's front door: documents and tables of one tenant, both directions, by type of data."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from ml_analytics.core.clock import Clock, SystemClock
from ml_analytics.core.errors import ParameterError
from ml_analytics.core.frames import Table
from ml_analytics.core.protocols import Collection
from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import Stores

from .arguments import ids_of, name_of, symbol_of, time_range_of
from .fetching import Fetching, Span
from .keeping import Keeping
from .outbox import add_entries
from .output import Output, output_of
from .promotion import Promotion, oldest_waiting
from .promotions import BarPromotion, ContentPromotion, Kind, Validate, rows_with
from .promotions.swaps import SWAPPED
from .publication import publication_of
from .publishing import Publishing
from .quarantine import FEATURES, entries_in, quarantine_frame, reason_of
from .replay import Correct, Replay
from .reports import IngestReport, PromoteReport, PublishReport, ReplayReport
from .restating import RESTATED
from .results import document_of_record, entries_of, record_of, refuse_others
from .routing import MARKET_METRICS, ML_RECORDS, RAW_MARKET, Accepts, Route, Routing

_AT_ONCE = 1_000


class MLDataManager(Fetching):
    """Fetch training data, keep raw data, promote it to tables, publish tables as documents, store results.

    Which type of data lives in documents and which in tables is a closed list (:class:`Routing`), extended
    by the settings ``mongodb.collections`` and ``sql.tables``. Everything belongs to one tenant. Safe to
    share between threads. Close it (or use ``with``) when it opened its own stores; closed, it answers nothing.

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
        tenant = Tenant.of(tenant_id if tenant_id is not None else chosen.tenant_id)
        self.routing = Routing(chosen)
        self._clock = clock or SystemClock()
        super().__init__(db, tenant, chosen)

    @property
    def _publishing(self) -> Publishing:
        return Publishing(self._stores, self.tenant, self.routing, self._clock)

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
        ``duplicate_times``: first among those that wait together. A promoted bar never changes, so one that
        is there stays, also when a document scraped earlier comes later (:meth:`replay` with
        ``repair=["restated"]`` accepts corrections); but for such duplicates, increments
        give what one run would, for the verdict on a document depends on that document alone. Only what
        waits is read.

        Args:
            data_type: a type that is ingested.
            to: ``market_metrics`` for ``raw_market``; for all others a type whose records are results.
            symbol: of which bars; ``None`` for all.
            repair: ``["unit_switch"]`` puts swapped volume columns right where the traded value proves the
                swap, and replays what was quarantined for it.
            validate: for other types than bars: gets a table of cleaned contents and returns a
                :class:`ValidationReport`; by default :meth:`DataValidator.validate_table`.
            everything: look at all documents, not only those that wait (after documents were brought in by
                other means than :meth:`ingest`). One without a time, with an ``_id`` that is no text or with
                values that are not JSON is quarantined, its values written out as text.

        Raises:
            ParameterError: the types do not fit, or a repair is unknown.
            StoreError: a store failed; run again.
        """
        route = self.routing.for_writing(data_type, Accepts.RAW, "promote")
        target = self.routing.promoted(data_type, to, "promote")
        repairs = _repairs(repair, "promote", (SWAPPED,))
        where = _of_type(route)
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
        collection = self._stores.documents.collection(self.tenant, route.place)
        return oldest_waiting(collection, _of_type(route), self._clock.now())

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
            ConflictError: the type is published to another collection, or the collection is where another
                type is published, or would be by default.
            StoreError: a store failed. Nothing is lost: run again, or :meth:`relay`.
        """
        return self._publishing.publish(data_type, to)

    def relay(self) -> PublishReport:
        """Deliver what is open of all publications; errors as :meth:`publish`.

        What waits of a type that the settings no longer name goes on waiting; a ``UserWarning`` says so.
        """
        return self._publishing.relay()

    def published(self, data_type: str, time_range: Span = None, output: Output = "pandas") -> Any:
        """Return the documents that a type was published as, like :meth:`fetch_training_data_sync`.

        Raises:
            NotFoundError: the type is not published.
        """
        return self._publishing.published(
            data_type, time_range_of(time_range), output_of(output, "published")
        )

    # -- quarantine --------------------------------------------------------------------------------------

    def quarantine(
        self, data_type: str | None = None, reason: str | None = None, *, replayed: bool = False
    ) -> pd.DataFrame:
        """Return what could not cross, oldest first: one row per document, whole, with the reason.

        Columns: id, data_type, stage (where it stopped: ``ingest``, ``promote``, ``publish`` or ``features``),
        target (what it was to become), source, reason, created_at, replayed_at, replayed_as, document.

        Args:
            data_type: of which type; ``"features"`` for rows that a feature view rejected; ``None`` for all.
            reason: a whole reason, or the name of one rule.
            replayed: also what was replayed since.

        Raises:
            ParameterError: the type is not a known name, or the reason is no text.
        """
        return quarantine_frame(self._quarantined(data_type, reason, None, "quarantine", replayed=replayed))

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
        becomes a row of its table; one refused by the document store is delivered. Rows that a feature view
        rejected are left, and counted as rejected: write them again, corrected. Entries of a type that the settings
        no longer name are left as they are, and counted as ``unknown_type``. ``replayed_at`` and
        ``replayed_as`` then say when and as what. What does not pass stays, with today's reason. The
        original stays as it was, whatever ``correct`` made of it. Replaying again is harmless.

        Args:
            ids: which entries; ``None`` for all that wait. The other filters narrow it down.
            data_type, reason: as for :meth:`quarantine`.
            symbol: of which bars.
            repair: as for :meth:`promote`; and ``"restated"`` lets a bar that its source corrected (rejected as
                ``duplicate_times``) take the place of the one that is there: of the same source, other numbers, scraped
                later. What the table said before is kept, and listed by
                ``quarantine(reason="restated", replayed=True)``; a published document is replaced.
            correct: gets a copy of each document (``time`` is a datetime or ``None``) and returns it corrected,
                or ``None`` to leave the entry alone.
            validate: as for :meth:`promote`.

        Raises:
            NotFoundError: there is no entry of an id.
            ParameterError: an argument is none of these, or ``correct`` returned no document.
            StoreError: a store failed; run again.
        """
        repairs = _repairs(repair, "replay", (SWAPPED, RESTATED))
        entries = self._quarantined(data_type, reason, ids_of(ids, "replay"), "replay")
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
            RESTATED in repairs,
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
        ``id-1``, …). The same content under the same ``id`` again changes nothing, so a retry with an ``id`` is
        safe; an id that names another content is refused. Without one the id is made from type, source, time
        and content (and, among equal entries of one list, their number). All entries are stored, or none.

        Raises:
            ParameterError: a key is absent, unknown or of the wrong kind, or the type is not a result.
            ConflictError: another content or type is stored under the ``id``; nothing was stored.
            StoreError: the store cannot be written.
        """
        now = self._clock.now()
        route, entries = entries_of(results, self.routing, now)
        if route.store == "documents":
            collection = self._stores.documents.collection(self.tenant, route.place)
            if results.get("id") is not None:  # others are named by what they say
                refuse_others(results, entries, _stored(collection, entries))
            if collection.insert_new(entries) < len(entries) and results.get("id") is not None:
                refuse_others(results, entries, _stored(collection, entries))
            return [entry["_id"] for entry in entries]
        rows = [record_of(entry, now) for entry in entries]
        with self._stores.records.begin(self.tenant) as records:
            publication = publication_of(records, route)
            added = records.insert_new(ML_RECORDS, rows)
            if added < len(rows):
                ids = [row["id"] for row in rows]
                refuse_others(
                    results, entries, map(document_of_record, rows_with(records, ML_RECORDS, "id", ids))
                )
            if added and publication is not None:
                add_entries(records, publication, rows, now)
        return [entry["_id"] for entry in entries]

    # -- shared ------------------------------------------------------------------------------------------

    def _quarantined(
        self,
        data_type: str | None,
        reason: str | None,
        ids: list[str] | None,
        owner: str,
        *,
        replayed: bool = False,
    ) -> list[dict[str, Any]]:
        wanted = data_type
        if data_type not in (None, FEATURES):
            wanted = self.routing.of(data_type, owner).data_type
        text = reason_of(reason, owner)
        with self._stores.records.read(self.tenant) as records:
            return entries_in(records, wanted, text, ids, replayed=replayed)

    def _kind(self, target: str, now: datetime, repair: Sequence[str], validate: Validate | None) -> Kind:
        if target == MARKET_METRICS:
            return BarPromotion(now, SWAPPED in repair)
        return ContentPromotion(target, now, validate)


def _repairs(value: object, owner: str, known: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)) and all(one in known for one in value):
        return tuple(value)
    raise ParameterError.of("repair", owner, f"a list of {', '.join(known)}", value)


def _stored(collection: Collection, entries: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the documents that are there under the ids of ``entries``."""
    ids = [one["_id"] for one in entries]
    for start in range(0, len(ids), _AT_ONCE):
        yield from collection.find({"_id": ids[start : start + _AT_ONCE]})


def _of_type(route: Route) -> dict[str, Any]:
    """Return what tells documents of a type from others of their collection, where there can be others."""
    return {} if route.place == route.data_type else {"data_type": route.data_type}
