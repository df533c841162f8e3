"""What happened, joined to what was predicted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, Literal

import pandas as pd

from ..core.canonical import plain
from ..core.clock import SystemClock, TimeRange, as_utc
from ..core.errors import ConflictError, ParameterError
from ..core.protocols import Collection, DocumentStore
from ..core.tenant import Tenant
from ..core.values import OUTCOMES, PREDICTIONS, Prediction

_IDS_AT_ONCE = 500

COLUMNS = (
    "id",
    "time",
    "model_id",
    "version",
    "entity",
    "output",
    "probabilities",
    "latency_ms",
    "outcome",
    "outcome_time",
)
"""Columns of :func:`joined`."""


def record_outcomes(
    documents: DocumentStore,
    tenant: Tenant | str | None,
    outcomes: Mapping[str, Any] | Iterable[tuple[str, Any]],
    time: datetime | None = None,
) -> int:
    """Record what happened after predictions; return how many outcomes were new.

    Recording the same outcome again changes nothing, so a batch whose reply was lost can be sent again. An
    outcome may arrive before its prediction is in the log.

    Args:
        documents: the document store.
        tenant: the scope; ``None`` is the default tenant.
        outcomes: prediction id -> value (a number, text or boolean), or pairs of them.
        time: when it was known; now when not given. A naive time is taken as UTC with a warning.

    Raises:
        ParameterError: an id is no text, or a value is unknown (``None``, NaN) or not a scalar.
        ConflictError: a prediction already has another outcome. The first one stays; the other new outcomes of
            the call are kept when the conflict is with the store, and none when the call contradicts itself.
    """
    values = _checked(outcomes)
    moment = as_utc(time) if time is not None else SystemClock().now()
    collection = documents.collection(Tenant.of(tenant), OUTCOMES)
    added = collection.insert_new(
        {"_id": one, "time": moment, "value": value} for one, value in values.items()
    )
    if added < len(values):
        _require_same(collection, values)
    return added


def joined(
    documents: DocumentStore,
    tenant: Tenant | str | None,
    model_id: str,
    version: str | None = None,
    time_range: TimeRange | dict[str, Any] | None = None,
    *,
    how: Literal["inner", "left"] = "inner",
) -> pd.DataFrame:
    """Return predictions with their outcomes, one row per prediction, in time order.

    ``time_range`` is [start, end) of the predictions' event time, whenever the outcome arrived. ``how="inner"``
    keeps predictions whose outcome is known; ``"left"`` keeps all, with ``None`` and ``NaT`` for what is not. Ids
    are unique in both collections, so no row can appear twice.

    The frame has the columns :data:`COLUMNS`; ``frame.attrs`` says how many ``predictions`` there were and how
    many ``without_outcome``.

    Raises:
        ParameterError: ``how`` or ``time_range`` is something else.
    """
    if how not in ("inner", "left"):
        raise ParameterError.of("how", "joined", "'inner' or 'left'", how)
    predictions = list(logged(documents, tenant, model_id, version, time_range))
    known = _outcomes_of(documents.collection(Tenant.of(tenant), OUTCOMES), [one.id for one in predictions])
    rows = [_row(one, known.get(one.id)) for one in predictions if how == "left" or one.id in known]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
    frame = pd.DataFrame(
        {name: pd.Series(list(values), dtype="object") for name, values in zip(COLUMNS, columns, strict=True)}
    )
    for name in ("time", "outcome_time"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    frame["latency_ms"] = frame["latency_ms"].astype("float64")
    frame.attrs.update(predictions=len(predictions), without_outcome=len(predictions) - len(known))
    return frame


def logged(
    documents: DocumentStore,
    tenant: Tenant | str | None,
    model_id: str,
    version: str | None = None,
    time_range: TimeRange | dict[str, Any] | None = None,
) -> Iterator[Prediction]:
    """Yield the logged predictions of a model (all versions when ``version`` is ``None``) in time order."""
    where = {"model_id": model_id} if version is None else {"model_id": model_id, "version": version}
    collection = documents.collection(Tenant.of(tenant), PREDICTIONS)
    for document in collection.find(where, time_range=TimeRange.of(time_range)):
        yield Prediction.from_document(document)


def _checked(outcomes: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> dict[str, Any]:
    owner = "record_outcomes"
    pairs = outcomes.items() if isinstance(outcomes, Mapping) else outcomes
    values: dict[str, Any] = {}
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise ParameterError.of("outcomes", owner, "a mapping or pairs (prediction id, value)", pair)
        one, value = pair[0], plain(pair[1])
        if not isinstance(one, str) or not one:
            raise ParameterError.of("outcomes", owner, "keyed by prediction id (text)", one)
        if value is None or not isinstance(value, (bool, int, float, str)):
            raise ParameterError.of(
                "outcomes", owner, f"a known number, text or boolean for '{one}'", pair[1]
            )
        if one in values and not _same(values[one], value):
            raise _conflict(one, values[one], value)
        values[one] = value
    return values


def _require_same(collection: Collection, values: Mapping[str, Any]) -> None:
    for one, document in _outcomes_of(collection, list(values)).items():
        if not _same(document["value"], values[one]):
            raise _conflict(one, document["value"], values[one])


def _same(a: Any, b: Any) -> bool:
    return isinstance(a, bool) == isinstance(b, bool) and bool(a == b)


def _conflict(one: str, first: Any, second: Any) -> ConflictError:
    return ConflictError(f"The prediction '{one}' already has the outcome {first!r}. Got {second!r} as well.")


def _outcomes_of(collection: Collection, ids: list[str]) -> dict[str, Mapping[str, Any]]:
    """Return the outcome documents of ``ids``, some ids per query."""
    found: dict[str, Mapping[str, Any]] = {}
    waiting = iter(ids)
    while some := list(islice(waiting, _IDS_AT_ONCE)):
        found.update((document["_id"], document) for document in collection.find({"_id": some}))
    return found


def _row(one: Prediction, outcome: Mapping[str, Any] | None) -> tuple[Any, ...]:
    value, moment = (None, None) if outcome is None else (outcome["value"], outcome["time"])
    return (
        one.id,
        one.time,
        one.model_id,
        one.version,
        one.entity,
        one.output,
        one.probabilities,
        one.latency_ms,
        value,
        moment,
    )
