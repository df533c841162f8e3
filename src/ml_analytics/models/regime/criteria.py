"""How many regimes: information criteria, the lower the better.

AIC = -2 log L + 2 p (Akaike 1974), BIC = -2 log L + p log T (Schwarz 1978), ICL = -2 log L(x, z) + p log T with
the most likely path z in place of the unknown one (Biernacki, Celeux and Govaert 2000), which also asks the
regimes to be told apart.
"""

from __future__ import annotations

import numpy as np

from .recursions import most_likely_path

CRITERIA = ("bic", "aic", "icl")


def complete_log_likelihood(densities: np.ndarray, start: np.ndarray, transition: np.ndarray) -> float:
    """Return log p(bars, most likely path) from log densities (T, K)."""
    path = most_likely_path(densities, start, transition)
    steps = np.log(transition[path[:-1], path[1:]]).sum()
    return float(np.log(start[path[0]]) + steps + densities[np.arange(len(path)), path].sum())


def information_criteria(likelihood: float, complete: float, free: int, rows: int) -> dict[str, float]:
    """Return every criterion from log L(x), log L(x, z), the free parameters and the number of bars.

    >>> information_criteria(-100.0, -110.0, 5, 1000)["aic"]
    210.0
    """
    return {
        "bic": -2.0 * likelihood + free * float(np.log(rows)),
        "aic": -2.0 * likelihood + 2.0 * free,
        "icl": -2.0 * complete + free * float(np.log(rows)),
    }
