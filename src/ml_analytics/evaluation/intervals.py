"""Confidence intervals: Wilson for independent rows, block bootstrap for rows that depend on their neighbours.

Rows of a time series are not independent: labels over ``horizon`` bars overlap, errors cluster. An interval
that ignores this is too narrow, and a gate that trusts it promotes luck. Blocks of neighbouring rows keep the
dependence.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from ..core.errors import ParameterError
from ..core.values import Score
from .arrays import as_labels, as_pair, require_count, require_length, require_level
from .blocks import choose_block_length, mean_variance, optimal_block_length

BlockLength = int | Literal["auto"] | None
_CELLS_AT_ONCE = 4_000_000


def proportion_interval(successes: int, n: int, level: float = 0.95, name: str = "proportion") -> Score:
    """Return a share of **independent** rows with its Wilson score interval.

    Wilson, E. B. (1927), JASA 22: the set of p for which the observed share lies within z standard errors.
    It stays inside [0, 1] and keeps a width at 0 and at n successes.

    Raises:
        ParameterError: ``n`` < 1, ``successes`` outside 0..n, or ``level`` outside (0, 1).

    >>> print(proportion_interval(8, 10))
    proportion 0.800 [0.490, 0.943]
    """
    owner = "proportion_interval"
    n = require_count(n, "n", owner)
    successes = require_count(successes, "successes", owner, minimum=0)
    if successes > n:
        raise ParameterError.of("successes", owner, f"between 0 and n = {n}", successes)
    z = float(norm.isf((1.0 - require_level(level, owner)) / 2.0))
    low, high = _wilson(successes / n, n, z)
    return Score(name, successes / n, low, high, level, n, "Wilson score")


def bootstrap_score(
    name: str,
    statistic: Callable[..., Any],
    *arrays: Any,
    level: float = 0.95,
    block_length: BlockLength = None,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Score:
    """Return ``statistic(*arrays)`` with a bootstrap interval; rows of all arrays are drawn together.

    The interval is the expanded percentile one (Hesterberg 2015, The American Statistician 69): percentiles at
    the tail Φ(-t √(k/(k-1))), t the Student quantile for k - 1 degrees of freedom and k = n / block length, as
    plain percentiles are too narrow when there are few blocks. Resamples for which the statistic is not finite
    are left out; ``method`` says how many remain. A single row has the interval (-inf, inf).

    Args:
        name: name of the figure.
        statistic: takes the arrays, returns a number. When it has a parameter ``axis`` it is called on
            (resamples, n) arrays with ``axis=-1``, as in ``scipy.stats.bootstrap``; otherwise once per resample.
        *arrays: one or more (n,) arrays without missing values.
        level: confidence level.
        block_length: ``None`` draws single rows (independent rows); a number draws circular blocks of that many
            (Politis and Romano 1992); ``"auto"`` the length of Politis and White (2004), the longest over the
            numeric arrays (``n ** (1/3)`` where there are none). It reads dependence off the data; when labels
            span a known horizon use :func:`accuracy_score_interval`, which also takes that into account.
        n_resamples: number of resamples, at least 10 / (1 - level).
        seed: same seed, same interval.

    Raises:
        ParameterError: arrays of different length or with missing values, too few resamples, a block length
            outside 1..n, or a statistic that is not a finite number.

    >>> print(bootstrap_score("mean", np.mean, np.arange(100.0), seed=1))
    mean 49.500 [43.561, 55.147]
    """
    owner = "bootstrap_score"
    level = require_level(level, owner)
    least = math.ceil(10.0 / (1.0 - level) - 1e-6)
    n_resamples = require_count(n_resamples, "n_resamples", owner, minimum=least)
    if not arrays:
        raise ParameterError.of("arrays", owner, "at least one array", arrays)
    columns = [as_labels(one, "arrays", owner) for one in arrays]
    n = columns[0].size
    for one in columns:
        require_length(one, n, "arrays", owner)
    length = _block_length(block_length, columns, owner)
    value = float(statistic(*columns))
    if not math.isfinite(value):
        raise ParameterError.of("statistic", owner, "a finite number on the given arrays", value)
    if n < 2:
        return Score(name, value, -math.inf, math.inf, level, n, "one row says nothing about spread")
    draws = _draws(statistic, columns, length, n_resamples, seed)
    finite = draws[np.isfinite(draws)]
    if finite.size < 0.5 * draws.size:
        raise ParameterError.of(
            "statistic", owner, "defined on most resamples", f"{finite.size} of {draws.size}"
        )
    low, high = np.quantile(finite, _expanded_tails(level, n / length))
    method = "bootstrap of single rows" if length == 1 else f"circular-block bootstrap, block {length}"
    method += f", {finite.size} resamples, expanded percentile"
    return Score(name, value, float(low), float(high), level, n, method)


def accuracy_score_interval(
    y_true: Any,
    y_pred: Any,
    horizon: int = 1,
    level: float = 0.95,
    *,
    block_length: BlockLength = "auto",
    name: str = "accuracy",
) -> Score:
    """Return the accuracy of predictions in time order with an interval that allows for dependence.

    The circular-block bootstrap gives the variance of the share of hits (in closed form, so without random
    numbers, and with the bias of short blocks taken out); from it the effective number of rows
    n_eff = p (1 - p) / variance, at most n, enters Wilson's interval with Student's quantile for n / block - 1
    degrees of freedom. When every row is a hit (or none) the variance tells nothing and n_eff = n / block.

    Args:
        y_true: (n,) labels in time order.
        y_pred: (n,) predictions.
        horizon: bars that a label spans. Labels less than ``horizon`` bars apart share bars, so blocks are at
            least 3 x ``horizon`` long when it is above 1.
        level: confidence level.
        block_length: ``"auto"``: Politis and White (2004) and the horizon, whichever is longer; a number fixes
            it; ``None`` treats rows as independent (plain Wilson).
        name: name of the figure.

    Raises:
        ParameterError: see :func:`~ml_analytics.evaluation.arrays.as_pair`; horizon below 1.

    >>> print(accuracy_score_interval([1, 0, 1, 1, 0, 1, 0, 1], [1, 0, 1, 0, 0, 1, 1, 1], block_length=None))
    accuracy 0.750 [0.409, 0.929]
    """
    owner = "accuracy_score_interval"
    truth, guess = as_pair(y_true, y_pred, owner)
    level = require_level(level, owner)
    hits = (truth == guess).astype(np.float64)
    n, share = hits.size, float(hits.mean())
    if block_length is None:
        return proportion_interval(int(hits.sum()), n, level, name)
    length = _block_length(block_length, [hits], owner, require_count(horizon, "horizon", owner))
    blocks = n / length
    variance = mean_variance(hits, length)
    spread = share * (1.0 - share)
    effective = n / length if spread == 0.0 else min(float(n), spread / variance if variance > 0 else n)
    quantile = float(student.isf((1.0 - level) / 2.0, max(blocks - 1.0, 1.0)))
    low, high = _wilson(share, max(effective, 1.0), quantile)
    method = f"Wilson at {effective:.0f} effective rows (circular-block bootstrap, block {length})"
    return Score(name, share, low, high, level, n, method)


def advantage(
    y_true: Any,
    y_pred: Any,
    baseline_pred: Any,
    horizon: int = 1,
    trials: int = 1,
    *,
    level: float = 0.95,
    block_length: BlockLength = "auto",
) -> Score:
    """Return how much more often the model is right than a baseline on the same rows; positive is better.

    The value is the mean of the paired differences of hits, d_t = hit_t(model) - hit_t(baseline), in [-1, 1].
    The interval is d ± t · s with s from the circular-block bootstrap of d (closed form) and Student's t for
    k - 1 degrees of freedom, k = n / block. s is at least 1 / k, what one block turned by one would change: a
    handful of rows that all agree proves little. With fewer than two blocks the interval is [-1, 1].

    Picking the best of many models finds luck: the level is that of Bonferroni, 1 - (1 - ``level``) / ``trials``.

    Args:
        y_true: (n,) labels in time order.
        y_pred: (n,) predictions of the model.
        baseline_pred: (n,) predictions of the baseline.
        horizon: bars that a label spans (see :func:`accuracy_score_interval`).
        trials: models tried before this one was picked.
        level: confidence level for one trial.
        block_length: as in :func:`accuracy_score_interval`.

    Raises:
        ParameterError: labels unusable, lengths differ, ``horizon`` or ``trials`` below 1.

    >>> truth = np.random.default_rng(0).integers(0, 2, 400)
    >>> print(advantage(truth, truth, np.ones(400, int)))
    advantage 0.448 [0.395, 0.500]
    """
    owner = "advantage"
    truth, guess = as_pair(y_true, y_pred, owner)
    _, baseline = as_pair(truth, baseline_pred, owner, ("y_true", "baseline_pred"))
    trials = require_count(trials, "trials", owner)
    adjusted = 1.0 - (1.0 - require_level(level, owner)) / trials
    difference = (truth == guess).astype(np.float64) - (truth == baseline)
    length = _block_length(block_length, [difference], owner, require_count(horizon, "horizon", owner))
    n, value = difference.size, float(difference.mean())
    blocks = n / length
    low, high = -1.0, 1.0
    if blocks >= 2.0:
        deviation = max(math.sqrt(mean_variance(difference, length)), 1.0 / blocks)
        half = float(student.isf((1.0 - level) / trials / 2.0, blocks - 1.0)) * deviation
        low, high = max(-1.0, value - half), min(1.0, value + half)
    method = f"paired circular-block bootstrap, block {length}, Bonferroni over {trials} trials"
    return Score("advantage", value, low, high, adjusted, n, method)


def _wilson(share: float, n: float, z: float) -> tuple[float, float]:
    centre = (share + z * z / (2.0 * n)) / (1.0 + z * z / n)
    half = z * math.sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n)) / (1.0 + z * z / n)
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


def _expanded_tails(level: float, blocks: float) -> tuple[float, float]:
    degrees = max(blocks - 1.0, 1.0)
    quantile = float(student.isf((1.0 - level) / 2.0, degrees)) * math.sqrt((degrees + 1.0) / degrees)
    tail = float(norm.sf(quantile))
    return tail, 1.0 - tail


def _block_length(chosen: BlockLength, columns: list[np.ndarray], owner: str, horizon: int = 1) -> int:
    n = columns[0].size
    if chosen is None:
        return 1
    if chosen == "auto":
        numeric = [one.astype(np.float64) for one in columns if one.dtype.kind in "biuf"]
        found = max((optimal_block_length(one) for one in numeric), default=n ** (1.0 / 3.0))
        return choose_block_length(found, n, horizon)
    length = require_count(chosen, "block_length", owner)
    if length > n:
        raise ParameterError.of("block_length", owner, f"at most the number of rows, {n}", length)
    return length


def _draws(
    statistic: Callable[..., Any], columns: list[np.ndarray], length: int, n_resamples: int, seed: int
) -> np.ndarray:
    along = _takes_axis(statistic)
    parts = []
    for rows in _resampled_rows(columns[0].size, length, n_resamples, seed):
        if along:
            parts.append(np.asarray(statistic(*(one[rows] for one in columns), axis=-1), dtype=np.float64))
        else:
            parts.append(np.array([float(statistic(*(one[row] for one in columns))) for row in rows]))
    return np.concatenate(parts)


def _resampled_rows(n: int, length: int, n_resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Yield (some, n) row numbers, as many resamples at a time as memory allows."""
    random = np.random.default_rng(seed)
    blocks = math.ceil(n / length)
    left = n_resamples
    while left > 0:
        some = min(left, max(1, _CELLS_AT_ONCE // n))
        starts = random.integers(0, n, size=(some, blocks, 1))
        yield ((starts + np.arange(length)) % n).reshape(some, -1)[:, :n]
        left -= some


def _takes_axis(statistic: Callable[..., Any]) -> bool:
    try:
        return "axis" in inspect.signature(statistic).parameters
    except (TypeError, ValueError):  # some compiled callables have no signature
        return False
