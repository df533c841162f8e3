"""Online features: each entity's newest row is put into the online store, and read back with its ttl."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from ml_analytics.core.clock import Clock
from ml_analytics.core.errors import ParameterError
from ml_analytics.core.protocols import OnlineStore
from ml_analytics.core.tenant import Tenant
from ml_analytics.core.values import OnlineRow

from .definitions import FeatureView
from .frames import InputFrame
from .historical import time_column
from .join import newest
from .keys import codes, mapping_key, row_keys
from .kinds import ARROW, FeatureKind, from_online, moment, to_online
from .references import Lookup, Wanted, by_view, column_names, resolve
from .segments import SegmentFile, Segments
from .times import as_microseconds

_OWNER = "get_online_features"
_CHUNK = 10_000


class Materializer:
    """Puts into the online store what has become visible since the last time."""

    def __init__(self, segments: Segments, online: OnlineStore, tenant: Tenant) -> None:
        self._segments = segments
        self._online = online
        self._tenant = tenant

    def run(self, view: FeatureView, until: datetime, *, rebuild: bool) -> int:
        """Write the rows that can be seen at ``until``; return how many online rows changed.

        A file is marked after its rows are online, so a run that was killed does the file again, and the
        online store takes only what is newer: the end is the same.
        """
        if rebuild:  # marks first: killed between the two, the next run does everything
            self._segments.unmark(view)
            self._online.clear(self._tenant, view.name, view.version)

        def work(files: list[SegmentFile]) -> int:
            due = [one for one in files if rebuild or _due(one, until)]
            return sum(self._file(view, one, until, rebuild) for one in due)

        return self._segments.using(view, work)

    def _file(self, view: FeatureView, file: SegmentFile, until: datetime, rebuild: bool) -> int:
        columns = [*view.entities, view.event_time, view.created_time, *view.features]
        table = self._segments.read(view, [file], columns)
        since = None if rebuild else file.materialized_until
        event, created = (
            table[name].combine_chunks().cast(pa.int64()).to_numpy(zero_copy_only=False)
            for name in (view.event_time, view.created_time)
        )
        seen_from = np.maximum(event, created)
        chosen = seen_from <= as_microseconds(until)
        if since is not None:
            chosen &= seen_from > as_microseconds(since)
        rows = np.flatnonzero(chosen)
        if len(rows):
            keys = [table[name].combine_chunks().take(pa.array(rows)) for name in view.entities]
            numbers, _, count = codes(keys, keys)
            rows = np.sort(rows[newest(numbers, event[rows], created[rows], count)])
        changed = 0
        for start in range(0, len(rows), _CHUNK):
            part = table.take(pa.array(rows[start : start + _CHUNK]))
            changed += self._online.write(self._tenant, view.name, view.version, _online_rows(view, part))
        self._segments.mark(view, file, until)
        return changed


def _due(file: SegmentFile, until: datetime) -> bool:
    mark = file.materialized_until
    return mark is None or (mark < file.last_seen and mark < until)


def _online_rows(view: FeatureView, part: pa.Table) -> Iterator[OnlineRow]:
    keys = row_keys([part[name].combine_chunks() for name in view.entities]).to_pylist()
    times = [part[name].cast(pa.int64()).to_pylist() for name in (view.event_time, view.created_time)]
    values = [to_online(part[name].combine_chunks(), kind) for name, kind in view.features.items()]
    for key, event, created, *row in zip(keys, *times, *values, strict=True):
        yield OnlineRow(key, moment(event), moment(created), dict(zip(view.features, row, strict=True)))


class OnlineReader:
    """Answers for entities as of now, out of the online store."""

    def __init__(self, online: OnlineStore, tenant: Tenant, lookup: Lookup, clock: Clock) -> None:
        self._online = online
        self._tenant = tenant
        self._lookup = lookup
        self._clock = clock

    def read(
        self, entities: Any, features: Any, *, full_feature_names: bool, include_event_times: bool
    ) -> Any:
        """Answer for each entity; see :meth:`FeatureStore.get_online_features`."""
        wanted = resolve(features, self._lookup, _OWNER)
        if isinstance(entities, Mapping):
            return self._mappings([entities], wanted, full_feature_names, include_event_times)[0]
        if isinstance(entities, (list, tuple)):
            if not all(isinstance(one, Mapping) for one in entities):
                raise ParameterError.of(
                    "entities", _OWNER, "mappings of entity names to keys, or a table", entities
                )
            return self._mappings(entities, wanted, full_feature_names, include_event_times)
        given = InputFrame(
            entities, "entities", _OWNER, [name for one in wanted for name in one.view.entities]
        )
        given.require(list(dict.fromkeys(name for one in wanted for name in one.view.entities)))
        names = column_names(wanted, given.names, full=full_feature_names, owner=_OWNER)
        columns: dict[str, pa.Array] = {}
        found = self._found(wanted, lambda view: _frame_keys(given, view))
        for name, one in zip(names, wanted, strict=True):
            kind = one.view.features[one.feature]
            values = [_value(row, one.feature, kind) for row in found[one.view.reference]]
            columns[name] = pa.array(values, ARROW[kind])
        if include_event_times:
            for view, rows in _views(wanted, found):
                times = [None if row is None else row.event_time for row in rows]
                columns[time_column(view, wanted, given.names)] = pa.array(
                    times, ARROW[FeatureKind.TIMESTAMP]
                )
        return given.with_columns(columns)

    def _mappings(
        self, entities: Sequence[Mapping[str, Any]], wanted: list[Wanted], full: bool, with_times: bool
    ) -> list[dict[str, Any]]:
        taken = {name for one in entities for name in one}
        names = column_names(wanted, taken, full=full, owner=_OWNER)
        found = self._found(wanted, lambda view: [mapping_key(one, view.entities) for one in entities])
        answers = [dict(one) for one in entities]
        for name, one in zip(names, wanted, strict=True):
            kind = one.view.features[one.feature]
            for answer, row in zip(answers, found[one.view.reference], strict=True):
                answer[name] = _value(row, one.feature, kind)
        if with_times:
            for view, rows in _views(wanted, found):
                name = time_column(view, wanted, list(taken))
                for answer, row in zip(answers, rows, strict=True):
                    answer[name] = None if row is None else row.event_time
        return answers

    def _found(self, wanted: list[Wanted], keys_of: Any) -> dict[str, list[OnlineRow | None]]:
        """Return each view's rows in the order of the entities; too old ones are ``None``."""
        now = self._clock.now()
        found: dict[str, list[OnlineRow | None]] = {}
        for reference, places in by_view(wanted).items():
            view = wanted[places[0]].view
            keys = keys_of(view)
            known = [key for key in keys if key]
            rows = iter(self._online.read(self._tenant, view.name, view.version, known) if known else [])
            found[reference] = [_alive(next(rows), view, now) if key else None for key in keys]
        return found


def _views(
    wanted: list[Wanted], found: Mapping[str, list[OnlineRow | None]]
) -> Iterator[tuple[FeatureView, list[OnlineRow | None]]]:
    for reference, places in by_view(wanted).items():
        yield wanted[places[0]].view, found[reference]


def _frame_keys(given: InputFrame, view: FeatureView) -> list[str | None]:
    columns = [given.keys(name) for name in view.entities]
    keys: list[str | None] = row_keys(columns).to_pylist()
    return keys


def _alive(row: OnlineRow | None, view: FeatureView, now: datetime) -> OnlineRow | None:
    if row is None or (view.ttl is not None and now - row.event_time > view.ttl):
        return None
    return row


def _value(row: OnlineRow | None, feature: str, kind: FeatureKind) -> Any:
    return None if row is None else from_online(row.values.get(feature), kind)
