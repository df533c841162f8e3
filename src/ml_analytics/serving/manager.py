"""Models on disk and in memory, under a byte budget: the least recently used one leaves first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cachetools import LRUCache

from ..core.errors import ModelLoadError, ModelNotFoundError
from ..core.settings import Settings
from ..core.signature import Signature
from ..core.tenant import Tenant
from ..models import FastestPredictor, OnnxPredictor, load_model
from ..models.fastest import Speed
from ..registry import ModelRegistry, ModelVersion
from ..stores import Stores, open_stores
from .loaded import LoadedModel

_RECORDS = 1024


@dataclass(frozen=True, slots=True)
class ServedModel:
    """What a client may know about a model: inputs, outputs, platform and the versions there are."""

    model_id: str
    version: str
    model_type: str
    platform: str
    signature: Signature
    versions: tuple[str, ...]


class ModelManager:
    """The models of one tenant, loaded when first needed.

    Safe to share between threads; concurrent first uses of a version load it once. A version in use stays
    alive until its answers are out, also when the budget has already dropped it.

    Args:
        db: where the data lives, as for :class:`ModelRegistry`.
        storage_path: a directory for a manager of its own (models and records lie there) instead of ``db``.
        tenant_id: whose models.
        max_memory_mb: the budget; a model counts with the bytes of its artifact.
    """

    def __init__(
        self,
        db: Stores | Settings | str | Path | None = None,
        storage_path: str | Path | None = None,
        tenant_id: str | Tenant | None = None,
        *,
        max_memory_mb: int = 2048,
    ) -> None:
        self.stores = open_stores(db if db is not None or storage_path is None else Path(storage_path))
        self.tenant = Tenant.of(tenant_id)
        self.registry = ModelRegistry(self.stores, self.tenant)
        self._budget = max_memory_mb << 20
        self._records: LRUCache[tuple[str, str], ModelVersion] = LRUCache(_RECORDS)
        self._loaded: OrderedDict[tuple[str, str, str], LoadedModel] = OrderedDict()
        self._locks: dict[tuple[str, str, str], threading.Lock] = {}
        self._guard = threading.Lock()

    # -- life cycle --------------------------------------------------------------------------------------

    def register_model(
        self,
        model_id: str,
        model_type: str,
        model_path: str | Path,
        metadata: Mapping[str, Any] | None = None,
        version: str | None = None,
    ) -> str:
        """Register a model file written by ``model.save`` and return the model's id.

        Raises:
            UnsafeArtifactError: a pickle or joblib file: save the model with ``model.save`` instead.
            ModelLoadError: the file holds another type of model than ``model_type`` says.
        """
        found = self.registry.register_version(
            model_id, version, model_path, metadata=metadata, model_type=model_type
        )
        if metadata:
            self.registry.update_metadata(model_id, metadata)
        return found.model_id

    def list_models(self, model_type: str | None = None) -> list[dict[str, Any]]:
        """Return the models of this tenant; ``model_type`` may also be ``classification`` or ``regression``."""
        known = self.registry.list_models()
        if model_type is None:
            return known
        return [one for one in known if model_type in (one["model_type"], self._task(one))]

    def _task(self, overview: Mapping[str, Any]) -> str:
        if overview["latest"] is None:  # every version was deleted
            return ""
        return _task_of(self.registry.get_model_version(overview["model_id"], overview["latest"]))

    def get_model(self, model_id: str, version: str | None = None) -> dict[str, Any]:
        """Return the metadata of one version, the latest without ``version``."""
        return self.registry.get_model_version(model_id, version).to_json()

    def update_model(self, model_id: str, metadata: Mapping[str, Any]) -> None:
        """Merge ``metadata`` into the model's own."""
        self.registry.update_metadata(model_id, metadata)

    def archive_model(self, model_id: str, version: str) -> None:
        """Take a version out of use but keep it."""
        self.registry.archive(model_id, version)

    def delete_model(self, model_id: str, version: str) -> None:
        """Remove a version for good."""
        self.registry.delete(model_id, version)
        self._forget(model_id, version)

    # -- loading -----------------------------------------------------------------------------------------

    def describe(self, model_id: str, version: str | None = None) -> ServedModel:
        """Return what a client may know; without ``version`` the one that is served."""
        found = self._find(model_id, version)
        live = tuple(one.version for one in self.registry.list_versions(model_id) if one.archived_at is None)
        return ServedModel(
            found.model_id, found.version, found.model_type, found.platform, _signature(found), live
        )

    def load_model(self, model_id: str, version: str | None = None) -> LoadedModel:
        """Return a version ready to answer; without ``version`` the one in production, else the latest.

        Raises:
            ModelNotFoundError: no such version for this tenant.
            IntegrityError: the stored bytes were changed.
        """
        found = self._find(model_id, version)
        key = (found.model_id, found.version, found.digest)
        with self._guard:
            if key in self._loaded:
                self._loaded.move_to_end(key)
                return self._loaded[key]
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            with self._guard:
                if key in self._loaded:
                    return self._loaded[key]
            model = self._load(found)
            self._keep(key, model)
        return model

    @property
    def memory_bytes(self) -> int:
        """Bytes of the models held now."""
        with self._guard:
            return sum(one.size_bytes for one in self._loaded.values())

    def _find(self, model_id: str, version: str | None) -> ModelVersion:
        """Return the record of a version, or of the one that is served."""
        if version is not None:
            return self._record(model_id, version)
        live = self.registry.live_version(model_id)
        try:
            return self._record(model_id, live)
        except ModelNotFoundError:
            now_live = self.registry.live_version(model_id)
            if now_live == live:
                raise
            return self._record(model_id, now_live)  # promoted, and the old one gone, between the two reads

    def _record(self, model_id: str, version: str | None) -> ModelVersion:
        """Return the record of a version in use; one read before is only asked whether it still stands."""
        with self._guard:
            known = self._records.get((model_id, version)) if version is not None else None
        if known is not None and self.registry.stands(known):
            return known
        found = self.registry.get_model_version(model_id, version)
        if found.archived_at is not None:
            raise ModelNotFoundError(model_id, version)
        with self._guard:
            self._records[model_id, found.version] = found
        return found

    def _load(self, found: ModelVersion) -> LoadedModel:
        """Load the compiled form, and the native one where there is no other or it wins on large batches."""
        signature, large = _signature(found), _native_from(found)
        engine: Any = None
        size = 0
        if found.compiled_digest is not None:
            data = self.registry.artifact(found, compiled=True)
            engine, size = OnnxPredictor(data, signature), len(data)
        if engine is None or large is not None:
            data = self.registry.artifact(found)
            native, size = load_model(data), size + len(data)
            engine = native if engine is None or large is None else FastestPredictor(engine, native, large)
        return LoadedModel(
            found.model_id,
            found.version,
            found.model_type,
            signature,
            engine,
            found.platform,
            found.digest,
            size,
        )

    def _keep(self, key: tuple[str, str, str], model: LoadedModel) -> None:
        with self._guard:
            self._loaded[key] = model
            self._locks.pop(key, None)
            used = sum(one.size_bytes for one in self._loaded.values())
            while used > self._budget and len(self._loaded) > 1:
                used -= self._loaded.popitem(last=False)[1].size_bytes

    def _forget(self, model_id: str, version: str) -> None:
        with self._guard:
            for key in [key for key in self._loaded if key[:2] == (model_id, version)]:
                del self._loaded[key]


def _signature(found: ModelVersion) -> Signature:
    if found.signature is None:
        raise ModelLoadError(f"{found.id} was registered before it was fitted: it has no signature to serve.")
    return found.signature


def _native_from(found: ModelVersion) -> int | None:
    """Return the batch size from which the native model was measured to be the faster one."""
    speed = found.metadata.get("speed") if found.compiled_digest is not None else None
    return Speed.from_json(speed).native_from if isinstance(speed, dict) and "measured" in speed else None


def _task_of(found: ModelVersion) -> str:
    output = found.signature.output if found.signature is not None else ""
    return {"class": "classification", "number": "regression"}.get(output, output)
