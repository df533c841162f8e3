"""Quantities as whole numbers of a small unit, so that what is bought and sold in parts ends at exactly nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..inputs import Array

_EXACT = 2.0**53
_LARGEST = 2.0**62
_PLACES = 15
SLACK = 1e-10
"""Of quantities that are no decimals (1/3): the part of a fill that counts as nothing."""


@dataclass(frozen=True)
class Units:
    """Quantities ``count / per_one``; ``slack`` is 0 where the decimals are exact."""

    count: NDArray[np.int64]
    per_one: float
    slack: float

    def amount(self, count: NDArray[np.int64]) -> Array:
        """Return counts as quantities."""
        return count / self.per_one


def in_units(quantity: Array) -> Units:
    """Return quantities in the largest decimal unit that holds them all exactly.

    0.1 + 0.2 - 0.3 is not zero in binary numbers: it would leave a lot of 5e-17 open. Decimals of up to 15
    places become whole numbers; quantities that are none take the finest binary unit that does not overflow.

    >>> units = in_units(np.array([0.1, 0.2, -0.3]))
    >>> units.count.tolist(), units.per_one
    ([1, 2, -3], 10.0)
    """
    largest = float(np.abs(quantity).max(initial=0.0))
    total = float(np.abs(quantity).sum())
    some = quantity[:: max(1, len(quantity) // 1000)]
    for places in range(_PLACES + 1):
        per_one = 10.0**places
        if largest * per_one >= _EXACT or total * per_one >= _LARGEST:
            break
        if _whole(some, per_one) and _whole(quantity, per_one):
            return Units(np.rint(quantity * per_one).astype(np.int64), per_one, 0.0)
    per_one = 2.0 ** (61 - math.ceil(math.log2(total)))
    return Units(np.rint(quantity * per_one).astype(np.int64), per_one, SLACK)


def _whole(quantity: Array, per_one: float) -> bool:
    return bool((np.rint(quantity * per_one) / per_one == quantity).all())
