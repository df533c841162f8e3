"""Models, versions, stages, lineage and audit of one tenant. SQL is the truth."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ..core.canonical import plain, sha256
from ..core.clock import Clock, SystemClock
from ..core.errors import ConflictError, ModelLoadError, ModelNotFoundError, ParameterError
from ..core.names import identifier
from ..core.protocols import Records
from ..core.settings import Settings
from ..core.tenant import Tenant
from ..core.values import Lineage, TrainedModel
from ..evaluation import Evidence, Gate, GateDecision
from ..models import BaseModel, compile_onnx, import_model, load_model, wrap
from ..models.foreign.kinds import kind_of
from ..models.reading import read_file
from ..stores import Stores, open_stores
from . import audit, promotion
from .registration import ARTIFACTS, Candidate, register
from .scope import Scope, find_version
from .versions import ModelVersion, flat_metrics


class ModelRegistry:
    """Versions of models, for one tenant.

    Safe to share between threads and processes: every change is one database transaction. Versions are
    semantic and immutable; registering the same version again with equal content is a no-op, with other
    content a :class:`ConflictError`.

    Args:
        db: where the data lives: ``None`` for the settings' home, a directory, a database URL, settings, or
            opened stores.
        tenant_id: whose models; ``None`` is the default tenant.
        clock: where time comes from.
    """

    def __init__(
        self,
        db: Stores | Settings | str | Path | None = None,
        tenant_id: str | Tenant | None = None,
        *,
        clock: Clock | None = None,
    ) -> None:
        self.tenant = Tenant.of(tenant_id)
        self._scope = Scope(open_stores(db), self.tenant, clock or SystemClock())

    @property
    def stores(self) -> Stores:
        """The stores this registry writes to."""
        return self._scope.stores

    # -- registering -------------------------------------------------------------------------------------

    def register_model(
        self,
        name: str,
        model: Any,
        version: str | None = None,
        *,
        metrics: Mapping[str, Any] | None = None,
        lineage: Lineage | None = None,
        metadata: Mapping[str, Any] | None = None,
        sample: Any = None,
        once: str | None = None,
        actor: str = "system",
    ) -> ModelVersion:
        """Register a fitted model object; without ``version`` it gets the next minor one.

        Args:
            name: the model's name.
            model: a :class:`BaseModel`, or a fitted scikit-learn estimator.
            version: ``MAJOR.MINOR.PATCH``, or ``None`` for the next.
            metrics: scores, by part (``train``, ``validation``) or flat.
            lineage: where it comes from.
            metadata: anything else worth keeping, as JSON values.
            sample: rows to compile with; given, the model is compiled to ONNX and checked for parity.
            once: an idempotency key: the same key registers once, whatever happens in between, for as long as
                that version is in use (when it was archived or deleted, the key registers anew).
            actor: who does it, for the audit log.

        Raises:
            ConflictError: the version exists with other content, or ``once`` was used for other content.
            ModelSaveError: the model has no safe form on disk.
        """
        known = model if isinstance(model, BaseModel) else wrap(model)
        compiled, note = None, "not compiled: no sample rows were given"
        extra: dict[str, Any] = {}
        if sample is not None:
            result = compile_onnx(known, sample)
            compiled, note = result.onnx, result.note
            extra = {"parity": result.parity}
            if result.speed is not None:
                extra["speed"] = result.speed.to_json()
        candidate = Candidate(
            name,
            known,
            version,
            compiled,
            note,
            metrics=metrics or {},
            lineage=lineage,
            metadata={**(metadata or {}), **extra},
            once=once,
            actor=actor,
        )
        return register(self._scope, candidate)

    def register_trained(self, trained: TrainedModel, **options: Any) -> ModelVersion:
        """Register what training returned; options as for :meth:`register_model`."""
        return self.register_model(
            trained.model_id, trained.model, metrics=trained.metrics, lineage=trained.lineage, **options
        )

    def register_version(
        self,
        model_id: str,
        version: str | None,
        model_path: str | Path,
        metrics: Mapping[str, Any] | None = None,
        hyperparameters: Mapping[str, Any] | None = None,
        *,
        metadata: Mapping[str, Any] | None = None,
        lineage: Lineage | None = None,
        model_type: str | None = None,
        actor: str = "system",
    ) -> ModelVersion:
        """Register a model file: ``.mla``, written by ``model.save``, or what :func:`import_model` knows.

        Bytes that this tenant has registered before are loaded at once. All others are first loaded by a process
        that may die, with limits on memory, CPU and time. A pickle or joblib file is refused.

        ``model_type`` says what the file should hold: a type (``logistic``) or a task (``classification``).

        Raises:
            UnsafeArtifactError: the file could run code when loaded.
            ModelLoadError: the file is absent, not a model, or of another type than ``model_type``.
        """
        if "://" in str(model_path):
            raise ParameterError.of(
                "model_path", "register_version", "a path of a local file", str(model_path)
            )
        model = self._from_file(Path(model_path))
        if model_type not in (None, model.model_type, model.task):
            raise ModelLoadError(
                f"The 'model_type' parameter of register_model must be what the file holds "
                f"({model.model_type}). Got {model_type!r} instead."
            )
        candidate = Candidate(
            model_id,
            model,
            version,
            compiled_note="not compiled: registered from a file",
            metrics=metrics or {},
            lineage=lineage,
            metadata=dict(metadata or {}),
            hyperparameters=hyperparameters,
            actor=actor,
        )
        return register(self._scope, candidate)

    def _from_file(self, path: Path) -> BaseModel:
        data = read_file(path)
        if kind_of(data) == "mla" and self.stores.artifacts.exists(self.tenant, sha256(data)):
            model: BaseModel = load_model(data)
            return model
        return import_model(data)

    # -- reading -----------------------------------------------------------------------------------------

    def get_model_version(self, model_id: str, version: str | None = None) -> ModelVersion:
        """Return one version; without ``version`` the latest that is not archived.

        Raises:
            ModelNotFoundError: no such model or version for this tenant.
        """
        identifier(model_id)
        with self._scope.read() as records:
            return find_version(records, model_id, version)

    def live_version(self, model_id: str, environment: str = "production") -> str | None:
        """Return the number of the version that is live in an environment, or ``None``; one short read."""
        identifier(model_id)
        with self._scope.read() as records:
            live = records.get("stages", model_id=model_id, environment=environment)
        return live["version"] if live else None

    def in_use(self, model_id: str, version: str) -> bool:
        """Say whether a version is registered and not archived; one short read."""
        where = {"model_id": identifier(model_id), "version": version, "archived_at": None}
        with self._scope.read() as records:
            return bool(records.count("model_versions", where))

    def stands(self, version: ModelVersion) -> bool:
        """Say whether a version read earlier is still registered, unarchived and the same; one short read."""
        where = {
            "model_id": version.model_id,
            "version": version.version,
            "digest": version.digest,
            "compiled_digest": version.compiled_digest,
            "archived_at": None,
        }
        with self._scope.read() as records:
            return bool(records.count("model_versions", where))

    def served_version(self, model_id: str) -> ModelVersion:
        """Return the version in production, or the latest one when nothing is in production yet."""
        return self.get_model_version(model_id, self.live_version(model_id))

    def get_model(self, model_id: str, version: str | None = None) -> BaseModel:
        """Load the model object of one version (the latest without ``version``), hash checked."""
        found = self.get_model_version(model_id, version)
        model: BaseModel = load_model(self._scope.artifact(found))
        return model

    def artifact(self, version: ModelVersion, *, compiled: bool = False) -> bytes:
        """Return the verified bytes of a version: native, or the ONNX form."""
        return self._scope.artifact(version, compiled=compiled)

    def list_models(self, model_type: str | None = None) -> list[dict[str, Any]]:
        """Return the models with their number of versions, latest version and what is live where."""
        with self._scope.read() as records:
            where = {"model_type": model_type} if model_type is not None else None
            models = records.find("models", where, order_by=("model_id",))
            return [self._overview(records, row) for row in models]

    def _overview(self, records: Records, row: dict[str, Any]) -> dict[str, Any]:
        name = row["model_id"]
        versions = records.find("model_versions", {"model_id": name}, order_by=("-major", "-minor", "-patch"))
        live = records.find("stages", {"model_id": name}, order_by=("environment",))
        return {
            "model_id": name,
            "model_type": row["model_type"],
            "versions": len(versions),
            "latest": versions[0]["version"] if versions else None,
            "stages": {one["environment"]: one["version"] for one in live},
            "metadata": row["metadata"] or {},
            "created_at": row["created_at"].isoformat(),
            "archived_at": row["archived_at"].isoformat() if row["archived_at"] else None,
        }

    def list_versions(self, model_id: str) -> list[ModelVersion]:
        """Return every version, oldest first.

        Raises:
            ModelNotFoundError: no such model for this tenant.
        """
        identifier(model_id)
        with self._scope.read() as records:
            rows = records.find(
                "model_versions", {"model_id": model_id}, order_by=("major", "minor", "patch")
            )
            live = records.find("stages", {"model_id": model_id}, order_by=("environment",))
        if not rows:
            raise ModelNotFoundError(model_id)
        stages = {
            row["version"]: tuple(x["environment"] for x in live if x["version"] == row["version"])
            for row in rows
        }
        return [ModelVersion.from_row(row, stages[row["version"]]) for row in rows]

    def compare_versions(self, model_id: str, version1: str, version2: str) -> dict[str, Any]:
        """Return metrics and parameters side by side; ``difference`` is version2 minus version1."""
        first, second = self.get_model_version(model_id, version1), self.get_model_version(model_id, version2)
        a, b = flat_metrics(first.metrics), flat_metrics(second.metrics)
        metrics = {
            name: {
                "version1": a.get(name),
                "version2": b.get(name),
                "difference": _difference(a.get(name), b.get(name)),
            }
            for name in sorted({*a, *b})
        }
        keys = sorted({*first.hyperparameters, *second.hyperparameters})
        changed = {
            key: {"version1": first.hyperparameters.get(key), "version2": second.hyperparameters.get(key)}
            for key in keys
            if first.hyperparameters.get(key) != second.hyperparameters.get(key)
        }
        return {
            "model_id": model_id,
            "version1": first.version,
            "version2": second.version,
            "metrics": metrics,
            "hyperparameters": changed,
            "same_data": first.lineage.data_hash == second.lineage.data_hash,
            "same_artifact": first.digest == second.digest,
        }

    def lineage(self, model_id: str, version: str | None = None) -> Lineage:
        """Return where a version comes from."""
        return self.get_model_version(model_id, version).lineage

    def audit(self) -> list[audit.AuditEntry]:
        """Return this tenant's audit log, oldest first, its hash chain checked."""
        with self._scope.read() as records:
            return audit.entries(records)

    # -- stages ------------------------------------------------------------------------------------------

    def evidence(self, model_id: str, version: str | None = None) -> Evidence:
        """Return what the registry itself knows about a candidate; the caller may add to it."""
        return promotion.evidence(self._scope, self.get_model_version(model_id, version))

    def promote_version(
        self,
        model_id: str,
        version: str,
        environment: str = "production",
        *,
        gate: Gate | None = None,
        evidence: Evidence | None = None,
        actor: str = "system",
    ) -> GateDecision:
        """Make a version live in an environment, if the gate lets it.

        Decision, stage, history, audit and outbox are written in one transaction. Promoting what is already
        live there changes nothing. A refusal is written to the audit log too.

        Raises:
            PromotionRefused: with every reason; the version that was live stays live.
            ModelNotFoundError: no such version.
        """
        return promotion.promote(self._scope, model_id, version, environment, gate, evidence, actor)

    def production_at(self, model_id: str, time: datetime, environment: str = "production") -> str | None:
        """Return which version was live at ``time``, or ``None``."""
        return promotion.live_at(self._scope, model_id, time, environment)

    # -- end of life -------------------------------------------------------------------------------------

    def update_metadata(self, model_id: str, metadata: Mapping[str, Any], *, actor: str = "system") -> None:
        """Merge ``metadata`` into the model's own (versions stay as they are)."""
        with self._scope.write() as records:
            row = records.get("models", model_id=identifier(model_id))
            if row is None:
                raise ModelNotFoundError(model_id)
            merged = {**(row["metadata"] or {}), **plain(dict(metadata))}
            records.update("models", {"model_id": model_id}, {"metadata": merged})
            audit.append(
                records, self._scope.clock.now(), actor, "update", model_id, {"keys": sorted(metadata)}
            )

    def archive(self, model_id: str, version: str, *, actor: str = "system") -> None:
        """Take a version out of use but keep it; a live one is refused with :class:`ConflictError`."""
        now = self._scope.clock.now()
        with self._scope.write() as records:
            found = self._not_live(records, model_id, version)
            where = {"model_id": model_id, "version": found.version}
            records.update("model_versions", where, {"archived_at": now})
            audit.append(records, now, actor, "archive", found.id, {})

    def delete(self, model_id: str, version: str, *, actor: str = "system") -> None:
        """Remove a version for good; a live one is refused with :class:`ConflictError`.

        The rows go first, in one transaction; then the artifacts that no other version uses. Its number is not
        given to another model: predictions, history and audit may name it.
        """
        with self._scope.write() as records:
            found = self._not_live(records, model_id, version)
            records.delete("model_versions", {"model_id": model_id, "version": found.version})
            audit.append(
                records, self._scope.clock.now(), actor, "delete", found.id, {"digest": found.digest}
            )
        with self._scope.write() as records:
            records.lock(ARTIFACTS)
            for digest in (found.digest, found.compiled_digest):
                if digest is not None and not _is_used(records, digest):
                    self.stores.artifacts.delete(self.tenant, digest)

    def _not_live(self, records: Records, model_id: str, version: str) -> ModelVersion:
        records.lock(f"model:{identifier(model_id)}")
        found = find_version(records, model_id, version)
        if found.stages:
            raise ConflictError(
                f"Version {found.id} is live in {', '.join(found.stages)}; promote another one first."
            )
        return found


def _is_used(records: Records, digest: str) -> bool:
    return any(records.count("model_versions", {column: digest}) for column in ("digest", "compiled_digest"))


def _difference(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else second - first
