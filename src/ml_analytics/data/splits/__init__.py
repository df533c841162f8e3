"""Splits in time order, purged of labels that look into the test part; scikit-learn's splitter interface."""

from .combinatorial import CombinatorialPurgedSplit
from .holdout import Holdout, final_holdout
from .purged_kfold import PurgedKFold
from .walk_forward import WalkForwardSplit

__all__ = ["CombinatorialPurgedSplit", "Holdout", "PurgedKFold", "WalkForwardSplit", "final_holdout"]
