"""Registering: the artifact first, then one transaction with everything else.

A process killed in between leaves an artifact that nothing names: harmless, and found again by its hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..core.canonical import fingerprint, plain
from ..core.errors import ConflictError, ParameterError
from ..core.names import identifier
from ..core.protocols import Records
from ..core.values import Lineage
from ..core.versions import Version
from ..models import BaseModel, dump_model
from . import audit
from .scope import Scope, find_version
from .versions import ModelVersion

ARTIFACTS = "artifacts"
"""Held while artifacts are named by rows or removed: one must not go while another version takes it up."""

_ONCE = "register:"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model on its way into the registry, with all that is to be kept of it."""

    name: str
    model: BaseModel
    version: str | None = None
    compiled: bytes | None = None
    compiled_note: str = ""
    metrics: Mapping[str, Any] = field(default_factory=dict)
    lineage: Lineage | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    hyperparameters: Mapping[str, Any] | None = None
    once: str | None = None
    actor: str = "system"

    def content(self, digest: str, compiled_digest: str | None) -> dict[str, Any]:
        """Return what the row keeps besides name, number and times."""
        parameters = _parameters(self.model)
        lineage = self.lineage or Lineage(parameters_hash=fingerprint(parameters))
        given = self.hyperparameters if self.hyperparameters is not None else parameters
        return {
            "model_type": self.model.model_type,
            "digest": digest,
            "compiled_digest": compiled_digest,
            "compiled_note": self.compiled_note,
            "metrics": plain(dict(self.metrics)),
            "hyperparameters": plain(dict(given)),
            "signature": self.model.signature.to_json() if self.model.signature is not None else None,
            "lineage": lineage.to_json(),
            "metadata": plain(dict(self.metadata)),
        }


def register(scope: Scope, candidate: Candidate) -> ModelVersion:
    """Write a candidate and return its version; see :meth:`ModelRegistry.register_model`."""
    identifier(candidate.name)
    wanted = Version.parse(candidate.version) if candidate.version is not None else None
    blobs = [data for data in (dump_model(candidate.model), candidate.compiled) if data is not None]
    digests = [scope.stores.artifacts.put(scope.tenant, data) for data in blobs]
    content = candidate.content(digests[0], digests[1] if len(digests) > 1 else None)
    with scope.write() as records:
        records.lock(f"model:{candidate.name}")
        records.lock(ARTIFACTS)
        for data, digest in zip(blobs, digests, strict=True):
            if not scope.stores.artifacts.exists(scope.tenant, digest):
                scope.stores.artifacts.put(scope.tenant, data)  # deleted with its last version meanwhile
        chosen = _write(scope, records, candidate, wanted, content)
        return find_version(records, candidate.name, chosen)


def _write(
    scope: Scope, records: Records, candidate: Candidate, wanted: Version | None, content: dict[str, Any]
) -> str:
    """Return the number under which the content stands; write what is not there yet."""
    name, print_ = candidate.name, _print(content)
    if candidate.once is not None:
        done = _registered_once(records, name, candidate.once)
        if done is not None:
            if done["inputs_hash"] != print_:
                raise ConflictError(
                    f"The key '{candidate.once}' has already registered another model as '{name}'."
                )
            return str(done["result"]["version"])
    chosen = wanted or _next_version(records, name)
    existing = records.get("model_versions", model_id=name, version=str(chosen))
    if existing is None:
        _insert(scope, records, candidate, chosen, {**content, "fingerprint": print_})
    elif existing["fingerprint"] != print_:
        raise ConflictError(
            f"Version {chosen} of '{name}' exists with other content; versions are immutable."
        )
    if candidate.once is not None:
        key = {"workflow": _ONCE + name, "step": candidate.once}
        result = {"version": str(chosen)}
        step = {"inputs_hash": print_, "result": result, "finished_at": scope.clock.now()}
        if not records.update("workflow_steps", key, step):
            records.insert("workflow_steps", {**key, **step})
    return str(chosen)


def _print(content: dict[str, Any]) -> str:
    """Return the hash that says whether two registrations are the same.

    The bytes of the compiled form are left out: they follow from the native ones, but a converter may number
    or name its nodes otherwise the next time. How far and how fast it is was measured, and differs each time.
    """
    kept = {key: value for key, value in content.items() if key not in ("compiled_digest", "compiled_note")}
    metadata = {key: value for key, value in content["metadata"].items() if key not in ("parity", "speed")}
    return fingerprint({**kept, "metadata": metadata, "compiled": content["compiled_digest"] is not None})


def _insert(
    scope: Scope, records: Records, candidate: Candidate, chosen: Version, content: dict[str, Any]
) -> None:
    name, now = candidate.name, scope.clock.now()
    before = _earlier(records, name, chosen)
    if before is not None and before["detail"]["fingerprint"] != content["fingerprint"]:
        raise ConflictError(
            f"Version {chosen} of '{name}' had other content until it was deleted; versions are immutable."
        )
    model = {"model_id": name, "model_type": content["model_type"], "metadata": {}, "created_at": now}
    records.insert_new("models", [model])
    numbers = {"major": chosen.major, "minor": chosen.minor, "patch": chosen.patch}
    row = {"model_id": name, "version": str(chosen), **numbers, **content, "created_at": now}
    records.insert("model_versions", row)
    detail = {"digest": content["digest"], "fingerprint": content["fingerprint"]}
    audit.append(records, now, candidate.actor, "register", f"{name}:{chosen}", detail)


def _registered_once(records: Records, name: str, once: str) -> dict[str, Any] | None:
    """Return what the key has registered, if that version is still in use."""
    done = records.get("workflow_steps", workflow=_ONCE + name, step=once)
    if done is None:
        return None
    kept = records.get("model_versions", model_id=name, version=done["result"]["version"])
    return done if kept is not None and kept["archived_at"] is None else None


def _next_version(records: Records, name: str) -> Version:
    last = records.find(
        "model_versions", {"model_id": name}, order_by=("-major", "-minor", "-patch"), limit=1
    )
    number = Version.parse(last[0]["version"]).next_minor() if last else Version(1, 0, 0)
    while _earlier(records, name, number) is not None:  # predictions may be logged under it
        number = number.next_minor()
    return number


def _earlier(records: Records, name: str, version: Version) -> dict[str, Any] | None:
    """Return the audit entry of the last time that this version was registered, deleted or not."""
    where = {"action": "register", "subject": f"{name}:{version}"}
    found = records.find("audit", where, order_by=("-seq",), limit=1)
    return found[0] if found else None


def _parameters(model: BaseModel) -> dict[str, Any]:
    return {key: value for key, value in model.get_params(deep=False).items() if _is_json(value)}


def _is_json(value: Any) -> bool:
    try:
        plain(value)
    except ParameterError:
        return False
    return True
