"""The compiled inner loops of the hidden Markov model: densities, forward, backward and the EM step.

Compiled by numba at the first use and kept on disk; import this module only when there is something to
compute. Nothing here holds the interpreter lock, so restarts run side by side. Shapes: T bars, K states,
D columns. Every array is float64 and contiguous, so there is one compiled form of each function.

Row *t* of the densities is computed by the same operations in the same order however many rows follow. Only sums
over all bars (``collect``) may be reordered. All that calls each other is in this one file: numba's cache does
not see that a function of another file has changed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

FULL, DIAG, SPHERICAL, TIED = range(4)
CONVERGED, EXHAUSTED, STOPPED, COLLAPSED = range(4)

_BLOCK = 512
_HALF_LOG_TAU = 0.9189385332046727
_TINY = 1e-10  # of one bar: no start and no step is ever impossible, so no bar can divide by zero
_LEAST_EXPONENT = -690.0
_LEAST_WEIGHT = 1e-8
_SMALL = 1e-100
_MOST_SWEEPS = 60
_LOG2_E = 1.4426950408889634
_LN2_HIGH = 0.6931471803691238
_LN2_LOW = 1.9082149292705877e-10
_ROUND = 6755399441055744.0  # 1.5 * 2**52: adding it leaves the nearest whole number in the low bits


@njit(cache=True, nogil=True, error_model="numpy")
def whiten(covariance: Any, out: Any) -> float:
    """Write W with W covariance W' = 1 (lower triangle) and return -log det W, or NaN where there is none."""
    width = len(covariance)
    factor = np.zeros((width, width))
    half = 0.0
    for i in range(width):
        for j in range(i + 1):
            value = covariance[i, j]
            for k in range(j):
                value -= factor[i, k] * factor[j, k]
            if i == j:
                if not value > 0.0:
                    return np.nan
                factor[i, i] = np.sqrt(value)
                half += np.log(factor[i, i])
            else:
                factor[i, j] = value / factor[j, j]
    for j in range(width):
        for i in range(j):
            out[i, j] = 0.0
        out[j, j] = 1.0 / factor[j, j]
        for i in range(j + 1, width):
            value = 0.0
            for k in range(j, i):
                value -= factor[i, k] * out[k, j]
            out[i, j] = value / factor[i, i]
    return half


@njit(cache=True, nogil=True, error_model="numpy")
def _block_densities(
    X: Any, first: int, count: int, means: Any, whitening: Any, halves: Any, out: Any
) -> None:
    """Write log densities of ``count`` bars to out (K, block)."""
    states, width = means.shape
    part = np.empty(_BLOCK)
    for k in range(states):
        constant = -halves[k] - width * _HALF_LOG_TAU
        for t in range(count):
            out[k, t] = 0.0
        for i in range(width):
            for t in range(count):
                part[t] = 0.0
            for j in range(i + 1):
                factor, mean = whitening[k, i, j], means[k, j]
                if factor != 0.0:
                    for t in range(count):
                        part[t] += factor * (X[j, first + t] - mean)
            for t in range(count):
                out[k, t] += part[t] * part[t]
        for t in range(count):
            out[k, t] = constant - 0.5 * out[k, t]


@njit(cache=True, nogil=True, error_model="numpy")
def densities(X: Any, means: Any, whitening: Any, halves: Any) -> Any:
    """Return log densities (T, K) of X (D, T), from what :func:`whiten` gave for each state."""
    rows, states = X.shape[1], len(means)
    block = np.empty((states, _BLOCK))
    result = np.empty((rows, states))
    for first in range(0, rows, _BLOCK):
        count = min(_BLOCK, rows - first)
        _block_densities(X, first, count, means, whitening, halves, block)
        for t in range(count):
            for k in range(states):
                result[first + t, k] = block[k, t]
    return result


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _exponentials(values: Any, count: int, scales: Any, bits: Any) -> None:
    """Replace values <= 0 by their exponentials, in loops that the compiler turns into vector instructions.

    e^x = 2^n e^r with |r| <= log(2) / 2 and the Taylor polynomial of degree 12: within 2 ulp. ``bits`` are
    the same bytes as ``scales``.
    """
    for t in range(count):
        x = max(values[t], _LEAST_EXPONENT)
        shifted = x * _LOG2_E + _ROUND
        n = shifted - _ROUND
        scales[t] = shifted
        r = (x - n * _LN2_HIGH) - n * _LN2_LOW
        p = (r * (1.0 / 479001600.0) + 1.0 / 39916800.0) * r + 1.0 / 3628800.0
        p = (p * r + 1.0 / 362880.0) * r + 1.0 / 40320.0
        p = (p * r + 1.0 / 5040.0) * r + 1.0 / 720.0
        p = (p * r + 1.0 / 120.0) * r + 1.0 / 24.0
        p = ((p * r + 1.0 / 6.0) * r + 0.5) * r + 1.0
        values[t] = p * r + 1.0
    for t in range(count):
        bits[t] = (bits[t] + 1023) << 52
    for t in range(count):
        values[t] *= scales[t]


