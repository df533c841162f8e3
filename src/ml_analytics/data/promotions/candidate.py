"""A document as it would become a row, and what a kind of promotion has to say about documents."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ml_analytics.core.protocols import Records, Row

from ..validation import Finding

_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """One document and the row it would become; ``reason`` says why it cannot.

    ``place`` is what only one row can hold (a bar's symbol and time, a record's id), ``identity`` the row's
    name outside its table (at most 200 characters).
    """

    document: Mapping[str, Any]
    row: Mapping[str, Any]
    place: Any
    identity: str
    reason: str | None = None

    @property
    def id(self) -> str:
        """The document's id."""
        return str(self.document["_id"])


def rows_with(
    records: Records, table: str, column: str, values: Sequence[Any], where: Mapping[str, Any] | None = None
) -> Iterator[Row]:
    """Yield the rows whose ``column`` is one of ``values``, however many those are."""
    for start in range(0, len(values), _AT_ONCE):
        yield from records.find(table, {**(where or {}), column: list(values[start : start + _AT_ONCE])})


def unusable(document: Mapping[str, Any]) -> str | None:
    """Say why no rule can judge a document that came in by other means than ``ingest``; ``None`` when one can.

    >>> unusable({"_id": "a", "raw_content": {}})
    'missing_time'
    """
    if not isinstance(document.get("_id"), str):
        return "unusable_id: the _id is no text"
    time = document.get("time")
    if time is None:
        return "missing_time"
    if not isinstance(time, datetime) or time.tzinfo is None:
        return "unreadable_time: the time is no aware datetime"
    try:
        json.dumps({name: value for name, value in document.items() if name != "time"}, allow_nan=False)
    except (TypeError, ValueError):
        return "unusable_content: the document holds values that are not JSON"
    return None


def showable(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document as JSON can hold it: other values are written out as text.

    >>> showable({"_id": "a", "time": 3, "raw_content": {1: float("inf")}})
    {'_id': 'a', 'raw_content': {'1': 'inf'}, 'time': None, 'time_given': '3'}
    """
    kept = {str(name): _showable(value) for name, value in document.items() if name != "time"}
    time = document.get("time")
    if time is None or (isinstance(time, datetime) and time.tzinfo is not None):
        return {**kept, "_id": str(document["_id"]), "time": time}
    return {**kept, "_id": str(document["_id"]), "time": None, "time_given": str(time)}


def _showable(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(name): _showable(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_showable(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else str(value)


class Kind(Protocol):
    """One kind of promotion. Its verdict on a document depends on that document alone.

    That is what makes increments exact: in whatever portions documents are judged, each gets the same verdict.
    """

    @property
    def one_per_time(self) -> bool:
        """Whether documents of one time may want the same place, so that they have to be judged together."""
        ...

    def judge(self, documents: Sequence[Mapping[str, Any]]) -> tuple[list[Candidate], tuple[Finding, ...]]:
        """Return a candidate per document, in order, and what the validator said about them together."""
        ...

    def holders(self, records: Records, candidates: Sequence[Candidate]) -> dict[Any, str]:
        """Lock what the candidates want and return who holds it: document ids by ``place``."""
        ...

    def write(self, records: Records, candidates: Sequence[Candidate]) -> None:
        """Write the candidates' rows."""
        ...
