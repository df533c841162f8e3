"""What a model gave out, as documents or records: read, named, and given its id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ml_analytics.core.canonical import fingerprint
from ml_analytics.core.clock import parse_time
from ml_analytics.core.errors import ParameterError

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
    entries = []
    for number, content in enumerate(contents):
        entry = {**base, "processed_content": dict(content)}
        made = given if isinstance(data, Mapping) else f"{given}-{number}"
        entries.append({"_id": fingerprint(entry) if given is None else made, **entry, "created_at": now})
    return route, entries


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
