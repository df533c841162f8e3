"""The compiled passes over the bars of a known chain, from log densities (T, K): see :mod:`.recursions`.

Import it only when there is something to compute. Row *t* of the filter is computed by the same operations in
the same order however many rows follow, so a series and its beginning agree to the last bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def filter_bars(log_densities: Any, prior: Any, transition: Any, out: Any) -> float:
    """Write P(state_t | x_1 … x_t) to out (T, K) and return the log-likelihood.

    ``prior`` is what was expected of the first bar, and afterwards of the bar to come, so that a series may
    be handed over in parts.
    """
    rows, states = log_densities.shape
    total_log = 0.0
    for t in range(rows):
        highest = -np.inf
        for k in range(states):
            highest = max(highest, log_densities[t, k])
        total = 0.0
        for k in range(states):
            out[t, k] = prior[k] * np.exp(log_densities[t, k] - highest) if highest > -np.inf else prior[k]
            total += out[t, k]
        if total < 1e-200:  # only states that were all but impossible explain this bar: in logarithms
            highest = -np.inf
            for k in range(states):
                out[t, k] = np.log(prior[k]) + log_densities[t, k] if prior[k] > 0.0 else -np.inf
                highest = max(highest, out[t, k])
            total = 0.0
            for k in range(states):
                out[t, k] = np.exp(out[t, k] - highest) if highest > -np.inf else prior[k]
                total += out[t, k]
        total_log += highest + np.log(total)
        for k in range(states):
            out[t, k] /= total
        for k in range(states):
            ahead = 0.0
            for i in range(states):
                ahead += out[t, i] * transition[i, k]
            prior[k] = ahead
    return total_log


@njit(cache=True, nogil=True, error_model="numpy")
def smooth_bars(filtered: Any, transition: Any) -> None:
    """Turn P(state_t | x_1 … x_t) into P(state_t | all bars), in place."""
    rows, states = filtered.shape
    ratio = np.empty(states)
    for t in range(rows - 2, -1, -1):
        for k in range(states):
            ahead = 0.0
            for i in range(states):
                ahead += filtered[t, i] * transition[i, k]
            ratio[k] = filtered[t + 1, k] / ahead if ahead > 0.0 else 0.0
        total = 0.0
        for i in range(states):
            value = 0.0
            for k in range(states):
                value += transition[i, k] * ratio[k]
            filtered[t, i] *= value
            total += filtered[t, i]
        for i in range(states):
            filtered[t, i] /= total


@njit(cache=True, nogil=True, error_model="numpy")
def best_path(log_densities: Any, log_start: Any, log_transition: Any) -> Any:
    """Return the most likely sequence of states (Viterbi); the lower number wins a tie."""
    rows, states = log_densities.shape
    origins = np.empty((rows, states), np.int32)
    best, following = np.empty(states), np.empty(states)
    for k in range(states):
        best[k] = log_start[k] + log_densities[0, k]
    for t in range(1, rows):
        for k in range(states):
            origin, value = 0, best[0] + log_transition[0, k]
            for i in range(1, states):
                one = best[i] + log_transition[i, k]
                if one > value:
                    origin, value = i, one
            origins[t, k] = origin
            following[k] = value + log_densities[t, k]
        for k in range(states):
            best[k] = following[k]
    path = np.zeros(rows, np.int64)
    for k in range(1, states):
        if best[k] > best[path[rows - 1]]:
            path[rows - 1] = k
    for t in range(rows - 1, 0, -1):
        path[t - 1] = origins[t, path[t]]
    return path
