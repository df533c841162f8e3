"""Combinatorial purged cross-validation: every choice of test groups, so one history gives many backtests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from ml_analytics.core.errors import ParameterError

from ._bars import bar_of_rows, whole
from ._labels import kept_beside, last_bars

_OWNER = "CombinatorialPurgedSplit"


@dataclass(frozen=True)
class CombinatorialPurgedSplit:
    """All ``C(N, k)`` ways to test on ``k`` of ``N`` contiguous groups and train on the others.

    Each group is tested in ``C(N - 1, k - 1)`` splits, each time by a model that was trained without it, so the
    out-of-sample predictions form that many complete backtest paths (:meth:`backtest_paths`): a distribution
    of results instead of the one that a walk forward gives.

    The label of bar ``t`` looks at the bars ``[t, t + horizon]``, or up to ``label_end``. After **every** test
    group, training rows whose label's span touches that of a test label are removed on both sides, and
    ``embargo`` more bars after it. ``X`` may be an array (one row per bar) or a table with a DatetimeIndex or
    a ``timestamp`` column, in time order; values are never looked at.

    Args:
        n_groups: contiguous groups of about equal size, N.
        n_test_groups: groups tested at a time, k; fewer than ``n_groups``.
        horizon: the label's horizon in bars.
        embargo: bars after each test group's last label that are not trained on.
        label_end: where each row's label ends (triple-barrier ``t1``): times, or bar positions; a missing end is
            the end of the table.

    Source: M. López de Prado, Advances in Financial Machine Learning (2018), chapter 12.

    >>> splitter = CombinatorialPurgedSplit(n_groups=4, n_test_groups=2, horizon=1)
    >>> splitter.get_n_splits(), splitter.n_paths
    (6, 3)
    >>> for train, test in splitter.split(np.zeros((8, 1))):
    ...     print(train, test)
    [5 6 7] [0 1 2 3]
    [7] [0 1 4 5]
    [3 4] [0 1 6 7]
    [0 7] [2 3 4 5]
    [0] [2 3 6 7]
    [0 1 2] [4 5 6 7]
    """

    n_groups: int = 6
    n_test_groups: int = 2
    horizon: int = 0
    embargo: int = 0
    label_end: Any = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        whole(self.n_groups, "n_groups", _OWNER, least=2)
        whole(self.n_test_groups, "n_test_groups", _OWNER, least=1)
        whole(self.horizon, "horizon", _OWNER)
        whole(self.embargo, "embargo", _OWNER)
        if self.n_test_groups >= self.n_groups:
            raise ParameterError.of(
                "n_test_groups", _OWNER, f"fewer than n_groups ({self.n_groups})", self.n_test_groups
            )

    @property
    def n_paths(self) -> int:
        """How many complete backtest paths the splits give: ``C(N, k) * k / N``."""
        return comb(self.n_groups - 1, self.n_test_groups - 1)

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield ``(train, test)`` row positions, choices in lexicographic order; ``y``, ``groups`` are not used.

        Raises:
            ParameterError: too few bars, labels that do not fit, or nothing left to train on.
            LeakageError: the rows are not in time order.
        """
        bars = bar_of_rows(X, _OWNER)
        ends = last_bars(X, bars, self.horizon, self.label_end, _OWNER)
        edges = self._edges(bars)
        spans = [(int(edges[g]), int(edges[g + 1])) for g in range(self.n_groups)]
        member = [(bars >= start) & (bars < stop) for start, stop in spans]
        kept = [np.logical_or(*kept_beside(bars, ends, *span, self.embargo)) for span in spans]
        for chosen in self._choices():
            train = np.logical_and.reduce([kept[group] for group in chosen])
            if not train.any():
                raise ParameterError.of(
                    "horizon",
                    _OWNER,
                    f"small enough, with the embargo, to leave bars to train on beside the groups {chosen}",
                    self.horizon,
                )
            test = np.logical_or.reduce([member[group] for group in chosen])
            yield np.flatnonzero(train), np.flatnonzero(test)

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of splits, ``C(N, k)``."""
        return comb(self.n_groups, self.n_test_groups)

    def paths(self) -> np.ndarray:
        """Return an array (n_paths, n_groups): which split predicts which group on which path.

        Every split's every test group is used exactly once.

        >>> CombinatorialPurgedSplit(n_groups=4, n_test_groups=2).paths()
        array([[0, 0, 1, 2],
               [1, 3, 3, 4],
               [2, 4, 5, 5]])
        """
        table = np.empty((self.n_paths, self.n_groups), dtype=np.intp)
        used = [0] * self.n_groups
        for number, chosen in enumerate(self._choices()):
            for group in chosen:
                table[used[group], group] = number
                used[group] += 1
        return table

    def backtest_paths(self, predictions: Sequence[Any], X: Any) -> np.ndarray:
        """Put the predictions of all splits together to paths: an array (n_paths, n_rows, ...).

        ``predictions[i]`` holds one prediction (or one row of probabilities) per test row of split ``i``, in the
        order of its test rows. On each path each row of ``X`` is predicted exactly once.

        Raises:
            ParameterError: not one array per split, or one that is not as long as its test part.

        >>> splitter, X = CombinatorialPurgedSplit(3, 2), np.zeros((6, 1))
        >>> splitter.backtest_paths([test * 10 + i for i, (_, test) in enumerate(splitter.split(X))], X)
        array([[ 0, 10, 20, 30, 41, 51],
               [ 1, 11, 22, 32, 42, 52]])
        """
        if len(predictions) != self.get_n_splits():
            raise ParameterError.of(
                "predictions", _OWNER, f"one array per split ({self.get_n_splits()})", len(predictions)
            )
        bars = bar_of_rows(X, _OWNER)
        group_of = np.searchsorted(self._edges(bars), bars, side="right") - 1
        arrays = [np.asarray(one) for one in predictions]
        sample = np.concatenate([one[:0] for one in arrays])  # the type and shape that holds them all
        made = np.empty((self.n_paths, len(bars), *sample.shape[1:]), dtype=sample.dtype)
        used = [0] * self.n_groups
        for number, chosen in enumerate(self._choices()):
            rows = np.flatnonzero(np.isin(group_of, chosen))
            if len(arrays[number]) != len(rows):
                raise ParameterError.of(
                    "predictions",
                    _OWNER,
                    f"as long as the test part of split {number} ({len(rows)} rows)",
                    len(arrays[number]),
                )
            for group in chosen:
                mine = group_of[rows] == group
                made[used[group], rows[mine]] = arrays[number][mine]
                used[group] += 1
        return made

    def _choices(self) -> Iterator[tuple[int, ...]]:
        return combinations(range(self.n_groups), self.n_test_groups)

    def _edges(self, bars: np.ndarray) -> np.ndarray:
        n_bars = int(bars[-1]) + 1 if len(bars) else 0
        if n_bars < self.n_groups:
            raise ParameterError.of("X", _OWNER, f"at least {self.n_groups} bars long (n_groups)", n_bars)
        return np.linspace(0, n_bars, self.n_groups + 1).astype(int)
