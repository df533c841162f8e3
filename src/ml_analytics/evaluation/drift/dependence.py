"""How many independent rows a dependent series is worth."""

from __future__ import annotations

import numpy as np

_LEAST_CORRECTION = 0.25


def design_effect(indicators: np.ndarray) -> float:
    """Return τ, so that n dependent rows say as much about shares as n / τ independent ones; at least 1.

    Distribution tests compare shares ("how many values lie below x"), and the variance of a share of a
    dependent series is that of independent rows times τ = 1 + 2 Σ r(k), r the autocorrelation of the
    indicator. Autocovariances are summed over the rows of ``indicators`` first, so that rare indicators weigh
    less. The sum stops where pairs r(2j) + r(2j+1) stop being positive and is made monotone (Geyer 1992,
    Statistical Science 7). Taking off the sample mean lowers every r(k) by about τ / n, hence the sum over w
    lags by w τ / n: the result is divided by 1 - w / n (at least 0.25).

    Negative dependence is not credited (τ >= 1). A constant series has τ = 1.

    Args:
        indicators: (k, n) zeros and ones, rows in time order.

    >>> design_effect(np.array([[0, 1] * 50]))
    1.0
    >>> design_effect(np.repeat([[0, 1, 1, 0, 1, 0, 0, 1, 1, 0]], 10, axis=1)) > 5
    True
    """
    n = indicators.shape[1]
    if n < 4:
        return 1.0
    correlation = _autocorrelation(indicators.astype(np.float64))
    if correlation is None:
        return 1.0
    even = n // 2 * 2
    pairs = correlation[0:even:2] + correlation[1:even:2]
    stopped = np.flatnonzero(pairs <= 0.0)
    kept = int(stopped[0]) if stopped.size else pairs.size
    tau = 2.0 * float(np.minimum.accumulate(pairs[:kept]).sum()) - 1.0
    if tau <= 1.0:
        return 1.0
    lags = 4 * kept - 1
    return float(min(tau / max(1.0 - lags / n, _LEAST_CORRECTION), n))


def quartile_indicators(values: np.ndarray) -> np.ndarray:
    """Return (3, n) indicators of lying above each quartile of ``values`` (order only, so scale-free)."""
    n = values.size
    ordered = np.sort(values)
    cuts = ordered[[n // 4, n // 2, 3 * n // 4]]
    return np.stack([values > cut if cut < ordered[-1] else values >= cut for cut in cuts])


def _autocorrelation(rows: np.ndarray) -> np.ndarray | None:
    """Autocorrelation pooled over rows, all lags, through the Fourier transform."""
    n = rows.shape[1]
    centred = rows - rows.mean(axis=1, keepdims=True)
    size = 1 << (2 * n - 1).bit_length()
    power = (np.abs(np.fft.rfft(centred, size, axis=1)) ** 2).sum(axis=0)
    covariance = np.fft.irfft(power, size)[:n]
    if covariance[0] <= 1e-12 * rows.size:
        return None
    return np.asarray(covariance / covariance[0])
