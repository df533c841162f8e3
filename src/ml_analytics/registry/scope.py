"""One tenant's stores and the clock: what every part of the registry works on."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

from ..core.clock import Clock
from ..core.errors import ModelNotFoundError
from ..core.protocols import Records
from ..core.tenant import Tenant
from ..core.versions import Version
from ..stores import Stores
from .versions import ModelVersion


@dataclass(frozen=True, slots=True)
class Scope:
    """Reads, writes and artifacts of one tenant."""

    stores: Stores
    tenant: Tenant
    clock: Clock

    def read(self) -> AbstractContextManager[Records]:
        """Open a read-only transaction."""
        return self.stores.records.read(self.tenant)

    def write(self) -> AbstractContextManager[Records]:
        """Open a read-write transaction."""
        return self.stores.records.begin(self.tenant)

    def artifact(self, version: ModelVersion, *, compiled: bool = False) -> bytes:
        """Return the verified bytes of a version: native, or the ONNX form."""
        digest = version.compiled_digest if compiled else version.digest
        if digest is None:
            raise ModelNotFoundError(version.model_id, version.version)
        return self.stores.artifacts.get(self.tenant, digest)


def find_version(records: Records, model_id: str, version: str | None) -> ModelVersion:
    """Return one version; without ``version`` the latest that is not archived.

    Raises:
        ModelNotFoundError: no such model or version for this tenant.
    """
    if version is None:
        where = {"model_id": model_id, "archived_at": None}
        rows = records.find("model_versions", where, order_by=("-major", "-minor", "-patch"), limit=1)
        row = rows[0] if rows else None
    else:
        row = records.get("model_versions", model_id=model_id, version=str(Version.parse(version)))
    if row is None:
        raise ModelNotFoundError(model_id, version)
    where = {"model_id": model_id, "version": row["version"]}
    live = records.find("stages", where, order_by=("environment",))
    return ModelVersion.from_row(row, tuple(one["environment"] for one in live))
