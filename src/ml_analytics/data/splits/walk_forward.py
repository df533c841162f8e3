"""Walk forward: train on the past, test on the block that follows, move on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ml_analytics.core.errors import ParameterError

from ._bars import bar_of_rows, whole
from ._labels import last_bars

_OWNER = "WalkForwardSplit"


@dataclass(frozen=True)
class WalkForwardSplit:
    """Consecutive test blocks at the end of the data, each trained on what lies before it.

    The label of bar ``t`` looks at the bars ``[t, t + purge]``, or up to ``label_end``. A training row is kept
    only when that span ends before the first test bar, so no training label has seen a test bar.

    Rows of one time share a bar (see the scikit-learn interface below: ``X`` may be an array with one row
    per bar, or a pandas or polars table with a DatetimeIndex or a column ``timestamp``, ``time``,
    ``date`` or ``datetime``, in time order).
    Values are never looked at, so NaN does not matter.

    Args:
        n_splits: number of test blocks.
        test_size: bars per block; a float is a share of all bars; ``None`` divides what ``min_train``
            leaves, or all bars into ``n_splits + 1`` equal parts.
        min_train: least number of training bars (after purging) in the first fold; ``None`` means one.
        purge: the label's horizon in bars.
        embargo: bars after each test block that later folds leave out of their training. Within one fold
            no training row follows the test, so there an embargo has nothing to do; across folds it keeps
            bars whose features still echo an already judged block out of the models judged next.
        expanding: train on all of the past; ``False`` rolls a window as long as the first fold's.
        label_end: where each row's label ends (triple-barrier ``t1``): times, or bar positions; a missing end is
            the end of the table.

    Source: M. López de Prado, Advances in Financial Machine Learning (2018), chapter 7.

    >>> for train, test in WalkForwardSplit(n_splits=2, test_size=2, purge=1).split(np.zeros((8, 1))):
    ...     print(train, test)
    [0 1 2] [4 5]
    [0 1 2 3 4] [6 7]
    """

    n_splits: int = 5
    test_size: int | float | None = None
    min_train: int | None = None
    purge: int = 0
    embargo: int = 0
    expanding: bool = True
    label_end: Any = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        whole(self.n_splits, "n_splits", _OWNER, least=1)
        whole(self.purge, "purge", _OWNER)
        whole(self.embargo, "embargo", _OWNER)
        if self.min_train is not None:
            whole(self.min_train, "min_train", _OWNER, least=1)
        if isinstance(self.test_size, float):
            if not 0.0 < self.test_size < 1.0:
                raise ParameterError.of(
                    "test_size", _OWNER, "a share between 0 and 1 or a number of bars", self.test_size
                )
        elif self.test_size is not None:
            whole(self.test_size, "test_size", _OWNER, least=1)

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield ``(train, test)`` row positions, oldest block first; ``y`` and ``groups`` are not used.

        Raises:
            ParameterError: too few bars for that many blocks and that much training, or labels that do not fit.
            LeakageError: the rows are not in time order.
        """
        bars = bar_of_rows(X, _OWNER)
        ends = last_bars(X, bars, self.purge, self.label_end, _OWNER)
        n_bars = int(bars[-1]) + 1 if len(bars) else 0
        size = self._block(n_bars)
        first = n_bars - self.n_splits * size
        window = first - self.purge
        needed = self.min_train or 1
        if window < needed:
            raise ParameterError.of(
                "X",
                _OWNER,
                f"at least {needed + self.purge + self.n_splits * size} bars long ({self.n_splits} blocks of "
                f"{size}, {self.purge} purged, {needed} to train on)",
                n_bars,
            )
        usable = np.ones(len(bars), dtype=bool)
        for start in range(first, n_bars, size):
            stop = start + size
            oldest = 0 if self.expanding else start - self.purge - window
            train = usable & (bars >= oldest) & (ends < start)
            self._require(bars, train, start, needed if start == first else 1)
            yield np.flatnonzero(train), np.flatnonzero((bars >= start) & (bars < stop))
            usable &= ~((bars >= stop) & (bars < stop + self.embargo))

    def _require(self, bars: np.ndarray, train: np.ndarray, start: int, needed: int) -> None:
        count = len(np.unique(bars[train]))
        if count < needed and self.label_end is not None:
            must_be = f"early enough to leave {needed} bars to train on before bar {start}"
            raise ParameterError.of("label_end", _OWNER, must_be, count)
        if not count:
            must_be = f"small enough to leave bars to train on before bar {start}"
            raise ParameterError.of("embargo", _OWNER, must_be, self.embargo)

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of folds."""
        return self.n_splits

    def _block(self, n_bars: int) -> int:
        if isinstance(self.test_size, float):
            return max(1, int(self.test_size * n_bars))
        if self.test_size is not None:
            return int(self.test_size)
        if self.min_train is not None:
            return max(1, (n_bars - self.min_train - self.purge) // self.n_splits)
        return max(1, n_bars // (self.n_splits + 1))
