"""Models, versions, lineage, promotion and audit.

May import ``core``, ``stores``, ``models``, ``evaluation``. ``ModelVersioning`` is what documents of the
MLOps kind call the registry; it is the same class.
"""

from .audit import AuditEntry
from .promotion import ENVIRONMENTS
from .registry import ModelRegistry
from .versions import ModelVersion, flat_metrics

ModelVersioning = ModelRegistry

__all__ = ["ENVIRONMENTS", "AuditEntry", "ModelRegistry", "ModelVersion", "ModelVersioning", "flat_metrics"]