@njit(cache=True, nogil=True, error_model="numpy")
def _weights(X: Any, first: int, means: Any, whitening: Any, halves: Any, block: Any, out: Any) -> float:
    """Write one block of densities over the highest of their bar to out (T, K); return those highest (log) summed."""
    states, count = len(means), min(_BLOCK, X.shape[1] - first)
    highest, scales = np.empty(_BLOCK), np.empty(_BLOCK)
    bits = scales.view(np.int64)
    _block_densities(X, first, count, means, whitening, halves, block)
    for t in range(count):
        highest[t] = block[0, t]
    for k in range(1, states):
        for t in range(count):
            highest[t] = max(highest[t], block[k, t])
    total = 0.0
    for t in range(count):
        total += highest[t]
    for k in range(states):
        for t in range(count):
            block[k, t] -= highest[t]
        _exponentials(block[k], count, scales, bits)
        for t in range(count):
            out[first + t, k] = block[k, t]
    return total


@njit(inline="always", error_model="numpy")
def _forward(
    weights: Any, states: int, first: int, transition: Any, prior: Any, filtered: Any, scales: Any
) -> float:
    """Write P(state_t | x_1 … x_t) of one block and 1 / its scale; return the logarithm ``prior`` was divided by.

    ``prior`` is not brought to one at every bar, only when it gets small: the division stays out of the chain
    of operations that each bar waits for.
    """
    rows = len(weights)
    joint = np.empty(states)
    logs, before = 0.0, 0.0
    for k in range(states):
        before += prior[k]
    for t in range(first, min(first + _BLOCK, rows)):
        total = 0.0
        for k in range(states):
            joint[k] = prior[k] * weights[t, k]
            total += joint[k]
        inverse = 1.0 / total
        scales[t] = before * inverse
        before = total
        for k in range(states):
            filtered[t, k] = joint[k] * inverse
        if total < _SMALL:
            logs += np.log(total)
            before = 1.0
            for k in range(states):
                joint[k] *= inverse
        for k in range(states):
            ahead = 0.0
            for i in range(states):
                ahead += joint[i] * transition[i, k]
            prior[k] = ahead
    return logs


@njit(inline="always", error_model="numpy")
def _backward(
    weights: Any,
    states: int,
    first: int,
    transition: Any,
    filtered: Any,
    scales: Any,
    later: Any,
    gamma: Any,
    steps: Any,
) -> None:
    """Write P(state_t | all bars) of one block to gamma (K, block); add expected steps, over the transition.

    ``later`` is what the bars after the block say of its last bar, over what was expected of them.
    """
    rows = len(weights)
    message = np.empty(states)
    end = min(first + _BLOCK, rows)
    if end == rows:
        end -= 1
        for k in range(states):
            gamma[k, end - first] = filtered[end, k]
    for t in range(end - 1, first - 1, -1):
        for k in range(states):
            message[k] = weights[t + 1, k] * scales[t + 1] * later[k]
        for i in range(states):
            value = 0.0
            for k in range(states):
                value += transition[i, k] * message[k]
                steps[i, k] += filtered[t, i] * message[k]
            later[i] = value
            gamma[i, t - first] = filtered[t, i] * value


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "nsz", "contract"})
def collect(
    X: Any, first: int, count: int, gamma: Any, means: Any, weight: Any, shift: Any, scatter: Any
) -> None:
    """Add weights (K,), deviations (K, D) and their products (K, D, D) around the means, from gamma (K, count)."""
    one = np.empty(count)
    for k in range(len(means)):
        total = 0.0
        for t in range(count):
            total += gamma[k, t]
        weight[k] += total
        for i in range(len(X)):
            mean = means[k, i]
            for t in range(count):
                one[t] = gamma[k, t] * (X[i, first + t] - mean)
            # No loop both sums and writes: the compiler would ask where the arrays lie in memory, and choose
            # the order of the sum by that.
            total = 0.0
            for t in range(count):
                total += one[t]
            shift[k, i] += total
            for j in range(i + 1):
                other = means[k, j]
                total = 0.0
                for t in range(count):
                    total += one[t] * (X[j, first + t] - other)
                scatter[k, i, j] += total


