"""How a document lies in MongoDB, and how a question is asked there.

A tenant's collection is a MongoDB collection of its own, ``documents/<tenant>/<name>``: no query can reach
another tenant's. A document lies there as a person would write it: ``_id``, ``time`` (a date) and the fields at
the top level. Beside them, only where needed:

- ``_us``: the microseconds below the millisecond, which a date cannot hold;
- ``_pending``: it waits to be acknowledged;
- ``_escaped``: some key or number inside is escaped: ``%``, ``.``, a leading ``$``, at the top level a leading
  ``_``, and the empty key are written as ``%25``, ``%2E``, ``%24``, ``%5F`` and ``%``; a whole number of more
  than 64 bits as ``{"%int": "digits"}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ...core.clock import TimeRange
from ...core.errors import ParameterError
from ...core.protocols import Row
from ..document_rows import DocumentRow

DOCUMENTS = "documents/"
OURS = ("_us", "_pending", "_escaped")
_SPECIAL = re.compile(r"[%.]|^\$")
_SPECIAL_ON_TOP = re.compile(r"[%.]|^[$_]")
_ESCAPE = re.compile(r"%([0-9A-F]{2})")
_INTEGER = "%int"
_MOST_INTEGER = 2**63
_MOST_LEVELS = 90  # MongoDB takes 100


def collection_name(tenant_id: str, name: str) -> str:
    """Return the name of the MongoDB collection; ``/`` is in no identifier."""
    return f"{DOCUMENTS}{tenant_id}/{name}"


def stored(row: DocumentRow, *, pending: bool, owner: str) -> dict[str, Any]:
    """Return the document as it lies in MongoDB.

    >>> row = DocumentRow("a", datetime(2024, 1, 2, 0, 0, 0, 1_002, UTC), {"a.b": 1, "_us": 2})
    >>> found = stored(row, pending=False, owner="x")
    >>> {name: value for name, value in found.items() if name != "time"}
    {'_id': 'a', 'a%2Eb': 1, '%5Fus': 2, '_us': 2, '_escaped': True}
    """
    body = escaped(row.body, owner)
    low = row.time.microsecond % 1000
    document = {"_id": row.id, "time": row.time - timedelta(microseconds=low), **body}
    if low:
        document["_us"] = low
    if pending:
        document["_pending"] = True
    if body != row.body:
        document["_escaped"] = True
    return document


def loaded(document: dict[str, Any]) -> Row:
    """Return the document as it came in (in place); dates are read without a zone, which is faster.

    >>> loaded({"_id": "a", "time": datetime(2024, 1, 2), "%5Fus": 2, "_us": 3, "_escaped": True})
    {'_id': 'a', 'time': datetime.datetime(2024, 1, 2, 0, 0, 0, 3, tzinfo=datetime.timezone.utc), '_us': 2}
    """
    time = document.setdefault("time", None)
    low = document.pop("_us", 0)
    if isinstance(time, datetime):  # a document of others may have none
        time = time.replace(tzinfo=UTC)
        document["time"] = time + timedelta(microseconds=low) if low else time
    document.pop("_pending", None)
    if document.pop("_escaped", False):
        return {unescaped_key(name): unescaped(value) for name, value in document.items()}
    return document


def escaped(body: Mapping[str, Any], owner: str) -> dict[str, Any]:
    """Return the fields with keys and numbers that MongoDB can hold."""
    return {_escaped_key(name, _SPECIAL_ON_TOP): _escaped(value, 1, owner) for name, value in body.items()}


def unescaped(value: Any) -> Any:
    """Undo :func:`escaped` for one value."""
    if isinstance(value, dict):
        if len(value) == 1 and _INTEGER in value:
            return int(value[_INTEGER])
        return {unescaped_key(name): unescaped(item) for name, item in value.items()}
    if isinstance(value, list):
        return [unescaped(item) for item in value]
    return value


def unescaped_key(key: str) -> str:
    """Undo the escapes of one key."""
    if "%" not in key:
        return key
    return "" if key == "%" else _ESCAPE.sub(lambda found: chr(int(found[1], 16)), key)


def _escaped(value: Any, level: int, owner: str) -> Any:
    if isinstance(value, (dict, list)):
        if level > _MOST_LEVELS:
            raise ParameterError(
                f"The 'documents' parameter of {owner} must be JSON of at most {_MOST_LEVELS} levels."
            )
        if isinstance(value, list):
            return [_escaped(item, level + 1, owner) for item in value]
        return {
            _escaped_key(name, _SPECIAL): _escaped(item, level + 1, owner) for name, item in value.items()
        }
    if type(value) is int and not -_MOST_INTEGER <= value < _MOST_INTEGER:
        return {_INTEGER: str(value)}
    return value


def _escaped_key(key: str, special: re.Pattern[str]) -> str:
    if not key:
        return "%"
    return special.sub(lambda found: f"%{ord(found[0]):02X}", key)


def condition(where: Mapping[str, list[Any]], span: TimeRange | None = None) -> dict[str, Any]:
    """Return the MongoDB query for checked values (``DocumentRules.where``): equality with kinds.

    MongoDB finds a value inside an array too; an array is no plain value, so arrays are left out.

    >>> condition({"kind": ["a", None]})
    {'$and': [{'kind': {'$in': ['a', None], '$not': {'$type': 'array'}}}]}
    """
    tests: list[dict[str, Any]] = []
    for name, wanted in where.items():
        if name == "_id":
            tests.append({"_id": {"$in": wanted}})
        elif name == "time":
            tests.append(_among(wanted))
        else:
            field = _escaped_key(name, _SPECIAL_ON_TOP)
            tests.append({field: {"$in": wanted, "$not": {"$type": "array"}}})
    if span is not None and span.start is not None:
        tests.append(_beyond(span.start, "$gt", "$gte"))
    if span is not None and span.end is not None:
        tests.append(_beyond(span.end, "$lt", "$lt"))
    return {"$and": tests} if tests else {}


def after(time: datetime, document_id: str, *, newest_first: bool) -> dict[str, Any]:
    """Return the query for what follows this document in the order of reading."""
    way = "$lt" if newest_first else "$gt"
    return _any([_beyond(time, way, way), {**_at(time), "_id": {way: document_id}}])


def order(*, newest_first: bool) -> list[tuple[str, int]]:
    """Return the order of reading, which is that of the index; an absent ``_us`` sorts before every number."""
    way = -1 if newest_first else 1
    return [("time", way), ("_us", way), ("_id", way)]


def _split(time: datetime) -> tuple[datetime, int]:
    low = time.microsecond % 1000
    return time - timedelta(microseconds=low), low


def _among(times: list[datetime]) -> dict[str, Any]:
    whole = [high for high, low in map(_split, times) if not low]
    rest = [_at(time) for time in times if time.microsecond % 1000]
    return _any([{"time": {"$in": whole}, "_us": None}, *rest] if whole else rest)


def _at(time: datetime) -> dict[str, Any]:
    high, low = _split(time)
    return {"time": high, "_us": low or None}  # None finds what is absent


def _beyond(time: datetime, way: str, same: str) -> dict[str, Any]:
    """Say ``time`` is on that side; ``same`` is the test within one millisecond."""
    high, low = _split(time)
    if way == "$gt":
        if same == "$gte" and not low:
            return {"time": {"$gte": high}}
        within = {"time": high, "_us": {same: low}}
    else:
        if not low:
            return {"time": {"$lt": high}}
        within = {"time": high, "$or": [{"_us": None}, {"_us": {"$lt": low}}]}
    return _any([{"time": {way: high}}, within])


def _any(tests: list[dict[str, Any]]) -> dict[str, Any]:
    if len(tests) == 1:
        return tests[0]
    return {"$or": tests} if tests else {"_id": {"$in": []}}
