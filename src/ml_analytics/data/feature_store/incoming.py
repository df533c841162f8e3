"""Rows that come in: checked by name, kind and time; what cannot be kept is named, never dropped silently."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ml_analytics.core.errors import DataProcessingError, ParameterError

from ..snapshot import snapshot_hash
from .definitions import FeatureView
from .frames import InputFrame
from .keys import LONGEST, as_text, row_keys
from .kinds import ARROW, FeatureKind, feature_values
from .times import as_microseconds, warn_naive

OnBad = Literal["raise", "quarantine"]
_OWNER = "FeatureStore.write"
_TIME = ARROW[FeatureKind.TIMESTAMP]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that can be kept, and those that cannot with their reasons.

    ``fingerprint`` covers all that the caller gave, so not a created time that was filled in.
    """

    table: pa.Table
    fingerprint: str
    rejected: list[tuple[dict[str, Any], str]]


def read_batch(view: FeatureView, frame: Any, now: datetime, on_bad: OnBad) -> Batch:
    """Check a table against the view.

    Raises:
        DataProcessingError: a column is absent, unknown or of another kind, or a row cannot be kept and
            ``on_bad`` is ``"raise"``.
    """
    if on_bad not in ("raise", "quarantine"):
        raise ParameterError.of("on_bad", _OWNER, "'raise' or 'quarantine'", on_bad)
    given = InputFrame(frame, "frame", _OWNER, [*view.entities, view.event_time, view.created_time])
    given.require([*view.entities, view.event_time, *view.features])
    _refuse_strangers(view, given)
    bad = _Bad(given.rows)
    columns = {name: given.keys(name) for name in view.entities}
    for name, keys in columns.items():
        bad.add(f"'{name}' is missing", ~_mask(keys.is_valid()))
        if keys.type != pa.int64():
            bad.add(f"'{name}' is empty", _mask(pc.equal(keys, "")))
            bad.add(f"'{name}' holds a NUL character", _mask(pc.match_substring(keys, "\x00")))
    joined = row_keys(list(columns.values()))
    bad.add(
        f"the entity is longer than {LONGEST} characters", _mask(pc.greater(pc.utf8_length(joined), LONGEST))
    )
    naive = []
    for name in (view.event_time, view.created_time):
        if name not in given.names:
            filled = np.full(given.rows, as_microseconds(now))
            columns[name] = pa.array(filled, pa.int64()).cast(_TIME)
            continue
        times = given.times(name, up=True)
        bad.add(f"'{name}' is missing", ~times.known)
        columns[name] = pa.array(times.values, pa.int64()).cast(_TIME)
        if times.naive:
            naive.append(name)
    for name, kind in view.features.items():
        column, bare = given.dated(name) if kind is FeatureKind.TIMESTAMP else (given.column(name), False)
        if bare:
            naive.append(name)
        columns[name], reasons = feature_values(column, kind, given.shown(name))
        for reason, rows in reasons.items():
            bad.add(f"'{name}' {reason}", rows)
    warn_naive(naive, _OWNER)
    rejected = _rejected(given, bad, on_bad)
    table = pa.table(columns)
    if rejected:
        table = table.filter(pa.array(~bad.rows))
    return Batch(table, _fingerprint(view, given, table, rejected), rejected)


class _Bad:
    """Which rows cannot be kept, and why."""

    def __init__(self, rows: int) -> None:
        self.rows = np.zeros(rows, dtype=bool)
        self._reasons: list[tuple[str, np.ndarray]] = []

    def add(self, reason: str, rows: np.ndarray) -> None:
        if rows.any():
            self.rows |= rows
            self._reasons.append((reason, rows))

    def reason(self, row: int) -> str:
        return ", ".join(reason for reason, rows in self._reasons if rows[row])


def _refuse_strangers(view: FeatureView, given: InputFrame) -> None:
    known = {*view.entities, view.event_time, view.created_time, *view.features}
    strange = [name for name in given.names if name not in known]
    if strange:
        raise DataProcessingError(
            f"The 'frame' parameter of {_OWNER} must have only columns of the feature view '{view.reference}', so "
            f"that nothing is left out unnoticed. Got {', '.join(strange[:5])} besides."
        )


def _rejected(given: InputFrame, bad: _Bad, on_bad: OnBad) -> list[tuple[dict[str, Any], str]]:
    rows = np.flatnonzero(bad.rows).tolist()
    if not rows:
        return []
    if on_bad == "raise":
        raise DataProcessingError(
            f"The 'frame' parameter of {_OWNER} must have only rows that can be kept. Got {len(rows)} that cannot, "
            f"the first is row {rows[0]}: {bad.reason(rows[0])}; on_bad='quarantine' keeps them apart."
        )
    return list(zip(given.documents(rows), map(bad.reason, rows), strict=True))


def _fingerprint(
    view: FeatureView, given: InputFrame, table: pa.Table, rejected: list[tuple[dict[str, Any], str]]
) -> str:
    texts = {name: as_text(table[name].combine_chunks()) for name in view.entities}
    told = [name for name in table.column_names if name not in view.entities]
    if view.created_time not in given.names:
        told.remove(view.created_time)
    kept = pa.table({**texts, **{name: table[name] for name in told}})
    content = snapshot_hash(kept.to_pandas(types_mapper=pd.ArrowDtype))
    if not rejected:
        return content
    from ml_analytics.core.canonical import fingerprint

    return fingerprint([content, rejected])


def _mask(found: pa.Array) -> np.ndarray:
    mask: np.ndarray = pc.fill_null(found, False).to_numpy(zero_copy_only=False)
    return mask