@njit(cache=True, nogil=True, error_model="numpy")
def _turn(p: int, q: int, values: Any, vectors: Any) -> None:
    """Turn the axes p and q of a symmetric matrix so that they no longer mix (Jacobi)."""
    theta = (values[q, q] - values[p, p]) / (2.0 * values[p, q])
    tangent = 1.0 / (abs(theta) + np.sqrt(theta * theta + 1.0))
    tangent = -tangent if theta < 0.0 else tangent
    cosine = 1.0 / np.sqrt(tangent * tangent + 1.0)
    sine = tangent * cosine
    for i in range(len(values)):
        one, two = values[i, p], values[i, q]
        values[i, p], values[i, q] = cosine * one - sine * two, sine * one + cosine * two
    for i in range(len(values)):
        one, two = values[p, i], values[q, i]
        values[p, i], values[q, i] = cosine * one - sine * two, sine * one + cosine * two
        one, two = vectors[i, p], vectors[i, q]
        vectors[i, p], vectors[i, q] = cosine * one - sine * two, sine * one + cosine * two


@njit(cache=True, nogil=True, error_model="numpy")
def raise_eigenvalues(matrix: Any, floor: float) -> None:
    """Raise every eigenvalue of a symmetric matrix to ``floor``, in place.

    The covariance so found is the most likely one among those with no smaller eigenvalue, so EM still climbs.
    """
    width = len(matrix)
    values, vectors = matrix.copy(), np.eye(width)
    for i in range(width):
        values[i, i] -= floor
    if not np.isnan(whiten(values, vectors)):
        return
    values, vectors = matrix.copy(), np.eye(width)
    for _ in range(_MOST_SWEEPS):
        mixed = 0.0
        for p in range(width - 1):
            for q in range(p + 1, width):
                if abs(values[p, q]) > 1e-15 * np.sqrt(abs(values[p, p] * values[q, q])):
                    mixed += 1.0
                    _turn(p, q, values, vectors)
        if mixed == 0.0:
            break
    for i in range(width):
        for j in range(i + 1):
            value = 0.0
            for k in range(width):
                value += vectors[i, k] * max(values[k, k], floor) * vectors[j, k]
            matrix[i, j] = matrix[j, i] = value


@njit(cache=True, nogil=True, error_model="numpy")
def _tie(floor: float, weight: Any, covariances: Any) -> None:
    """Give all states the mean of their covariances."""
    states, width = covariances.shape[0], covariances.shape[1]
    shared, whole = np.zeros((width, width)), 0.0
    for k in range(states):
        whole += weight[k]
    for k in range(states):
        for i in range(width):
            for j in range(width):
                shared[i, j] += covariances[k, i, j] * weight[k] / whole
    raise_eigenvalues(shared, floor)
    for k in range(states):
        covariances[k, :, :] = shared


@njit(cache=True, nogil=True, error_model="numpy")
def _in_kind(kind: int, floor: float, weight: Any, covariances: Any) -> None:
    """Bring covariances (K, D, D) into the form of their kind, none below the floor."""
    states, width = covariances.shape[0], covariances.shape[1]
    if kind == TIED:
        _tie(floor, weight, covariances)
        return
    for k in range(states):
        if kind == FULL:
            raise_eigenvalues(covariances[k], floor)
            continue
        middle = 0.0
        for i in range(width):
            middle += covariances[k, i, i] / width
        for i in range(width):
            variance = covariances[k, i, i] if kind == DIAG else middle
            covariances[k, i, :] = 0.0
            covariances[k, i, i] = max(variance, floor)


