"""At which bars a leak certificate cuts: where leaks are known to show, and spread over the series."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from ..core.errors import ParameterError
from .under_test import UnderTest

_PERIODS = ("D", "W", "M", "Y")


def choose_cuts(
    bars: UnderTest, cuts: int | Sequence[int], generator: np.random.Generator
) -> tuple[tuple[int, ...], frozenset[int]]:
    """Return the cuts in order, and those deep enough to try the cut-off series too.

    Args:
        bars: what is cut.
        cuts: how many spread cuts; or their positions, then only those.
        generator: decides where the spread cuts fall.

    Raises:
        ParameterError: ``cuts`` is neither.
    """
    last = len(bars.moments) - 2
    if isinstance(cuts, (int, np.integer)) and not isinstance(cuts, bool):
        if cuts < 1:
            raise ParameterError.of("cuts", "certify", "at least 1", cuts)
        edges = np.linspace(0.2, 1.0, int(cuts) + 1) * last
        spread = {int(generator.integers(int(a), int(b), endpoint=True)) for a, b in pairwise(edges)}
        early = {2**power - 1 for power in range(20) if 2**power - 1 < edges[0]}
        late = {last + 1 - 4**power for power in range(10) if 4**power < edges[0]}
        deep = spread | {min(_after_largest_move(bars), last)}
        ends = set(_period_ends(bars.moments, generator))
        return tuple(sorted(early | late | ends | deep)), frozenset(deep)
    given = np.asarray(cuts if isinstance(cuts, (list, tuple, range, np.ndarray)) else [])
    if given.ndim != 1 or given.dtype.kind not in "iu" or not ((given >= 0) & (given <= last)).all():
        raise ParameterError.of("cuts", "certify", f"a number of cuts or bars from 0 to {last}", cuts)
    return tuple(sorted(set(given.tolist()))), frozenset(given.tolist())


def _after_largest_move(bars: UnderTest) -> int:
    """Return the moment of the bar that moved most."""
    prices = [np.log(one["close"]) for one in bars.series]
    moves = np.concatenate([np.diff(one, prepend=one[0]) for one in prices])
    return int(bars.moment_of()[np.argmax(np.abs(moves))])


def _period_ends(moments: pd.DatetimeIndex, generator: np.random.Generator) -> Iterator[int]:
    """Yield one last bar of a day, a week, a month and a year each, where not every bar is one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # periods have no zone
        for kind in _PERIODS:
            periods = moments.to_period(kind).asi8
            ends = np.flatnonzero(np.diff(periods))
            if 0 < len(ends) < len(moments) - 1:
                yield int(generator.choice(ends))
