"""LightGBM models as text: written without what is not needed to predict, checked before LightGBM reads it.

LightGBM follows child and feature indices of its text format without looking, so a crafted file crashes the
process or reads foreign memory. Only what this package writes is let through: known lines in a known order,
numeric splits, trees that lead downwards to every leaf once.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ...core.errors import UnsafeArtifactError

MODEL = "booster.txt"
"""The name of the file in a model file."""

_END = "end of trees\n"
_HEADER = ("tree", "version=v4", "num_class", "num_tree_per_iteration", "label_index=0", "max_feature_idx",
           "objective", "feature_names", "feature_infos", "tree_sizes", "")  # fmt: skip
_PER_SPLIT = ("split_feature", "split_gain", "threshold", "decision_type", "left_child", "right_child",
              "internal_value", "internal_weight", "internal_count")  # fmt: skip
_PER_LEAF = ("leaf_value", "leaf_weight", "leaf_count")
_TREE = ("num_leaves", "num_cat", "split_feature", "split_gain", "threshold", "decision_type", "left_child",
         "right_child", "leaf_value", "leaf_weight", "leaf_count", "internal_value", "internal_weight",
         "internal_count", "is_linear", "shrinkage")  # fmt: skip
_WHOLE = {"num_leaves", "num_cat", "split_feature", "decision_type", "left_child", "right_child", "leaf_count",
          "internal_count", "is_linear"}  # fmt: skip
_NUMBERS = re.compile(r"(?:-?[0-9]{1,25}(?:\.[0-9]{1,25})?(?:e[+-]?[0-9]{1,3})?(?: |$))*")
_POINTS = re.compile(r"(?:(?:inf|-?[0-9]{1,25}(?:\.[0-9]{1,25})?(?:e[+-]?[0-9]{1,3})?)(?: |$))*")
"""Thresholds: a split on "missing or not" stands at infinity."""
_INFOS = re.compile(r"(?:(?:none|\[[0-9.e+-]{1,30}:[0-9.e+-]{1,30}\])(?: |$))*")
_ZERO = np.float32(1e-35)
_DECISIONS = (0, 2, 8, 10)  # numeric; missing values never seen or as NaN; to the right or to the left


def model_text(booster: Any) -> str:
    """Return the trees of a Booster as text, without the settings it was trained with."""
    text: str = booster.model_to_string(importance_type="gain")
    return text[: text.index(_END) + len(_END)]


def objective_text(classes: int) -> str:
    """Return the objective as LightGBM writes it; ``classes`` is 0 for regression."""
    if classes == 0:
        return "regression"
    return "binary sigmoid:1" if classes == 2 else f"multiclass num_class:{classes}"


def with_32_bit_thresholds(text: str) -> str:
    """Return the model with each threshold as the largest 32-bit float that is not above it."""
    lines = [line for line in text.split("\n") if not line.startswith("tree_sizes=")]
    for number, line in enumerate(lines):
        if line.startswith("threshold=") and len(line) > len("threshold="):
            exact = np.array(line.partition("=")[2].split(" "), dtype=np.float64)
            lines[number] = "threshold=" + " ".join(format(one, ".17g") for one in _rounded(exact))
    return "\n".join(lines)


def _rounded(thresholds: np.ndarray) -> np.ndarray:
    """Return thresholds in 32 bits that part rows as LightGBM does, to which numbers within 1e-35 of 0 are 0."""
    rounded = rounded_down(thresholds)
    near = np.abs(thresholds) <= _ZERO
    below = float(np.nextafter(-_ZERO, np.float32(-np.inf)))
    result: np.ndarray = np.where(near, np.where(thresholds < 0.0, below, float(_ZERO)), rounded)
    return result


def rounded_down(values: np.ndarray) -> np.ndarray:
    """Return the largest 32-bit floats that are not above ``values``.

    >>> rounded_down(np.array([0.1, 0.5])).tolist()
    [0.09999999403953552, 0.5]
    """
    limit = np.finfo(np.float32).max
    near = np.clip(values, -limit, limit).astype(np.float32)
    lower = np.nextafter(near, np.float32(-np.inf))
    result: np.ndarray = np.where(near.astype(np.float64) > values, lower, near).astype(np.float64)
    return result


def read_trees(data: bytes, features: int, classes: int) -> list[dict[str, np.ndarray]]:
    """Return the arrays of every tree, or refuse a text that this package did not write.

    Args:
        data: what :func:`model_text` wrote, in ASCII.
        features: how many columns the model takes.
        classes: how many classes it tells apart; 0 for regression.

    Raises:
        UnsafeArtifactError: not such a text, or trees that point outside themselves.
    """
    try:
        header, blocks = _parts(data.decode("ascii"), features, classes)
        trees = [_tree(block, number) for number, block in enumerate(blocks)]
        groups = _groups(classes)
        sound = len(trees) > 0 and len(trees) % groups == 0 and all(_sound(one, features) for one in trees)
        sound = sound and header
    except (ValueError, KeyError, IndexError, OverflowError) as error:
        raise UnsafeArtifactError("The stored LightGBM model must be well-formed. Got other text.") from error
    if not sound:
        raise UnsafeArtifactError(
            "A LightGBM model must be of numbers only, for squared error or classes, without dart or rf, and "
            "its trees must point inside it. Got another."
        )
    return trees


def _groups(classes: int) -> int:
    return classes if classes > 2 else 1


def _parts(text: str, features: int, classes: int) -> tuple[bool, list[str]]:
    """Return whether the header is the expected one, and the text of each tree."""
    lines = text.split("\n", len(_HEADER))
    header, rest = lines[: len(_HEADER)], lines[len(_HEADER)]
    groups = str(_groups(classes))
    values = dict(zip(_HEADER, (line.partition("=")[2] for line in header), strict=True))
    sizes = [int(one) for one in values["tree_sizes"].split(" ")]
    expected = {
        "num_class": groups,
        "num_tree_per_iteration": groups,
        "max_feature_idx": str(features - 1),
        "objective": objective_text(classes),
        "feature_names": " ".join(f"Column_{index}" for index in range(features)),
        "feature_infos": values["feature_infos"],
        "tree_sizes": " ".join(map(str, sizes)),
    }
    known = [f"{name}={expected[name]}" if name in expected else name for name in _HEADER]
    sound = (
        header == known
        and len(values["feature_infos"].split(" ")) == features
        and _INFOS.fullmatch(values["feature_infos"]) is not None
        and min(sizes) > 0
        and sum(sizes) + len(_END) == len(rest)
        and rest.endswith(_END)
    )
    if not sound:
        return False, []
    ends = np.cumsum(sizes).tolist()
    return True, [rest[end - size : end] for end, size in zip(ends, sizes, strict=True)]


def _tree(block: str, number: int) -> dict[str, np.ndarray]:
    lines = block.split("\n")
    if lines[0] != f"Tree={number}" or lines[-3:] != ["", "", ""] or len(lines) != len(_TREE) + 4:
        raise ValueError("not a tree")
    found: dict[str, np.ndarray] = {}
    for name, line in zip(_TREE, lines[1:-3], strict=True):
        key, _, values = line.partition("=")
        allowed = _POINTS if name == "threshold" else _NUMBERS
        if key != name or allowed.fullmatch(values) is None:
            raise ValueError("not numbers")
        words = values.split(" ") if values else []
        found[name] = np.array(words, dtype=np.int64 if name in _WHOLE else np.float64)
    return found


def _sound(tree: dict[str, np.ndarray], features: int) -> bool:
    if any(len(tree[name]) != 1 for name in ("num_leaves", "num_cat", "is_linear", "shrinkage")):
        return False
    leaves = int(tree["num_leaves"][0])
    if (
        leaves < 1
        or tree["num_cat"][0] != 0
        or tree["is_linear"][0] != 0
        or len(tree["leaf_value"]) != leaves
    ):
        return False
    if leaves == 1:
        return all(len(tree[name]) == 0 for name in _PER_SPLIT)
    if any(len(tree[name]) != leaves - 1 for name in _PER_SPLIT):
        return False
    if any(len(tree[name]) != leaves for name in _PER_LEAF):
        return False
    order = np.arange(leaves - 1)
    children = np.concatenate([tree["left_child"], tree["right_child"]])
    below = np.concatenate([order, order])
    split = tree["split_feature"]
    return bool(
        np.isin(tree["decision_type"], _DECISIONS).all()
        and ((split >= 0) & (split < features)).all()
        and np.array_equal(np.sort(children), np.concatenate([np.arange(-leaves, 0), order[1:]]))
        and (children[children >= 0] > below[children >= 0]).all()
    )
