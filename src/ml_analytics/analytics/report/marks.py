"""Where the names of marked values stand in a chart, so that they touch neither bars nor each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HEADROOM = 1.28
"""Room above the highest bar, for two rows of names."""
ROW = 0.1
"""Height of a row of names, as a share of the axis."""

TOP = 0.8
"""Where the lines of marks end, as a share of the axis: no line runs through a name."""


@dataclass(frozen=True)
class Mark:
    """A value with its name, on which side of its line the name stands, and in which row from the top."""

    name: str
    value: float
    left: bool
    row: int


def marks(values: Mapping[str, float], reach: float, room: float) -> list[Mark]:
    """Return the marks within ``reach`` of zero: the lowest named left of its line, others right.

    Nearer than ``room`` (a share of the reach) to the left end there is no place: the name stands on the right, a
    row below the others.

    >>> [(one.name, one.left, one.row) for one in marks({"a": -0.1, "b": -0.2, "c": -2.0}, 1.0, 0.3)]
    [('a', False, 0), ('b', True, 0)]
    >>> marks({"b": -0.9}, 1.0, 0.3)[0].row
    1
    """
    inside = {name: value for name, value in values.items() if abs(value) <= reach}
    found = []
    first = min(inside, key=lambda name: inside[name], default=None)  # one of those that are equal
    for name, value in inside.items():
        lowest, free = name == first, value > (room - 1.0) * reach
        found.append(Mark(name, value, lowest and free, int(lowest and not free)))
    return found
