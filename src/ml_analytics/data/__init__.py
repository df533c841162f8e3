"""Loaders, validation, ingest and promotion (documents to tables), snapshots, time-aware splits. May
import ``core``, ``stores``."""

from .loader import DataLoader
from .samples import load_fama_french, load_nasdaq, load_sp500
from .snapshot import Snapshot, snapshot_hash
from .splits import Holdout, PurgedKFold, WalkForwardSplit, final_holdout

__all__ = [
    "DataLoader",
    "Holdout",
    "PurgedKFold",
    "Snapshot",
    "WalkForwardSplit",
    "final_holdout",
    "load_fama_french",
    "load_nasdaq",
    "load_sp500",
    "snapshot_hash",
]
