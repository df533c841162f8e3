"""Which features tell something about a target, learned from the training part and from nothing else."""

from .methods import METHODS, SCORES
from .plan import read_plan
from .result import Selection
from .selector import FeatureSelector, select_features, selected_table

__all__ = [
    "METHODS",
    "SCORES",
    "FeatureSelector",
    "Selection",
    "read_plan",
    "select_features",
    "selected_table",
]
