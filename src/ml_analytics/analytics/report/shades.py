"""The shades of the months: how strong a return is beside the others."""

from __future__ import annotations

from collections.abc import Sequence

from .style import GAIN, LOSS, mixed


def strongest(values: Sequence[float]) -> float:
    """Return the size that gets the full shade: that of nineteen in twenty months at most.

    >>> strongest([0.01, -0.02])
    0.01
    """
    sizes = sorted(abs(value) for value in values)
    return sizes[int(0.95 * (len(sizes) - 1))] if sizes else 0.0


def month_shade(value: float, strong: float) -> str:
    """Return the colour of a month; losses are darker than gains of the same size, for a print without colour.

    >>> month_shade(0.01, 0.01), month_shade(-0.01, 0.01)
    ('#bacee4', '#e7a677')
    """
    depth = min(1.0, abs(value) / strong) if strong else 1.0
    if value > 0:
        return mixed(GAIN, 0.06 + 0.30 * depth)
    return mixed(LOSS, 0.22 + 0.42 * depth)
