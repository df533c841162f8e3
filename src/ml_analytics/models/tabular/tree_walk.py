"""Trees walked in machine code. Import it only when there is something to predict."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

BLOCK = 256  # rows that go through one tree while its nodes are near


@njit(cache=True, nogil=True, error_model="numpy")
def walk(
    X: Any,
    starts: Any,
    groups: Any,
    feature: Any,
    threshold: Any,
    left: Any,
    right: Any,
    missing_left: Any,
    category: Any,
    bitsets: Any,
    value: Any,
    sums: Any,
) -> None:
    """Add the leaf of every tree for every row of X (n, d) to ``sums`` (n, groups), tree after tree."""
    for start in range(0, len(X), BLOCK):
        for tree in range(len(starts)):
            group = groups[tree]
            for row in range(start, min(start + BLOCK, len(X))):
                node = starts[tree]
                while left[node] >= 0:
                    x = X[row, feature[node]]
                    if np.isnan(x) or (category[node] >= 0 and not 0 <= x < 256):
                        to_left = missing_left[node]
                    elif category[node] >= 0:
                        code = int(x)
                        bits = bitsets[category[node], code // 32] >> np.uint32(code % 32)
                        to_left = bits & np.uint32(1) != 0
                    else:
                        to_left = x <= threshold[node]
                    node = left[node] if to_left else right[node]
                sums[row, group] += value[node]
