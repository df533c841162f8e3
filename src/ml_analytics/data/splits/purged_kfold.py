"""K-fold in time: each block is tested once, training lies on both sides, purged and embargoed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from ml_analytics.core.errors import ParameterError

from ._bars import bar_of_rows, whole
from ._labels import kept_beside, last_bars

_OWNER = "PurgedKFold"


@dataclass(frozen=True)
class PurgedKFold:
    """``n_splits`` contiguous test blocks in time order; every bar is tested exactly once.

    The label of bar ``t`` looks at the bars ``[t, t + horizon]``, or up to ``label_end``: one time or bar
    position per row (triple-barrier ``t1``), missing for a label that is still open. Training rows whose span
    touches the span of any test label are removed on both sides, and ``embargo`` more bars after the last test
    label, because features of those bars still carry what happened in it.

    ``X`` may be an array (one row per bar) or a table with a DatetimeIndex or a ``timestamp`` column, in
    time order; values are never looked at.

    Training on bars after the test block answers "how stable is the model over time", not "how would it have
    traded": for the second use :class:`WalkForwardSplit`.

    Source: M. López de Prado, Advances in Financial Machine Learning (2018), chapter 7.4.

    >>> for train, test in PurgedKFold(n_splits=3, horizon=1, embargo=1).split(np.zeros((9, 1))):
    ...     print(train, test)
    [5 6 7 8] [0 1 2]
    [0 1 8] [3 4 5]
    [0 1 2 3 4] [6 7 8]
    """

    n_splits: int = 5
    horizon: int = 0
    embargo: int = 0
    label_end: Any = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        whole(self.n_splits, "n_splits", _OWNER, least=2)
        whole(self.horizon, "horizon", _OWNER)
        whole(self.embargo, "embargo", _OWNER)

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield ``(train, test)`` row positions, oldest block first; ``y`` and ``groups`` are not used.

        Raises:
            ParameterError: too few bars, labels that do not fit, or nothing left to train on.
            LeakageError: the rows are not in time order.
        """
        bars = bar_of_rows(X, _OWNER)
        ends = last_bars(X, bars, self.horizon, self.label_end, _OWNER)
        n_bars = int(bars[-1]) + 1 if len(bars) else 0
        if n_bars < self.n_splits:
            raise ParameterError.of("X", _OWNER, f"at least {self.n_splits} bars long (n_splits)", n_bars)
        edges = np.linspace(0, n_bars, self.n_splits + 1).astype(int)
        for start, stop in pairwise(edges):
            before, after = kept_beside(bars, ends, start, stop, self.embargo)
            if not (before | after).any():
                raise ParameterError.of(
                    "horizon", _OWNER, f"small enough to leave bars to train on among {n_bars}", self.horizon
                )
            yield np.flatnonzero(before | after), np.flatnonzero((bars >= start) & (bars < stop))

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of folds."""
        return self.n_splits
