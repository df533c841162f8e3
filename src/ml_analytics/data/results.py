"""What a model gave out, as documents or records: read, named, and given its id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from ml_analytics.core.canonical import canonical_json, fingerprint
from ml_analytics.core.clock import parse_time
from ml_analytics.core.errors import ConflictError, ParameterError

from .arguments import name_of
from .routing import Accepts, Route, Routing

_OWNER = "store_model_results"
_KNOWN = {"type", "data", "source_app", "time", "features", "id"}


def entries_of(
    results: Mapping[str, Any], routing: Routing, now: datetime
) -> tuple[Route, list[dict[str, Any]]]:
    """Return where results go, and one entry per element of ``data``.

    Raises:
        ParameterError: a key is absent, unknown or of the wrong kind, or the type is not a result.
    """
    if not isinstance(results, Mapping) or not {"type", "data"} <= set(results) <= _KNOWN:
        must_be = f"a mapping with 'type' and 'data' out of {', '.join(sorted(_KNOWN))}"
        raise ParameterError.of("results", _OWNER, must_be, results)
    route = routing.for_writing(results["type"], Accepts.RESULTS, _OWNER, "type")
    data = results["data"]
    contents = [data] if isinstance(data, Mapping) else data
    if not isinstance(contents, (list, tuple)) or not all(isinstance(one, Mapping) for one in contents):
        raise ParameterError.of("data", _OWNER, "a mapping or a list of mappings", data)
    features = results.get("features", {})
    if not isinstance(features, Mapping):
        raise ParameterError.of("features", _OWNER, "a mapping", features)
    base = {
        "time": parse_time(results["time"], "time", _OWNER) if results.get("time") is not None else now,
        "source_app": name_of(results.get("source_app", "ml_analytics"), "source_app", _OWNER),
        "data_type": route.data_type,
        "features": dict(features),
    }
    given = results.get("id")
    if given is not None:
        name_of(given, "id", _OWNER)
    bare = [{**base, "processed_content": dict(content)} for content in contents]
    if given is None:
        ids = list(_made(bare))
    else:
        ids = [given] if isinstance(data, Mapping) else [f"{given}-{number}" for number in range(len(bare))]
    return route, [{"_id": name, **entry, "created_at": now} for name, entry in zip(ids, bare, strict=True)]


def _made(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield ids made from content; of equal entries the second and later ones are told apart by their number."""
    seen = Counter[str]()
    for entry in entries:
        name = fingerprint(entry)
        yield fingerprint([name, seen[name]]) if seen[name] else name
        seen[name] += 1


def refuse_others(
    results: Mapping[str, Any],
    entries: Iterable[Mapping[str, Any]],
    known: Iterable[Mapping[str, Any]],
) -> None:
    """Compare ``entries`` with what is stored under their ids (``known``, as documents).

    The time is compared when ``results`` give one: without, a retry gets another.

    Raises:
        ConflictError: another content, or another type, is stored under an id.
    """
    told = ["data_type", "source_app", "processed_content", "features"]
    told += [] if results.get("time") is None else ["time"]
    stored = {str(one["_id"]): one for one in known}
    for entry in entries:
        there = stored.get(entry["_id"])
        if there is None:
            continue
        if any(not _equal(entry[name], there.get(name)) for name in told):
            raise ConflictError(
                f"The id '{entry['_id']}' was stored with another content as '{there.get('data_type')}' and cannot "
                f"be stored as '{entry['data_type']}' again: give another id."
            )


def _equal(given: Any, stored: Any) -> bool:
    if given == stored:
        return True
    try:
        return canonical_json(given) == canonical_json(stored)
    except ParameterError:
        return False


def document_of_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of ``ml_records`` with the names of a document: the way back from :func:`record_of`."""
    kept = {name: row[name] for name in ("source_app", "data_type", "processed_content", "features")}
    return {"_id": row["id"], "time": row["event_time"], **kept}


def record_of(entry: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return an entry as a row of ``ml_records``."""
    return {
        "id": entry["_id"],
        "table_name": entry["data_type"],
        "source_app": entry["source_app"],
        "data_type": entry["data_type"],
        "processed_content": entry["processed_content"],
        "features": entry["features"],
        "event_time": entry["time"],
        "created_at": now,
    }
