"""What could not cross, kept whole with the reason, until it is judged again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from ml_analytics.core.canonical import fingerprint
from ml_analytics.core.clock import parse_time
from ml_analytics.core.errors import NotFoundError, ParameterError
from ml_analytics.core.protocols import Records, Row

from .routing import MARKET_METRICS, QUARANTINE, RAW_MARKET

INGEST, PROMOTE, PUBLISH, FEATURES = "ingest", "promote", "publish", "features"
STAGES = (INGEST, PROMOTE, PUBLISH, FEATURES)
_ID_LENGTH = 200
COLUMNS = (
    "id",
    "data_type",
    "stage",
    "target",
    "source",
    "reason",
    "created_at",
    "replayed_at",
    "replayed_as",
    "document",
)


def quarantine_row(
    document: Mapping[str, Any],
    reason: str,
    now: datetime,
    data_type: str,
    stage: str,
    target: str,
    *,
    taken: bool = False,
) -> dict[str, Any]:
    """Return the row that keeps a rejected document whole, with where it was on its way to and why it stopped.

    ``stage`` is ``ingest`` (it could not become a document), ``promote`` (no row of the type ``target``) or
    ``publish`` (no document of the collection ``target``). The entry bears the document's id where that says
    enough; not for records, which one document can become of several types, and not when it is ``taken``.
    """
    kept = {name: value for name, value in document.items() if name != "time"}
    time = document["time"]
    own = str(document["_id"])
    apart = (
        taken or len(own) > _ID_LENGTH or stage == PUBLISH or (stage == PROMOTE and target != MARKET_METRICS)
    )
    return {
        "id": fingerprint(_parts(own, data_type, stage, target)) if apart else own,
        "data_type": data_type,
        "stage": stage,
        "target": target,
        "source": str(document.get("source", document.get("source_app", "")))[:200],
        "reason": reason,
        "document": {**kept, "time": time.isoformat() if time is not None else None},
        "created_at": now,
    }


def possible_ids(own: str, data_type: str, target: str) -> tuple[str, ...]:
    """Return the ids of entries that say that a document has been looked at on its way to ``target``.

    It was rejected there; or it crossed, and a later version took its place.
    """
    rejected = fingerprint(_parts(own, data_type, PROMOTE, target))
    return own, rejected, restated_id(own, data_type, target)


def restated_id(own: str, data_type: str, target: str) -> str:
    """Return the id of the entry that keeps what a document was in a table before a later version took its place."""
    return fingerprint([*_parts(own, data_type, PROMOTE, target), "restated"])


def _parts(own: str, data_type: str, stage: str, target: str) -> list[str]:
    return [stage, target, own] if stage == PUBLISH else [stage, data_type, target, own]


def document_of(row: Row) -> dict[str, Any]:
    """Return the document of a quarantined entry as it was: ``time`` aware, or ``None``."""
    document = dict(row["document"])
    time = document.get("time")
    return {**document, "time": None if time is None else parse_time(time)}


def stage_of(row: Row) -> tuple[str, str, str]:
    """Return an entry's stage, data type and target; entries older than these columns were raw bars."""
    if row["stage"]:
        return row["stage"], row["data_type"], row["target"]
    if row["data_type"] == FEATURES:
        return FEATURES, FEATURES, str(row["source"]).removeprefix(f"{FEATURES}/")[:100]
    data_type = str(row["document"].get("data_type") or RAW_MARKET)
    if row["document"].get("time") is None:
        return INGEST, data_type, data_type
    return PROMOTE, data_type, MARKET_METRICS


def has_reason(row: Row, wanted: str | None) -> bool:
    """Say whether ``wanted`` is the entry's reason, or the name of one of the rules that it broke.

    >>> has_reason({"reason": "high_below, low_above"}, "low_above")
    True
    >>> has_reason({"reason": "missing_time: times must be ISO 8601"}, "missing_time")
    True
    """
    reason = row["reason"]
    return wanted is None or reason == wanted or wanted in reason.partition(":")[0].split(", ")


def reason_of(value: object, owner: str) -> str | None:
    """Return ``value`` when it is text or ``None``."""
    if value is None or (isinstance(value, str) and "\x00" not in value):
        return value
    raise ParameterError.of("reason", owner, "the name of a rule", value)


def quarantine_frame(rows: list[Row]) -> pd.DataFrame:
    """Return entries as a table, oldest first, with the columns of :data:`COLUMNS`."""
    shown = []
    for row in rows:
        stage, data_type, target = stage_of(row)
        shown.append({**row, "stage": stage, "data_type": data_type, "target": target})
    frame = pd.DataFrame(shown, columns=list(COLUMNS))
    for name in ("created_at", "replayed_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame


def entries_in(
    records: Records, data_type: str | None, reason: str | None, ids: list[str] | None, *, replayed: bool
) -> list[Row]:
    """Return entries under filters, oldest first; without ``replayed`` only those that wait.

    Raises:
        NotFoundError: this tenant has no entry of one of the ``ids``.
    """
    if ids is None:
        rows = records.find(QUARANTINE, {} if replayed else {"replayed_at": None}, order_by=["created_at"])
    else:
        rows = records.find(QUARANTINE, {"id": ids}, order_by=["created_at"])
    if ids is not None and (absent := set(ids) - {row["id"] for row in rows}):
        raise NotFoundError(f"The quarantined entry '{min(absent)}' was not found.")
    return [
        row
        for row in rows
        if (replayed or row["replayed_at"] is None)
        and (data_type is None or stage_of(row)[1] == data_type)
        and has_reason(row, reason)
    ]
