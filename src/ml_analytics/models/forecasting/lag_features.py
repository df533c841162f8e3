"""What boosted trees see of a series at a row: recent values, rolling means and the calendar, no later row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_LARGEST = 3e38  # trees take 32-bit numbers


@dataclass(frozen=True, slots=True)
class LagFeatures:
    """Which lags and means are taken; ``reach`` is how many steps back they look.

    With ``relative`` they are differences to the last known value, so that a new height of the series is
    nothing new to the trees.
    """

    lags: tuple[int, ...]
    means: tuple[int, ...]
    relative: bool

    @classmethod
    def of(cls, lags: int, means: tuple[int, ...], season: int, *, relative: bool) -> LagFeatures:
        """Take ``lags`` recent values, and the same step of the last two seasons."""
        seasonal = {season - 1, 2 * season - 1} if season > 1 else set()
        return cls(
            tuple(sorted({*range(lags), *seasonal})),
            tuple(sorted({*means, *({season} if season > 1 else set())})),
            relative,
        )

    @property
    def reach(self) -> int:
        """How many steps, the row's own included, are looked at."""
        return max(self.lags[-1] + 1, *self.means, 1)

    @property
    def names(self) -> list[str]:
        """The names of what :meth:`columns` returns."""
        return [f"lag_{lag}" for lag in self.lags] + [f"mean_{width}" for width in self.means]

    def windows(self, values: np.ndarray, positions: np.ndarray) -> np.ndarray:
        """Return (rows, reach): the values of the steps up to each row, the row's own last; NaN where unknown."""
        wanted = positions[:, None] - np.arange(self.reach - 1, -1, -1)[None]
        at = np.clip(np.searchsorted(positions, wanted), 0, len(positions) - 1)
        found: np.ndarray = np.where(positions[at] == wanted, values[at], np.nan)
        return found

    def columns(self, windows: np.ndarray, height: np.ndarray, scale: float) -> np.ndarray:
        """Return (rows, names) numbers of windows, in units of ``scale``; ``height`` is each row's last known value."""
        recent = windows[:, [windows.shape[1] - 1 - lag for lag in self.lags]]
        known = np.isfinite(windows)
        totals = np.cumsum(np.where(known, windows, 0.0)[:, ::-1], axis=1)
        counts = np.cumsum(known[:, ::-1], axis=1)
        picked = [width - 1 for width in self.means]
        count = counts[:, picked]
        means = np.where(count > 0, totals[:, picked] / np.maximum(count, 1), np.nan)
        both = np.hstack([recent, means])
        if self.relative:
            both = both - height[:, None]
        return np.clip(both / scale, -_LARGEST, _LARGEST)
