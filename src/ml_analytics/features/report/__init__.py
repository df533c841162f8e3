"""The feature report. ``inputs`` aligns what was given; ``distribution``, ``correlation``, ``information``,
``stability`` and ``chart`` compute one matter each; ``html`` draws them and computes nothing."""

from .chart import Chart
from .correlation import Cluster, Correlation
from .distribution import Shape
from .information import Importance
from .report import FeatureReport, feature_report
from .stability import Fold, Stability

__all__ = [
    "Chart",
    "Cluster",
    "Correlation",
    "FeatureReport",
    "Fold",
    "Importance",
    "Shape",
    "Stability",
    "feature_report",
]
