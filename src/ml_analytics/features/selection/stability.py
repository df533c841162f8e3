"""How often a feature is selected, over blocks of time that share no row and no label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from ...core.errors import ParameterError
from ..indicator import Array
from .evidence import FEWEST_ROWS, Evidence
from .scoring import Scorer, best_first, combine, make_scorer, varies

_NULL_SCORES, _MOST_SHIFTS = 100, 10
_FOREST = "importance"
_TREES, _FOREST_SHIFTS = 40, 4  # a forest costs a hundred times what the other scores cost


@dataclass(frozen=True, slots=True)
class Folds:
    """How the rows are cut: ``count`` blocks in time order, labels that look ``horizon`` bars ahead."""

    count: int
    horizon: int


def purged_blocks(bars: np.ndarray, folds: Folds, owner: str) -> list[np.ndarray]:
    """Return the positions of the rows of each block, oldest first.

    The moments are divided into blocks of equal number; a row is left out when its label ends in the next block.

    Raises:
        ParameterError: a block has fewer than 10 rows.

    >>> [len(block) for block in purged_blocks(np.arange(40), Folds(2, horizon=3), "example")]
    [17, 20]
    """
    moments = np.unique(bars)
    edges = [len(moments) * fold // folds.count for fold in range(folds.count + 1)]
    blocks = []
    for fold in range(folds.count):
        # The last block has no block behind it that its labels could reach.
        stop = moments[edges[fold + 1]] if fold + 1 < folds.count else np.inf
        start = moments[min(edges[fold], len(moments) - 1)]
        purged = bars + folds.horizon < stop if fold + 1 < folds.count else bars < stop
        blocks.append(np.flatnonzero((bars >= start) & (bars < stop) & purged))
    fewest = min(map(len, blocks))
    if fewest < FEWEST_ROWS:
        raise ParameterError.of(
            "n_folds",
            owner,
            f"small enough to leave {FEWEST_ROWS} of {len(bars)} complete rows in every fold, after purging "
            f"{folds.horizon} bars between them",
            f"{folds.count} folds, one of {fewest} rows",
        )
    return blocks


def selected_shares(
    evidence: Evidence,
    columns: np.ndarray,
    methods: Sequence[str],
    n_features: int | None,
    folds: Folds,
    *,
    owner: str,
    n_jobs: int | None,
    seed: int,
) -> tuple[Array, int]:
    """Return, for each of ``columns``, the share of folds that select it, and how many folds could judge.

    A fold selects a feature when it is among its best ``n_features`` and, by at least one of the methods, better than
    the best that any feature reaches by chance. Chance is measured: the target is shifted against the features
    by about a quarter to three quarters of the block, end joined to start, a few times; so features and target
    keep their own memory, only their relation is lost. A fold whose target never changes cannot judge.

    Source: N. Meinshausen, P. Bühlmann, Stability selection (2010), on blocks of time; the bar is that of the
    shadow features of M. Kursa, W. Rudnicki, Feature selection with the Boruta package (2010), with the target
    shifted instead of the features shuffled.
    """
    counts = np.zeros(len(columns))
    judged = 0
    generator = np.random.default_rng(seed)
    for block in purged_blocks(evidence.bars, folds, owner):
        target, bars = evidence.target[block], evidence.bars[block]
        values = evidence.values[np.ix_(block, columns)]
        moving = np.flatnonzero(np.ptp(values, axis=0) > 0)
        if not varies(target):
            continue
        judged += 1
        if len(moving):
            scorers = [
                make_scorer(one, values[:, moving], evidence.classes, n_jobs=n_jobs, seed=seed, trees=_TREES)
                for one in methods
            ]
            counts[moving[_chosen(methods, scorers, target, bars, n_features, len(moving), generator)]] += 1
    return counts / max(judged, 1), judged


def _chosen(
    methods: Sequence[str],
    scorers: Sequence[Scorer],
    target: Array,
    bars: np.ndarray,
    n_features: int | None,
    width: int,
    generator: np.random.Generator,
) -> np.ndarray:
    scores = [score(target) for score in scorers]
    shifts = _shifts(bars, width, generator)
    chances = [
        max(
            float(score(np.roll(target, -by)).max())
            for by in shifts[: _FOREST_SHIFTS if one == _FOREST else None]
        )
        for one, score in zip(methods, scorers, strict=True)
    ]
    above = np.any([one > chance for one, chance in zip(scores, chances, strict=True)], axis=0)
    best = best_first(combine({str(at): one for at, one in enumerate(scores)}))[:n_features]
    chosen: np.ndarray = best[above[best]]
    return chosen


def _shifts(bars: np.ndarray, width: int, generator: np.random.Generator) -> np.ndarray:
    """Return by how many rows to shift: whole moments, so that rows of one time stay together."""
    count = int(np.clip(ceil(_NULL_SCORES / width), 2, _MOST_SHIFTS))
    starts = np.flatnonzero(np.diff(bars, prepend=bars[0] - 1))
    if len(starts) == 1:
        starts = np.arange(len(bars))
    quarter = len(starts) // 4
    return generator.choice(starts[max(quarter, 1) : len(starts) - quarter], size=count)
