"""The feature store: write features once, train on what was known then, serve what is known now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ml_analytics.core.clock import Clock, SystemClock, parse_time
from ml_analytics.core.errors import ParameterError
from ml_analytics.core.frames import Table
from ml_analytics.core.settings import Settings
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import Stores

from ..opened import Opened
from .definitions import FeatureView
from .historical import Historical
from .incoming import OnBad, read_batch
from .online import Materializer, OnlineReader
from .registered import RegisteredViews
from .reports import CompactReport, MaterializeReport, WriteReport
from .segments import Segments, groups

Features = Sequence[str | FeatureView] | str | FeatureView


class FeatureStore(Opened):
    """Features of entities over time, of one tenant. Safe to share between threads.

    What is written is never changed. Asked about a time, the store answers with what had happened **and**
    was known then: a value that arrived late is not seen before it arrived. Close it (or use ``with``) when
    it opened its own stores; closed, it answers nothing.

    Args:
        db: open stores, a directory, a database address, or ``None`` for what the settings say.
        tenant_id: whose features; by default the settings' tenant.
        settings: by default read from file and environment.
        clock: where "now" comes from.

    >>> import pandas as pd
    >>> from tempfile import TemporaryDirectory
    >>> spend = FeatureView("user_spend", ["user_id"], {"spend_7d": "float"})
    >>> written = pd.DataFrame({"user_id": [1, 1], "spend_7d": [10.0, 99.0],
    ...     "event_timestamp": pd.to_datetime(["2024-01-01", "2024-01-02"], utc=True),
    ...     "created_timestamp": pd.to_datetime(["2024-01-01", "2024-01-05"], utc=True)})
    >>> asked = pd.DataFrame({"user_id": [1, 1, 2],
    ...     "event_timestamp": pd.to_datetime(["2024-01-03", "2024-01-06", "2024-01-06"], utc=True)})
    >>> with TemporaryDirectory() as home, FeatureStore(home) as store:
    ...     _ = store.register(spend)
    ...     _ = store.write(spend, written)
    ...     store.get_historical_features(asked, ["user_spend:spend_7d"])["spend_7d"].tolist()
    [10.0, 99.0, nan]
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
        super().__init__(db, Tenant.of(tenant_id if tenant_id is not None else chosen.tenant_id), chosen)
        self._clock = clock or SystemClock()
        self._registered = RegisteredViews(self._stores.records, self.tenant, self._clock)

    @property
    def _views(self) -> RegisteredViews:
        _ = self._stores  # refuses when closed; what was read of definitions is kept
        return self._registered

    @property
    def _segments(self) -> Segments:
        return Segments(self._stores.records, self._stores.artifacts, self.tenant, self._clock)

    # -- definitions -------------------------------------------------------------------------------------

    def register(self, view: FeatureView) -> FeatureView:
        """Register a view; the same definition again is fine and may change description and tags.

        Raises:
            ConflictError: this version has another definition; raise the version.
        """
        return self._views.add(view)

    def apply(self, views: FeatureView | Iterable[FeatureView]) -> list[FeatureView]:
        """Register one view or several; Feast's word for :meth:`register`."""
        return [self.register(one) for one in ([views] if isinstance(views, FeatureView) else views)]

    def views(self) -> list[FeatureView]:
        """Return every version of every view, by name and version."""
        return self._views.all()

    def view(self, name: str, version: int | None = None) -> FeatureView:
        """Return a view, by default its highest version.

        Raises:
            NotFoundError: this tenant has none of that name or version.
        """
        return self._views.one(name, version)

    # -- offline -----------------------------------------------------------------------------------------

    def write(
        self, view: FeatureView | str, frame: Table, batch_id: str | None = None, *, on_bad: OnBad = "raise"
    ) -> WriteReport:
        """Append rows to a view, all of them or none; the same batch again adds nothing.

        Columns are the view's: entities, event time, features, and the created time where there is one; else it
        is now. Missing feature values are kept as missing. Times without a zone are taken as UTC, with a warning.
        Of rows with the same entity, event and created time the first written is the answer: what was once known
        stays, a correction has a later created time.

        Args:
            view: a registered view, its name (highest version) or ``name@2``.
            frame: pandas, polars or Arrow table; columns may stand in a pandas index.
            batch_id: name of the batch, 1 to 200 characters; by default the SHA-256 of what was given. To
                write equal rows once more on purpose give one.
            on_bad: what to do with rows that cannot be kept (no entity, no time, infinity, NUL in text):
                ``"raise"`` refuses the batch, ``"quarantine"`` keeps them apart in the table ``quarantine``,
                source ``features/name@version``, with their reasons.

        Raises:
            DataProcessingError: a column is absent, unknown or of another kind, or a row cannot be kept.
            NotFoundError: the view is not registered.
            ConflictError: the batch id was used for other content.
            StoreError: a store cannot be written; run again.
        """
        known = self._views.given(view, "FeatureStore.write")
        if batch_id is not None and not (
            isinstance(batch_id, str) and 0 < len(batch_id) <= 200 and batch_id.isprintable()
        ):
            raise ParameterError.of(
                "batch_id", "FeatureStore.write", "1 to 200 printable characters", batch_id
            )
        return self._segments.append(known, read_batch(known, frame, self._clock.now(), on_bad), batch_id)

    def get_historical_features(
        self,
        entities: Table,
        features: Features,
        *,
        event_time: str = "event_timestamp",
        full_feature_names: bool = False,
        include_event_times: bool = False,
        leak_late_values: bool = False,
    ) -> Table:
        """Return ``entities`` with one more column per feature, as it was known at each row's time.

        For a row at time t the answer is the value with the greatest (event, created) time among those of the
        entity with event <= t and created <= t, if it is not older than the view's ttl (t - event <= ttl). Rows,
        order, index and columns of ``entities`` stay; an unknown entity has missing values. A ``UserWarning`` says
        when a view answers nothing at all only because its values were known too late: a past that was filled in
        without created times.

        Args:
            entities: pandas, polars or Arrow table with the entities' columns and a time.
            features: ``"view:feature"``, ``"view@2:feature"`` or ``"view"`` for all of its features.
            event_time: the column (or pandas index level) with each row's time.
            full_feature_names: name columns ``view__feature``; names that are taken are so named anyway.
            include_event_times: add ``view__event_timestamp``, when the value happened: missing where no row was
                found, so that an unknown entity is told from a missing value.
            leak_late_values: ignore created times, as if each value had been known when it happened. What
                is trained on it has seen the future.

        Returns:
            The same kind of table. In pandas int features are ``Int64`` and bool ones ``boolean``.

        Raises:
            NotFoundError: a view or feature does not exist.
            DataProcessingError: a column is absent or of another kind, or a row has no time.
            IntegrityError: stored bytes have changed.
        """
        return Historical(self._segments, self._views.lookup).join(
            entities,
            features,
            event_time=event_time,
            full_feature_names=full_feature_names,
            include_event_times=include_event_times,
            leak_late_values=leak_late_values,
        )

    def compact(self, view: FeatureView | str, target_rows: int = 1_000_000) -> CompactReport:
        """Join small neighbouring files into ones of up to ``target_rows`` rows; no answer changes.

        The new file is stored, one transaction puts it in the place of the old ones, then these are deleted.
        Killed anywhere, run it again.

        Raises:
            IntegrityError: stored bytes have changed; nothing is replaced.
        """
        if isinstance(target_rows, bool) or not isinstance(target_rows, int) or target_rows < 1:
            raise ParameterError.of(
                "target_rows", "FeatureStore.compact", "a positive number of rows", target_rows
            )
        known = self._views.given(view, "FeatureStore.compact")
        before = files = self._segments.files(known)
        while joined := groups(files, target_rows):
            for group in joined:
                self._segments.replace(known, group)
            files, seen = self._segments.files(known), files
            if len(files) >= len(seen):  # another process is at it
                break
        return CompactReport(known.reference, len(before), len(files))

    # -- online ------------------------------------------------------------------------------------------

    def materialize(
        self,
        views: Iterable[FeatureView | str] | FeatureView | str | None = None,
        until: datetime | str | None = None,
        *,
        rebuild: bool = False,
    ) -> MaterializeReport:
        """Put each entity's newest values into the online store: what has become visible since the last run.

        A row whose event or created time lies in the future waits for a run after its time. Killed anywhere, or
        run by several processes at once, the next run ends in the same state.

        Args:
            views: which views; by default all versions of all.
            until: up to which time; by default, and at most, now.
            rebuild: begin with an empty online store and write everything: after Redis was flushed.

        Raises:
            NotFoundError: a view is not registered.
            IntegrityError: stored bytes have changed.
            StoreError: a store cannot be read or written; run again.
        """
        now = self._clock.now()
        moment = now if until is None else min(parse_time(until, "until", "FeatureStore.materialize"), now)
        if views is None:
            chosen = self._views.all()
        else:
            asked = [views] if isinstance(views, (str, FeatureView)) else views
            chosen = [self._views.given(one, "FeatureStore.materialize") for one in asked]
        worker = Materializer(self._segments, self._stores.online, self.tenant)
        return MaterializeReport({one.reference: worker.run(one, moment, rebuild=rebuild) for one in chosen})

    def get_online_features(
        self,
        entities: Any,
        features: Features,
        *,
        full_feature_names: bool = False,
        include_event_times: bool = False,
    ) -> Any:
        """Return the features of entities as of the last :meth:`materialize`.

        Right after it the answer is that of :meth:`get_historical_features` at now. The ttl is looked at when
        reading. A reference without a version means the highest registered one: name the version
        (``view@2:feature``) in a service, so that registering a new one changes nothing before it is filled.

        Args:
            entities: a mapping (``{"user_id": 7}``), a list of them, or a table with the entities' columns.
            features: as for :meth:`get_historical_features`.
            full_feature_names: name columns ``view__feature``.
            include_event_times: add ``view__event_timestamp``.

        Returns:
            For a mapping a dict of its keys and the features; for a list a list; for a table the same kind of table.
            Missing is ``None``.

        Raises:
            NotFoundError: a view or feature does not exist.
            ParameterError: an entity lacks a key of a view.
            StoreError: the online store cannot be read.
        """
        reader = OnlineReader(self._stores.online, self.tenant, self._views.lookup, self._clock)
        return reader.read(
            entities,
            features,
            full_feature_names=full_feature_names,
            include_event_times=include_event_times,
        )
