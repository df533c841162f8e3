"""A look at the trees of an XGBoost file before XGBoost loads it.

XGBoost follows child and feature indices without checking them, so a crafted file crashes the process or
reads foreign memory. Only what this package writes is let through: ``gbtree``, numeric splits, one output
per tree.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.errors import UnsafeArtifactError
from ..ubjson import read_ubjson

_OBJECTIVES = {"reg:squarederror", "binary:logistic", "multi:softprob"}
_PER_NODE = ("left_children", "right_children", "parents", "split_indices", "split_conditions", "split_type",
             "default_left", "base_weights", "loss_changes", "sum_hessian")  # fmt: skip


def check_booster(data: bytes) -> None:
    """Refuse a file whose trees point outside themselves.

    Raises:
        UnsafeArtifactError: such a file, or one that is not an XGBoost model in UBJSON.
    """
    try:
        learner = read_ubjson(data)["learner"]
        booster = learner["gradient_booster"]
        features = int(learner["learner_model_param"]["num_feature"])
        groups = max(1, int(learner["learner_model_param"]["num_class"]))
        model = booster["model"]
        trees = model["trees"]
        sound = (
            booster["name"] == "gbtree"
            and learner["objective"]["name"] in _OBJECTIVES
            and int(learner["learner_model_param"]["num_target"]) == 1
            and int(model["gbtree_model_param"]["num_trees"]) == len(trees) == len(model["tree_info"])
            and all(0 <= int(group) < groups for group in model["tree_info"])
            and _sound_rounds(np.asarray(model["iteration_indptr"]), len(trees))
            and all(_sound(tree, features) for tree in trees)
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise UnsafeArtifactError(
            "The stored XGBoost model must have well-formed trees. Got others."
        ) from error
    if not sound:
        raise UnsafeArtifactError(
            "An XGBoost model must be of numbers only, for squared error or classes, with gbtree, and its "
            "trees must point inside it. Got another."
        )


def _sound_rounds(starts: np.ndarray, trees: int) -> bool:
    return len(starts) >= 1 and starts[0] == 0 and starts[-1] == trees and bool((np.diff(starts) >= 0).all())


def _sound(tree: dict[str, Any], features: int) -> bool:
    count = int(tree["tree_param"]["num_nodes"])
    if count < 1 or int(tree["tree_param"]["size_leaf_vector"]) > 1:
        return False
    if any(len(tree[name]) != count for name in _PER_NODE) or len(tree["categories_nodes"]) > 0:
        return False
    left, right = np.asarray(tree["left_children"]), np.asarray(tree["right_children"])
    split = np.asarray(tree["split_indices"])
    inside = left != -1
    order = np.arange(count)[inside]
    return bool(
        (np.asarray(tree["split_type"]) == 0).all()
        and ((right != -1) == inside).all()
        and ((left[inside] > order) & (left[inside] < count)).all()
        and ((right[inside] > order) & (right[inside] < count)).all()
        and ((split[inside] >= 0) & (split[inside] < features)).all()
    )
