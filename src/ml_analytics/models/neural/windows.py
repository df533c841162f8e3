"""Rows of a network: windows that end at a row of a series, windows that are ready, or images.

Imported only where torch is needed. Nothing is copied until a batch is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


class Rows(Protocol):
    """What a network learns from and answers to, by position."""

    def __len__(self) -> int: ...

    def at(self, positions: Tensor) -> Tensor:
        """Return the rows at these positions, stacked."""
        ...


@dataclass(frozen=True)
class Series:
    """Windows of ``length`` rows that end at each row of (n, inputs), oldest first.

    Rows before the first one are taken to be equal to it.
    """

    values: Tensor
    length: int

    def __len__(self) -> int:
        return len(self.values)

    def at(self, positions: Tensor) -> Tensor:
        """Return (len(positions), length, inputs)."""
        back = torch.arange(1 - self.length, 1, device=positions.device)
        return self.values[(positions[:, None] + back).clamp_(min=0)]


@dataclass(frozen=True)
class Ready:
    """Rows that stand alone: windows (n, length, inputs) or images (n, channels, height, width)."""

    values: Tensor

    def __len__(self) -> int:
        return len(self.values)

    def at(self, positions: Tensor) -> Tensor:
        """Return the rows at these positions."""
        return self.values[positions]
