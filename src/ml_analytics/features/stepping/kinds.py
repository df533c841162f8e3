"""Steps that are known to give one value, or several: for those that other steps are built from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from .recent import Recent, State

ValueStep: TypeAlias = Callable[[State, Recent], tuple[State, float]]
"""A :data:`Step` with a single value."""

BandsStep: TypeAlias = Callable[[State, Recent], tuple[State, tuple[float, float, float]]]
"""A :data:`Step` with an upper, a middle and a lower line."""

PairStep: TypeAlias = Callable[[State, Recent], tuple[State, tuple[float, float]]]
"""A :data:`Step` with two values."""
