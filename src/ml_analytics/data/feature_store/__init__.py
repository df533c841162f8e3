"""Features of entities over time: written once, read as they were known then, served as they are now."""

from .definitions import FeatureView
from .kinds import FeatureKind
from .reports import CompactReport, MaterializeReport, WriteReport
from .store import FeatureStore

__all__ = ["CompactReport", "FeatureKind", "FeatureStore", "FeatureView", "MaterializeReport", "WriteReport"]
