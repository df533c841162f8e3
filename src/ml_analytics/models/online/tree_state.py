"""A river Hoeffding tree as a list of nodes, and back: every number that learning goes on from, nothing else.

Pairs stand in lists, not in objects, for the order in which classes and columns were first seen breaks ties.
Children stand after their parent, so that a list cannot lead in circles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.errors import ModelSaveError, UnsafeArtifactError
from .learner import count, number

MOST_NODES = 1_000_000
"""The most nodes of a stored tree."""


def tree_to_json(tree: Any) -> dict[str, Any]:
    """Return the tree's nodes and counts.

    Raises:
        ModelSaveError: a kind of node that is not known here.
    """
    nodes: list[dict[str, Any]] = []
    waiting = [(tree._root, -1, 0)]
    while waiting:
        node, parent, side = waiting.pop()
        if parent >= 0:
            nodes[parent]["children"][side] = len(nodes)
        kind = type(node).__name__
        if kind == "NumericBinaryBranch":
            nodes.append(
                {
                    "depth": node.depth,
                    "stats": _pairs(node.stats),
                    "feature": node.feature,
                    "threshold": float(node.threshold),
                    "children": [0, 0],
                }
            )
            at = len(nodes) - 1
            waiting += [(child, at, one) for one, child in reversed(list(enumerate(node.children)))]
        elif kind == "LeafNaiveBayesAdaptive" and not node._disabled_attrs:
            nodes.append(
                {
                    "depth": node.depth,
                    "stats": _pairs(node.stats),
                    "tried": float(node.last_split_attempt_at),
                    "right": [float(node._mc_correct_weight), float(node._nb_correct_weight)],
                    "seen": None
                    if node.splitters is None
                    else [[at, _splitter(one)] for at, one in node.splitters.items()],
                }
            )
        else:
            raise ModelSaveError(f"A tree to store must have known nodes. Got {kind}.")
    return {
        "nodes": nodes,
        "weight": float(tree._train_weight_seen_by_model),
        "classes": sorted(tree.classes),
    }


def tree_from_json(tree: Any, plain: Mapping[str, Any], classes: int, width: int, max_depth: int) -> None:
    """Give an empty tree what :func:`tree_to_json` wrote.

    Raises:
        UnsafeArtifactError: nodes that do not make a tree of these columns and classes.
    """
    from river.tree.nodes.branch import NumericBinaryBranch

    branch: Any = NumericBinaryBranch
    nodes = plain["nodes"]
    if not isinstance(nodes, list) or not 1 <= len(nodes) <= MOST_NODES:
        raise UnsafeArtifactError(f"A stored tree must have 1 to {MOST_NODES} nodes.")
    children = [child for node in nodes for child in node.get("children", ())]
    if sorted(children) != list(range(1, len(nodes))) or any(type(one) is not int for one in children):
        raise UnsafeArtifactError("Every node of a stored tree but the first must be one node's child.")
    made: list[Any] = [None] * len(nodes)
    depths = [0] * len(nodes)
    for at, node in enumerate(nodes):
        for child in node.get("children", ()):
            if child <= at or depths[at] >= max_depth:
                raise UnsafeArtifactError("The nodes of a stored tree must lead downwards, not too deep.")
            depths[child] = depths[at] + 1
    active = 0
    for at in range(len(nodes) - 1, -1, -1):
        node, stats = nodes[at], _stats(nodes[at]["stats"], classes)
        if "children" in node:
            left, right = node["children"]
            feature, threshold = count(node["feature"], width), number(node["threshold"])
            made[at] = branch(stats, feature, threshold, depths[at], made[left], made[right])
        else:
            made[at] = _leaf(tree, node, stats, depths[at], classes, width)
            active += made[at].is_active()
    tree._root = made[0]
    tree._n_active_leaves = active
    tree._n_inactive_leaves = sum("children" not in one for one in nodes) - active
    tree._train_weight_seen_by_model = number(plain["weight"])
    tree.classes = {count(one, classes) for one in plain["classes"]}


def _leaf(
    tree: Any, node: Mapping[str, Any], stats: dict[int, float], depth: int, classes: int, width: int
) -> Any:
    leaf = tree._new_leaf(stats)
    leaf.depth = depth
    leaf.last_split_attempt_at = number(node["tried"])
    leaf._mc_correct_weight, leaf._nb_correct_weight = map(number, node["right"])
    if node["seen"] is None:
        leaf.deactivate()
        return leaf
    leaf.splitters = {
        count(at, width): _read_splitter(tree.splitter.clone(), one, classes) for at, one in node["seen"]
    }
    return leaf


def _pairs(stats: Mapping[int, float]) -> list[list[Any]]:
    return [[label, float(weight)] for label, weight in stats.items()]


def _stats(pairs: Any, classes: int) -> dict[int, float]:
    found = {count(label, classes): number(weight) for label, weight in pairs}
    if any(weight < 0 for weight in found.values()):
        raise UnsafeArtifactError("The weights of a stored tree must not be negative.")
    return found


def _splitter(one: Any) -> list[list[float]]:
    """Return, for each class, its number, least and largest value, and the normal distribution between."""
    if type(one).__name__ != "GaussianSplitter":
        raise ModelSaveError(f"A tree to store must have known splitters. Got {type(one).__name__}.")
    return [
        [
            label, float(one._min_per_class[label]), float(one._max_per_class[label]),
            float(normal._var.mean.n), float(normal._var.mean._mean), float(normal._var._S),
        ]
        for label, normal in one._att_dist_per_class.items()
    ]  # fmt: skip


def _read_splitter(one: Any, rows: Any, classes: int) -> Any:
    from river.proba import Gaussian

    made: Any = Gaussian
    for label, low, high, seen, mean, squares in rows:
        if number(seen) <= 0 or number(squares) < 0 or number(low) > number(high):
            raise UnsafeArtifactError("A distribution of a stored tree must have rows and a spread.")
        normal = made()
        normal._var.mean.n, normal._var.mean._mean = number(seen), number(mean)
        normal._var._S = number(squares)
        known = count(label, classes)
        one._min_per_class[known], one._max_per_class[known] = number(low), number(high)
        one._att_dist_per_class[known] = normal
    return one
