"""Which side traded, told from closes: up means bought, down sold, unchanged as the last change was."""

from __future__ import annotations

import numpy as np

from ...indicator import Array
from ...stepping import Recent, State


def tick_signs(close: Array) -> Array:
    """Return 1 (bought), -1 (sold) or 0 (nothing has moved yet) for every bar (Lee and Ready 1991).

    >>> tick_signs(np.array([5.0, 5.0, 6.0, 6.0, 4.0])).tolist()
    [0.0, 0.0, 1.0, 1.0, -1.0]
    """
    signs = np.zeros_like(close)
    np.sign(np.diff(close), out=signs[1:])
    last = np.maximum.accumulate(np.where(signs != 0, np.arange(len(signs)), 0))
    return signs[last]


def newest_sign(state: State, recent: Recent) -> float:
    """Return the sign of the newest bar; ``state`` is that of the bar before (``None`` at the first).

    >>> recent = Recent(reach=2)
    >>> for price in (5.0, 4.0):
    ...     recent.push((price, price, price, price, 1.0))
    >>> newest_sign(0.0, recent)
    -1.0
    """
    if recent.bar == 0:
        return 0.0
    now, before = recent.close[-1], recent.close[-2]
    return 1.0 if now > before else -1.0 if now < before else float(state)
