"""A pipeline as a file: its configuration and what it learned, as JSON and nothing that is executed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.errors import ParameterError
from .scaling import FeatureScaler
from .sealed import read_sealed, write_sealed
from .selection import Selection

if TYPE_CHECKING:
    from .pipeline import FeatureEngineeringPipeline

_FORMAT = "ml_analytics.feature_pipeline.1"


def write_pipeline(pipeline: FeatureEngineeringPipeline, path: Path) -> None:
    """See :meth:`FeatureEngineeringPipeline.save`."""
    learned = None
    if hasattr(pipeline, "feature_names_"):
        selection = getattr(pipeline, "selection_", None)
        learned = {
            "config": _plain(pipeline.config_),
            "names": list(pipeline.feature_names_),
            "positions": [int(one) for one in pipeline.positions_],
            "scaler": pipeline.scaler_.to_state(),
            "selection": None if selection is None else selection.as_dict(),
        }
    write_sealed(path, _FORMAT, {"config": _plain(pipeline.config), "learned": learned})


def read_pipeline(made: type[FeatureEngineeringPipeline], path: Path) -> FeatureEngineeringPipeline:
    """See :meth:`FeatureEngineeringPipeline.load`."""
    read = read_sealed(path, _FORMAT, "feature pipeline")
    pipeline = made(read["config"])
    learned = read["learned"]
    if learned is not None:
        pipeline.config_ = learned["config"]
        pipeline.feature_names_ = learned["names"]
        pipeline.positions_ = learned["positions"]
        pipeline.scaler_ = FeatureScaler.from_state(learned["scaler"])
        if learned["selection"] is not None:
            pipeline.selection_ = Selection.from_dict(learned["selection"])
    return pipeline


def _plain(value: Any) -> Any:
    """Return a configuration as JSON values: any list of names becomes a list."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, Iterable):
        return [_plain(one) for one in value]
    raise ParameterError.of(
        "config", "save", "made of mappings, lists, text, numbers and truth values", value
    )
