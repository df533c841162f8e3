"""Pure feature code: indicators, labels, FeatureEngineeringPipeline, the leak certificate, DataProcessor.

May import ``core``. One more indicator is one file under ``indicators/`` (or an entry in a file of the same
idea) and one line in its group's ``__init__``; the conformance suite finds it.
"""

from __future__ import annotations

from .cache import FeatureCache
from .catalogue import catalogue, catalogue_table
from .certificate import certify, certify_function
from .imputing import Imputer
from .indicator import Indicator
from .labels import direction_labels, forward_returns, label_spans
from .outliers import HampelFilter, IsolationFilter, RobustZFilter
from .pipeline import FeatureEngineeringPipeline
from .processor import DataProcessor
from .report import FeatureReport, feature_report

__all__ = [
    "DataProcessor",
    "FeatureCache",
    "FeatureEngineeringPipeline",
    "FeatureReport",
    "HampelFilter",
    "Imputer",
    "Indicator",
    "IsolationFilter",
    "RobustZFilter",
    "catalogue",
    "catalogue_table",
    "certify",
    "certify_function",
    "direction_labels",
    "feature_report",
    "forward_returns",
    "label_spans",
]
