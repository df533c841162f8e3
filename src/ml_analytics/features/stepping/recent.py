"""The bars that a step looks at, newest last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

State: TypeAlias = Any
"""``None`` at the first bar; then numbers, text, booleans, ``None``, and tuples of these."""

COLUMNS = ("open", "high", "low", "close", "volume")


class Recent:
    """The last bars as lists of floats: ``recent.close[-1]`` is the newest, ``recent.close[-2]`` the one before.

    At least ``reach`` bars are there, as soon as the series has them. ``bar`` is the number of the newest bar
    of the series, from 0.

    >>> recent = Recent(reach=2)
    >>> for price in (1.0, 2.0, 3.0):
    ...     recent.push((price, price, price, price, 10.0))
    >>> recent.bar, recent.close[-2:]
    (2, [2.0, 3.0])
    """

    __slots__ = ("bar", "close", "high", "low", "open", "reach", "volume")

    def __init__(self, reach: int) -> None:
        self.reach = reach
        self.bar = -1
        self.open: list[float] = []
        self.high: list[float] = []
        self.low: list[float] = []
        self.close: list[float] = []
        self.volume: list[float] = []

    def push(self, values: tuple[float, float, float, float, float]) -> None:
        """Add a bar; what is beyond reach is dropped now and then."""
        self.bar += 1
        columns = (self.open, self.high, self.low, self.close, self.volume)
        for column, value in zip(columns, values, strict=True):
            column.append(value)
        if len(self.close) > 2 * self.reach + 64:
            for column in columns:
                del column[: -self.reach]

    def replace(self, values: tuple[float, float, float, float, float]) -> None:
        """Put another bar in the place of the newest."""
        columns = (self.open, self.high, self.low, self.close, self.volume)
        for column, value in zip(columns, values, strict=True):
            column[-1] = value

    def to_dict(self) -> dict[str, Any]:
        """Return the bars within reach as plain values."""
        columns = {name: getattr(self, name)[-self.reach :] for name in COLUMNS}
        return {"reach": self.reach, "bar": self.bar, **columns}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Recent:
        """Return what :meth:`to_dict` wrote down.

        >>> recent = Recent(reach=2)
        >>> recent.push((1.0, 2.0, 0.5, 1.5, 10.0))
        >>> Recent.from_dict(recent.to_dict()).close
        [1.5]
        """
        made = cls(int(values["reach"]))
        made.bar = int(values["bar"])
        for name in COLUMNS:
            setattr(made, name, [float(one) for one in values[name]])
        if len({len(getattr(made, name)) for name in COLUMNS}) > 1:
            raise ValueError("columns of one length are wanted")
        return made


Step: TypeAlias = Callable[[State, Recent], tuple[State, float | tuple[float, ...]]]
"""State and recent bars in; state and value (NaN during the warm-up) out."""

Stepper: TypeAlias = Callable[..., Step]
"""Takes an indicator's parameters by name, as ``compute`` does, and returns its step."""
