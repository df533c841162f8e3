"""What every online store agrees on: which rows may come in, which is the newest, how values are written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ..core.clock import as_utc
from ..core.errors import ParameterError
from ..core.names import identifier
from ..core.values import OnlineRow
from .columns import aware_time, clean_json, clean_text

ENTITY_LENGTH = 400
_OWNER = "OnlineStore"
_MOST_VERSION = 2**31 - 1


def newest_rows(rows: Iterable[OnlineRow]) -> dict[str, OnlineRow]:
    """Return each entity's newest row of ``rows``, checked and plain; of equal ones the first.

    Times are UTC to the microsecond, values plain JSON (not-a-number becomes ``None``).

    Raises:
        ParameterError: something is no row, a time has no zone, an entity is no text of 1 to 400 characters
            (NUL and lone surrogates are refused), or values have no JSON form.

    >>> day = datetime(2024, 1, 2, tzinfo=UTC)
    >>> rows = [OnlineRow("a", day, day, {"x": float("nan")}), OnlineRow("a", day, day, {"x": 2.0})]
    >>> newest_rows(rows)["a"].values
    {'x': None}
    """
    newest: dict[str, OnlineRow] = {}
    for row in rows:
        clean = _clean(row)
        known = newest.get(clean.entity)
        if known is None or is_newer(clean, known):
            newest[clean.entity] = clean
    return newest


def is_newer(row: OnlineRow, known: OnlineRow) -> bool:
    """Say whether ``row`` replaces ``known``: by event time, then by created time."""
    return (row.event_time, row.created_time) > (known.event_time, known.created_time)


def require_view(view: object, version: object) -> tuple[str, int]:
    """Return the view's name and version, or refuse them."""
    name = identifier(view, "view", _OWNER)
    if isinstance(version, bool) or not isinstance(version, int) or not 0 <= version <= _MOST_VERSION:
        raise ParameterError.of("version", _OWNER, "a whole number of at least 0 and of 32 bits", version)
    return name, version


def require_entities(entities: Sequence[str]) -> list[str]:
    """Return the entities asked for, or refuse them; one text alone is not taken for a list of letters."""
    if isinstance(entities, str):
        raise ParameterError.of("entities", _OWNER, "a sequence of texts", entities)
    return [require_entity(one) for one in entities]


def require_entity(entity: object) -> str:
    """Return the entity's key: text of 1 to 400 characters without NUL and lone surrogates."""
    if not isinstance(entity, str) or not 1 <= len(entity) <= ENTITY_LENGTH:
        raise ParameterError.of("entity", _OWNER, f"text of 1 to {ENTITY_LENGTH} characters", entity)
    return clean_text(entity, "entity", _OWNER)


def values_text(values: Mapping[str, Any]) -> str:
    """Write the values of a clean row as JSON in ASCII, in their own order; every number stays exact."""
    return json.dumps(values, separators=(",", ":"), allow_nan=False)


def read_values(text: str | bytes) -> dict[str, Any]:
    """Read what :func:`values_text` wrote."""
    found: dict[str, Any] = json.loads(text)
    return found


def _clean(row: object) -> OnlineRow:
    if not isinstance(row, OnlineRow):
        raise ParameterError.of("rows", _OWNER, "made of OnlineRow", row)
    if not isinstance(row.values, Mapping):
        raise ParameterError.of("values", _OWNER, "a mapping of names to JSON values", row.values)
    return OnlineRow(
        require_entity(row.entity),
        _moment(row.event_time, "event_time"),
        _moment(row.created_time, "created_time"),
        clean_json(row.values, "values", _OWNER),
    )


def _moment(value: object, parameter: str) -> datetime:
    moment = as_utc(aware_time(value, parameter, _OWNER))
    if type(moment) is datetime and moment.tzinfo is UTC:
        return moment
    # pandas' Timestamp is a datetime with nanoseconds; databases keep microseconds.
    return datetime.combine(moment.date(), moment.time(), UTC)
