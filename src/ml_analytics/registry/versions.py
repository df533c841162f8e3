"""One registered version as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..core.canonical import plain
from ..core.signature import Signature
from ..core.values import Lineage


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """An immutable version of a model: what it is, where it comes from, how it scored.

    ``digest`` is the SHA-256 of the native artifact, ``compiled_digest`` of its ONNX form if it has one
    (``compiled_note`` says why, or why not). ``stages`` are the environments where this version is live.
    """

    model_id: str
    version: str
    model_type: str
    digest: str
    compiled_digest: str | None
    compiled_note: str
    metrics: Mapping[str, Any]
    hyperparameters: Mapping[str, Any]
    signature: Signature | None
    lineage: Lineage
    metadata: Mapping[str, Any]
    created_at: datetime
    archived_at: datetime | None = None
    stages: tuple[str, ...] = field(default=())

    @property
    def id(self) -> str:
        """``model:version``, the way people name it."""
        return f"{self.model_id}:{self.version}"

    @property
    def platform(self) -> str:
        """``onnx`` when a compiled form is served, else ``native``."""
        return "onnx" if self.compiled_digest else "native"

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, with the keys that model metadata has in the field."""
        return {
            "model_id": self.model_id,
            "version": self.version,
            "model_type": self.model_type,
            "training_date": self.created_at.isoformat(),
            "features": list(self.signature.names) if self.signature else [],
            "performance_metrics": plain(dict(self.metrics)),
            "hyperparameters": plain(dict(self.hyperparameters)),
            "stages": list(self.stages),
            "platform": self.platform,
            "compiled_note": self.compiled_note,
            "digest": self.digest,
            "compiled_digest": self.compiled_digest,
            "archived_at": self.archived_at.isoformat() if self.archived_at else None,
            "metadata": plain(dict(self.metadata)),
            "lineage": self.lineage.to_json(),
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any], stages: tuple[str, ...] = ()) -> ModelVersion:
        """Read a row of the table ``model_versions``."""
        return cls(
            model_id=row["model_id"],
            version=row["version"],
            model_type=row["model_type"],
            digest=row["digest"],
            compiled_digest=row["compiled_digest"],
            compiled_note=row["compiled_note"] or "",
            metrics=row["metrics"] or {},
            hyperparameters=row["hyperparameters"] or {},
            signature=Signature.from_json(row["signature"]) if row["signature"] else None,
            lineage=Lineage.from_json(row["lineage"] or {}),
            metadata=row["metadata"] or {},
            created_at=row["created_at"],
            archived_at=row["archived_at"],
            stages=stages,
        )


def flat_metrics(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Return metrics under one level of names: those of ``validation`` plain, others as ``part.name``."""
    flat: dict[str, float] = {}
    for name, value in metrics.items():
        if isinstance(value, Mapping):
            prefix = "" if name == "validation" else f"{name}."
            flat.update({prefix + key: one for key, one in value.items() if isinstance(one, (int, float))})
        elif isinstance(value, (int, float)):
            flat[name] = value
    return flat
