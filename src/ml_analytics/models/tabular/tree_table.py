"""The trees of an ensemble as one table of nodes: walked by own code, stored as arrays, written as ONNX."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from ...core.errors import UnsafeArtifactError
from ..arrays import array_from_bytes, array_to_bytes

_PREFIX = "trees-"
_WORDS = 8
CODES = 32 * _WORDS
"""How many categories of a column a split can tell apart."""


@dataclass(frozen=True, slots=True)
class TreeTable:
    """All nodes of all trees, one after another; ``starts`` are the roots.

    A node with ``left`` -1 is a leaf and answers ``value``; else a row goes left where its column ``feature``
    is at most ``threshold``, or is a category whose bit is set in row ``category`` of ``bitsets`` (-1: a
    number), or is missing and ``missing_left`` says so. ``groups`` is the output that each tree adds to.
    """

    starts: np.ndarray
    groups: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    missing_left: np.ndarray
    category: np.ndarray
    bitsets: np.ndarray
    value: np.ndarray
    gain: np.ndarray

    def sums(self, X: np.ndarray, outputs: int = 1) -> np.ndarray:
        """Return (n_samples, outputs): for each row the sum of the leaves it comes to."""
        return self.add_to(np.zeros((len(X), outputs)), X)

    def add_to(self, sums: np.ndarray, X: np.ndarray) -> np.ndarray:
        """Add the leaves that the rows come to, tree after tree, and return ``sums``."""
        from .tree_walk import walk

        walk(
            np.ascontiguousarray(X, dtype=np.float64),
            self.starts,
            self.groups,
            self.feature,
            self.threshold,
            self.left,
            self.right,
            self.missing_left,
            self.category,
            self.bitsets,
            self.value,
            sums,
        )
        return sums

    def gain_by_column(self, width: int) -> np.ndarray:
        """Return the total gain of the splits on each column, as shares of the whole."""
        inside = self.left >= 0
        total = np.bincount(self.feature[inside], weights=self.gain[inside], minlength=width)
        shares: np.ndarray = total / total.sum() if total.sum() > 0 else total
        return shares

    def split_points(self) -> tuple[np.ndarray, np.ndarray]:
        """Return (columns, values) of the splits of numbers."""
        inside = (self.left >= 0) & (self.category < 0)
        return self.feature[inside].astype(np.int64), self.threshold[inside]

    def to_files(self) -> dict[str, bytes]:
        """Return the files that :func:`trees_from_files` reads."""
        return {f"{_PREFIX}{one.name}.npy": array_to_bytes(getattr(self, one.name)) for one in fields(self)}


_DTYPES = {"starts": "int32", "groups": "int32", "feature": "int32", "threshold": "float64", "left": "int32",
           "right": "int32", "missing_left": "bool", "category": "int32", "bitsets": "uint32", "value": "float64",
           "gain": "float64"}  # fmt: skip


def make_trees(**columns: np.ndarray) -> TreeTable:
    """Return a table of the given columns, each in its own type."""
    return TreeTable(**{name: np.ascontiguousarray(columns[name], dtype=_DTYPES[name]) for name in _DTYPES})


def trees_from_files(files: Mapping[str, bytes], width: int, outputs: int) -> TreeTable:
    """Read what :meth:`TreeTable.to_files` wrote, for rows of ``width`` columns.

    Raises:
        UnsafeArtifactError: nodes that point outside their tree, or columns that do not exist.
    """
    arrays = {name: array_from_bytes(files[f"{_PREFIX}{name}.npy"]) for name in _DTYPES}
    if any(arrays[name].dtype != kind for name, kind in _DTYPES.items()) or not _sound(
        TreeTable(**arrays), width, outputs
    ):
        raise UnsafeArtifactError("The nodes of stored trees must point inside them. Got some that do not.")
    return TreeTable(**arrays)


def _sound(table: TreeTable, width: int, outputs: int) -> bool:
    count = len(table.left)
    per_node = (table.feature, table.threshold, table.left, table.right, table.missing_left, table.category,
                table.value, table.gain)  # fmt: skip
    if any(one.shape != (count,) for one in per_node) or table.starts.ndim != 1 or not len(table.starts):
        return False
    if (
        table.groups.shape != table.starts.shape
        or table.bitsets.ndim != 2
        or table.bitsets.shape[1] != _WORDS
    ):
        return False
    ends = np.append(table.starts[1:], count)
    if table.starts[0] != 0 or (ends <= table.starts).any():
        return False
    limit = np.repeat(ends, ends - table.starts)
    inside = table.left != -1
    order = np.arange(count)[inside]
    return bool(
        ((table.groups >= 0) & (table.groups < outputs)).all()
        and ((table.feature[inside] >= 0) & (table.feature[inside] < width)).all()
        and ((table.category >= -1) & (table.category < len(table.bitsets))).all()
        and all(
            ((side[inside] > order) & (side[inside] < limit[inside])).all()
            for side in (table.left, table.right)
        )
    )
