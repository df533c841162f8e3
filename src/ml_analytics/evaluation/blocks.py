"""How long blocks must be to keep the dependence of a series, and the variance of a mean from such blocks."""

from __future__ import annotations

import math

import numpy as np


def optimal_block_length(series: np.ndarray) -> float:
    """Return the block length of the circular-block bootstrap that suits the mean of ``series`` best.

    Politis and White (2004), Econometric Reviews 23, corrected by Patton, Politis and White (2009), 28:
    b = (2 G² / D)^(1/3) n^(1/3), with G = Σ λ(k/M) |k| R(k), D = 4/3 (Σ λ(k/M) R(k))², the flat-top window
    λ(s) = min(1, 2 (1 - |s|)) and M twice the lag after which autocorrelations stay insignificant. At most
    min(3 √n, n/3); 1 for a constant series or fewer than 8 values.

    >>> optimal_block_length(np.ones(100))
    1.0
    """
    n = series.size
    if n < 8 or series.min() == series.max():
        return 1.0
    centred = series - series.mean()
    run = max(5, int(math.sqrt(math.log10(n))))
    longest = min(n - 1, math.ceil(math.sqrt(n)) + run)
    covariance = np.array([centred[: n - lag] @ centred[lag:] for lag in range(longest + 1)]) / n
    if covariance[0] <= 0.0:
        return 1.0
    bandwidth = _bandwidth(covariance / covariance[0], n, run)
    lags = np.arange(1, bandwidth + 1)
    window = np.minimum(1.0, 2.0 * (1.0 - lags / bandwidth)) * covariance[1 : bandwidth + 1]
    slope = 2.0 * float((window * lags).sum())
    level = float(covariance[0] + 2.0 * window.sum())
    if level == 0.0:
        return 1.0
    length = (2.0 * slope**2 / (4.0 / 3.0 * level**2)) ** (1.0 / 3.0) * n ** (1.0 / 3.0)
    return float(np.clip(length, 1.0, math.ceil(min(3.0 * math.sqrt(n), n / 3.0))))


def _bandwidth(correlation: np.ndarray, n: int, run: int) -> int:
    """Twice the first lag that is followed by ``run`` insignificant autocorrelations."""
    significant = np.abs(correlation) >= 2.0 * math.sqrt(math.log10(n) / n)
    longest = correlation.size - 1
    for lag in range(0, longest - run + 1):
        if not significant[lag + 1 : lag + run + 1].any():
            return min(2 * max(lag, 1), longest)
    return longest


def choose_block_length(found: float, n: int, horizon: int = 1) -> int:
    """Return whole rows: what was found, at least 3 x ``horizon`` when labels overlap, at most n / 2.

    >>> choose_block_length(2.3, 500, horizon=5)
    15
    """
    overlap = 3 * horizon if horizon > 1 else 1
    return max(1, min(max(math.ceil(found - 1e-9), overlap), n // 2 if n > 1 else 1))


def block_variance(series: np.ndarray, length: int) -> float:
    """Return the variance of the mean of ``series`` under the circular-block bootstrap.

    In closed form, the limit of infinitely many resamples: (1/k) · mean over all n circular blocks of
    (block mean - mean)², k = n / length, times k / (k - 1) because blocks are compared with their own mean.

    >>> round(block_variance(np.array([0.0, 1.0, 0.0, 1.0]), 1), 4)
    0.0833
    """
    n = series.size
    if n < 2:
        return 0.0
    total = np.concatenate([[0.0], np.cumsum(np.concatenate([series, series[: length - 1]]))])
    means = (total[length:] - total[:-length]) / length
    blocks = n / length
    correction = blocks / (blocks - 1.0) if blocks > 1.0 else 1.0
    return float(np.square(means - series.mean()).mean() / blocks * correction)


def mean_variance(series: np.ndarray, length: int) -> float:
    """Return the variance of the mean of a dependent series, with most of the blocks' bias taken out.

    Blocks cut dependence at their ends, so their variance is too small by about c / length; half-length blocks
    are off by twice that, and 2 V(length) - V(length / 2) by neither (Politis and Romano 1995, the flat-top lag
    window). Never less than V(length) itself.

    >>> mean_variance(np.array([0.0, 1.0, 0.0, 1.0]), 1) == block_variance(np.array([0.0, 1.0, 0.0, 1.0]), 1)
    True
    """
    whole = block_variance(series, length)
    if length < 2:
        return whole
    return max(whole, 2.0 * whole - block_variance(series, length // 2))
