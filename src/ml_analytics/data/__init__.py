"""Loaders, validation, both directions between documents and tables, snapshots, time-aware splits. May
import ``core``, ``stores``."""

from .feature_store import FeatureStore, FeatureView
from .loader import DataLoader
from .manager import MLDataManager
from .pipeline import DataPipeline, PipelineStep, StepError
from .reports import IngestReport, PromoteReport, PublishReport, ReplayReport
from .samples import load_fama_french, load_nasdaq, load_sp500
from .snapshot import Snapshot, snapshot_hash
from .splits import CombinatorialPurgedSplit, Holdout, PurgedKFold, WalkForwardSplit, final_holdout
from .validation import DataValidator, Finding, ValidationReport

DataManager = MLDataManager
"""Another team's word for the same thing: one of the project's seeds calls it so."""

__all__ = [
    "CombinatorialPurgedSplit",
    "DataLoader",
    "DataManager",
    "DataPipeline",
    "DataValidator",
    "FeatureStore",
    "FeatureView",
    "Finding",
    "Holdout",
    "IngestReport",
    "MLDataManager",
    "PipelineStep",
    "PromoteReport",
    "PublishReport",
    "PurgedKFold",
    "ReplayReport",
    "Snapshot",
    "StepError",
    "ValidationReport",
    "WalkForwardSplit",
    "final_holdout",
    "load_fama_french",
    "load_nasdaq",
    "load_sp500",
    "snapshot_hash",
]
