"""Training data: the features of entities as they were known at each row's own time."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ml_analytics.core.errors import DataProcessingError

from .definitions import FeatureView
from .frames import InputFrame
from .join import point_in_time
from .keys import codes
from .kinds import ARROW, FeatureKind, moment
from .references import Lookup, Wanted, by_view, column_names, resolve
from .segments import SegmentFile, Segments
from .times import Times, warn_naive

_OWNER = "get_historical_features"
_TIME = ARROW[FeatureKind.TIMESTAMP]


class Historical:
    """Point-in-time joins over the segments of one tenant."""

    def __init__(self, segments: Segments, lookup: Lookup) -> None:
        self._segments = segments
        self._lookup = lookup

    def join(
        self,
        entities: Any,
        features: Sequence[str | FeatureView] | str | FeatureView,
        *,
        event_time: str,
        full_feature_names: bool,
        include_event_times: bool,
        leak_late_values: bool,
    ) -> Any:
        """Answer for each row of ``entities``; see :meth:`FeatureStore.get_historical_features`."""
        wanted = resolve(features, self._lookup, _OWNER)
        keys = list(dict.fromkeys(name for one in wanted for name in one.view.entities))
        given = InputFrame(entities, "entities", _OWNER, [*keys, event_time])
        given.require([*keys, event_time])
        times = given.times(event_time, up=False)
        _require_times(times, event_time)
        warn_naive([event_time] if times.naive else [], _OWNER)
        names = column_names(wanted, given.names, full=full_feature_names, owner=_OWNER)
        asked = {name: given.keys(name) for name in keys}
        answers: dict[int, pa.Array] = {}
        used: dict[str, pa.Array] = {}
        for places in by_view(wanted).values():
            view = wanted[places[0]].view
            chosen = [wanted[place] for place in places]
            found = self._answers(
                view, chosen, [asked[name] for name in view.entities], times, leak_late_values
            )
            answers.update(zip(places, found[:-1], strict=True))
            used[time_column(view, wanted, given.names)] = found[-1]
        columns = {name: answers[place] for place, name in enumerate(names)}
        return given.with_columns({**columns, **used} if include_event_times else columns)

    def _answers(
        self, view: FeatureView, wanted: list[Wanted], keys: list[pa.Array], times: Times, leak: bool
    ) -> list[pa.Array]:
        """Return a column for each feature, and last the event times of the rows that were used."""
        columns = [*view.entities, view.event_time, view.created_time, *(one.feature for one in wanted)]

        def read(files: list[SegmentFile]) -> pa.Table | None:
            needed = _needed(files, view, times)
            return self._segments.read(view, needed, columns) if needed else None

        table = self._segments.using(view, read)
        kinds = [ARROW[view.features[one.feature]] for one in wanted]
        if table is None:
            return [pa.nulls(len(times.values), kind) for kind in [*kinds, _TIME]]
        event, created = (_int64(table, name) for name in (view.event_time, view.created_time))
        row_codes, query_codes, entities = codes([_array(table, name) for name in view.entities], keys)
        known = event if leak else created
        asked = (query_codes, times.values, entities, view.ttl_us)
        rows = point_in_time(row_codes, event, known, *asked)
        if len(rows) and not leak and (rows < 0).all():
            late = point_in_time(row_codes, event, event, *asked)
            _warn_late(view, late, created)
        places = pa.array(rows, mask=rows < 0)
        return [
            _array(table, name).take(places) for name in [*(one.feature for one in wanted), view.event_time]
        ]


def _warn_late(view: FeatureView, late: np.ndarray, created: np.ndarray) -> None:
    """Say that a view answers nothing only because of its created times: the mark of a filled-in past.

    ``late`` are the rows that would be the answers if each value had been known when it happened.
    """
    late = late[late >= 0]
    if not len(late):
        return
    first = moment(int(created[late].min()))
    warnings.warn(
        f"{_OWNER}: '{view.reference}' answers none of the rows, for all that had happened by their times was known "
        f"only later, from {first:%Y-%m-%d %H:%M:%S} UTC on; if this past was filled in later, write it again with "
        f"a column '{view.created_time}' that says since when each value was known, or ask with leak_late_values=True.",
        UserWarning,
        stacklevel=5,
    )


def time_column(view: FeatureView, wanted: Sequence[Wanted], taken: Sequence[str]) -> str:
    """Name the column with the event times of a view's values."""
    versions = {one.view.version for one in wanted if one.view.name == view.name}
    name = f"{view.name if len(versions) == 1 else view.reference}__{view.event_time}"
    return name if name not in taken else f"{view.reference}__{view.event_time}"


def _needed(files: list[SegmentFile], view: FeatureView, times: Times) -> list[SegmentFile]:
    """Leave out files that cannot answer: all later than the last question, or too old for the first."""
    if not len(times.values):
        return []
    last = moment(int(times.values.max()))
    needed = [one for one in files if one.first_event <= last]
    if view.ttl is None:
        return needed
    first = int(times.values.min()) - (view.ttl_us or 0)
    return [one for one in needed if _us(one.last_event) >= first]


def _us(time: datetime) -> int:
    from .times import as_microseconds

    return as_microseconds(time)


def _require_times(times: Times, name: str) -> None:
    missing = np.flatnonzero(~times.known)
    if len(missing):
        raise DataProcessingError(
            f"The column '{name}' of {_OWNER} must have a time in every row. Got {len(missing)} without, the first "
            f"is row {missing[0]}."
        )


def _array(table: pa.Table, name: str) -> pa.Array:
    column = table[name]
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _int64(table: pa.Table, name: str) -> np.ndarray:
    values: np.ndarray = pc.cast(_array(table, name), pa.int64()).to_numpy(zero_copy_only=False)
    return values
