"""Stages: the gate's decision, the change, its history, audit and outbox in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from ..core.clock import as_utc
from ..core.errors import (
    IntegrityError,
    MLFrameworkError,
    ModelNotFoundError,
    ParameterError,
    PromotionRefused,
)
from ..core.names import identifier
from ..evaluation import Evidence, Gate, GateDecision, basic_gate
from ..models import load_model
from . import audit
from .scope import Scope, find_version
from .versions import ModelVersion, flat_metrics

ENVIRONMENTS = ("development", "staging", "production")


def evidence(scope: Scope, candidate: ModelVersion) -> Evidence:
    """Return what the registry knows of a candidate: scores, lineage, parity, and that it loads."""
    metrics = flat_metrics(candidate.metrics)
    return Evidence(
        metrics=metrics,
        primary=_primary(metrics),
        certificate=candidate.lineage.certificate,
        features=candidate.signature.names if candidate.signature is not None else (),
        parity=candidate.metadata.get("parity"),
        compiled=candidate.compiled_digest is not None,
        compiled_note=candidate.compiled_note,
        trials=candidate.lineage.trials,
        integrity=_loads(scope, candidate),
    )


def _primary(metrics: Mapping[str, float]) -> str:
    """Return the name of the metric that decides between versions; scores on training rows come last."""
    held_out = [name for name in metrics if not name.startswith("train.")]
    return next((name for name in ("accuracy", "r2", *held_out, *metrics) if name in metrics), "accuracy")


def _loads(scope: Scope, candidate: ModelVersion) -> bool:
    """Say whether the artifacts are there, unchanged, and a model comes out of them."""
    try:
        load_model(scope.artifact(candidate))
        if candidate.compiled_digest is not None:
            scope.artifact(candidate, compiled=True)
    except MLFrameworkError:
        return False
    return True


def promote(
    scope: Scope,
    model_id: str,
    version: str,
    environment: str,
    gate: Gate | None,
    known: Evidence | None,
    actor: str,
) -> GateDecision:
    """See :meth:`ModelRegistry.promote_version`."""
    if environment not in ENVIRONMENTS:
        raise ParameterError.of(
            "environment", "promote_version", f"one of {', '.join(ENVIRONMENTS)}", environment
        )
    identifier(model_id)
    with scope.read() as records:
        candidate = find_version(records, model_id, version)
    _require_in_use(candidate.archived_at, candidate.version)
    facts = known or evidence(scope, candidate)
    with scope.write() as records:
        records.lock(f"model:{model_id}")
        now = scope.clock.now()  # under the lock, so that the history has the order of the changes
        row = records.get("model_versions", model_id=model_id, version=candidate.version)
        if row is None:  # deleted while it was judged
            raise ModelNotFoundError(model_id, version)
        _require_in_use(row["archived_at"], candidate.version)
        live = records.get("stages", model_id=model_id, environment=environment)
        if live is not None:
            theirs = _live_metrics(records, model_id, live["version"])
            # A score on training rows is not compared where production has one on held-out rows.
            primary = _primary(theirs) if facts.primary.startswith("train.") else facts.primary
            facts = replace(facts, production_metrics=theirs, primary=primary)
        decision = (gate or basic_gate()).decide(facts)
        if live is not None and live["version"] == candidate.version and decision.passed:
            return decision
        detail: dict[str, Any] = {"environment": environment, "decision": decision.to_json()}
        if decision.passed:
            _make_live(records, candidate, environment, live, decision, actor, now)
            detail["previous_version"] = live["version"] if live else None
        action = "promote" if decision.passed else "refuse promotion"
        audit.append(records, now, actor, action, candidate.id, detail)
    if not decision.passed:
        reasons = " ".join(decision.reasons)
        raise PromotionRefused(
            f"{candidate.id} was not promoted to {environment}. {reasons}", decision.reasons
        )
    return decision


def _require_in_use(archived_at: datetime | None, version: str) -> None:
    if archived_at is not None:
        raise ParameterError.of("version", "promote_version", "a version that is not archived", version)


def _live_metrics(records: Any, model_id: str, version: str) -> dict[str, float]:
    row = records.get("model_versions", model_id=model_id, version=version)
    if row is None:
        raise IntegrityError(f"Version {version} of '{model_id}' is live but has no record.")
    return flat_metrics(row["metrics"] or {})


def _make_live(
    records: Any,
    candidate: ModelVersion,
    environment: str,
    live: dict[str, Any] | None,
    decision: GateDecision,
    actor: str,
    now: datetime,
) -> None:
    model_id, version = candidate.model_id, candidate.version
    state = {"version": version, "since": now, "actor": actor}
    if live is None:
        records.insert("stages", {"model_id": model_id, "environment": environment, **state})
    else:
        records.update("stages", {"model_id": model_id, "environment": environment}, state)
    event = {
        "model_id": model_id,
        "version": version,
        "environment": environment,
        "previous_version": live["version"] if live else None,
    }
    identity = uuid4().hex
    row = {"id": identity, **event, "at": now, "actor": actor, "decision": decision.to_json()}
    records.insert("promotions", row)
    records.insert("outbox", {"id": identity, "topic": "model.promoted", "payload": event, "created_at": now})


def live_at(scope: Scope, model_id: str, time: datetime, environment: str) -> str | None:
    """See :meth:`ModelRegistry.production_at`."""
    moment = as_utc(time)
    with scope.read() as records:
        if records.get("models", model_id=identifier(model_id)) is None:
            raise ModelNotFoundError(model_id)
        where = {"model_id": model_id, "environment": environment}
        history = records.find("promotions", where, order_by=("at",))
    before = [row["version"] for row in history if row["at"] <= moment]
    return before[-1] if before else None
