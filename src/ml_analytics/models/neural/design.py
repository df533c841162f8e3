"""The design of a network as plain JSON: what it is built from, here or when it is loaded. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.errors import UnsafeArtifactError
from .parameters import MAX_HIDDEN, MAX_LAYERS, MAX_LENGTH

MAX_VALUES = 16_384
"""The most numbers one image may have (128 x 128 in grey)."""

Design = Mapping[str, Any]
"""``kind`` and whole numbers; see :data:`SIZES`."""

_MANY = 1 << 20
_SEQUENCE = {
    "inputs": _MANY,
    "outputs": _MANY,
    "hidden": MAX_HIDDEN,
    "layers": MAX_LAYERS,
    "length": MAX_LENGTH,
}
SIZES: Mapping[str, Mapping[str, int]] = {
    "lstm": _SEQUENCE,
    "transformer": _SEQUENCE,
    "convolution": {
        "height": MAX_VALUES,
        "width": MAX_VALUES,
        "inputs": MAX_VALUES,
        "outputs": _MANY,
        "hidden": MAX_HIDDEN,
    },
}
"""For each kind of network its sizes and the largest that is taken."""


def check_design(design: Design) -> None:
    """Refuse a design from a file that no model here writes.

    Raises:
        UnsafeArtifactError: another kind, other sizes, or sizes beyond the limits.
    """
    sizes = SIZES.get(str(design.get("kind")))
    if sizes is None or set(design) != {"kind", *sizes}:
        raise UnsafeArtifactError("The design of a stored network must be of a known kind. Got another.")
    for name, most in sizes.items():
        value = design[name]
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise UnsafeArtifactError(
                f"The '{name}' of a stored network must be a whole number from 1 to {most}. Got {str(value)[:40]}."
            )


def heads(hidden: int) -> int:
    """Return how many heads attention of this width has: at most 8, each at least 8 wide.

    >>> [heads(width) for width in (64, 32, 48, 7)]
    [8, 4, 4, 1]
    """
    return next(
        count for count in (8, 4, 2, 1) if hidden % count == 0 and (hidden // count >= 8 or count == 1)
    )


def halvings(height: int, width: int) -> int:
    """Return how often an image is halved until its short side is below four.

    >>> [halvings(side, side) for side in (3, 8, 28, 64)]
    [0, 2, 3, 5]
    """
    count = 0
    while min(height, width) >= 4:
        height, width, count = height // 2, width // 2, count + 1
    return count