@njit(cache=True, nogil=True, error_model="numpy")
def _maximise(
    kind: int, floor: float, gamma: Any, weight: Any, shift: Any, scatter: Any, steps: Any,
    start: Any, transition: Any, means: Any, covariances: Any,
) -> None:  # fmt: skip
    """Set the chain to the most likely one given the expected counts."""
    states, width = means.shape
    for k in range(states):
        start[k] = (gamma[k, 0] + _TINY) / (1.0 + states * _TINY)
        row = 0.0
        for i in range(states):
            transition[k, i] = transition[k, i] * steps[k, i] + _TINY
            row += transition[k, i]
        for i in range(states):
            transition[k, i] /= row
        if weight[k] < _LEAST_WEIGHT:  # nobody lives there: the state stays as it is
            continue
        for i in range(width):
            for j in range(i + 1):
                moved = shift[k, i] * shift[k, j] / weight[k]
                covariances[k, i, j] = (scatter[k, i, j] - moved) / weight[k]
                covariances[k, j, i] = covariances[k, i, j]
        for i in range(width):
            means[k, i] += shift[k, i] / weight[k]
    _in_kind(kind, floor, weight, covariances)


@njit(cache=True, nogil=True, error_model="numpy")
def climb(
    X: Any, start: Any, transition: Any, means: Any, covariances: Any,
    kind: int, floor: float, most: int, tolerance: float, stop: Any,
) -> tuple[float, int, int]:  # fmt: skip
    """Run EM in place on X (D, T) and return the log-likelihood reached, the steps taken and how it ended.

    ``CONVERGED``: a step gained less than ``tolerance``; ``EXHAUSTED``: ``most`` steps were taken; ``STOPPED``:
    another thread set ``stop[0]``; ``COLLAPSED``: no density could be computed.
    """
    rows = X.shape[1]
    states, width = means.shape
    whitening, halves = np.empty((states, width, width)), np.empty(states)
    weights, filtered, scales = np.empty((rows, states)), np.empty((rows, states)), np.empty(rows)
    block, prior, later = np.empty((states, _BLOCK)), np.empty(states), np.empty(states)
    steps, weight = np.empty((states, states)), np.ones(states)
    shift, scatter = np.empty((states, width)), np.empty((states, width, width))
    _in_kind(kind, floor, weight, covariances)
    before, taken, last = -np.inf, 0, (rows - 1) // _BLOCK
    while True:
        for k in range(states):
            halves[k] = whiten(covariances[k], whitening[k])
            prior[k] = start[k]
        likelihood = 0.0
        for first in range(0, rows, _BLOCK):
            likelihood += _weights(X, first, means, whitening, halves, block, weights)
            if states == 3:  # the compiler unrolls what it knows the number of
                likelihood += _forward(weights, 3, first, transition, prior, filtered, scales)
            else:
                likelihood += _forward(weights, states, first, transition, prior, filtered, scales)
        likelihood += np.log(prior.sum())
        if not np.isfinite(likelihood):
            return likelihood, taken, COLLAPSED
        if likelihood - before < tolerance:
            return likelihood, taken, CONVERGED
        if taken >= most:
            return likelihood, taken, EXHAUSTED
        if stop[0]:
            return likelihood, taken, STOPPED
        before = likelihood
        later[:] = 1.0
        steps[:], weight[:], shift[:], scatter[:] = 0.0, 0.0, 0.0, 0.0
        for number in range(last, -1, -1):
            first = number * _BLOCK
            if states == 3:
                _backward(weights, 3, first, transition, filtered, scales, later, block, steps)
            else:
                _backward(weights, states, first, transition, filtered, scales, later, block, steps)
            collect(X, first, min(_BLOCK, rows - first), block, means, weight, shift, scatter)
        # The block that came last holds the first bars.
        _maximise(kind, floor, block, weight, shift, scatter, steps, start, transition, means, covariances)
        taken += 1
