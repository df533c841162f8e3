"""Student's t distribution fitted by maximum likelihood."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaln

from ..inputs import Array

# From here on the distribution cannot be told from the normal one.
_NORMAL = 200.0
_LEAST = 1.05
# Squares of smaller numbers are zero.
_LEAST_SPREAD = 1e-150


def fit_student(values: Array) -> tuple[float, float, float]:
    """Return centre, scale and degrees of freedom of greatest likelihood; infinite freedom is the normal one.

    Degrees of freedom lie between 1.05 (below, a mean hardly exists) and 200 (above, it is called normal).
    Values that do not vary have scale 0. Found by the simplex of Nelder & Mead from the median.

    >>> centre, scale, freedom = fit_student(np.random.default_rng(0).standard_t(4, 5000))
    >>> bool(abs(freedom - 4) < 0.5)
    True
    """
    centre, spread = float(np.median(values)), float(values.std(ddof=1))
    if values.min() == values.max():
        return centre, 0.0, math.inf
    if spread <= _LEAST_SPREAD:
        return float(values.mean()), spread, math.inf
    scaled = (values - centre) / spread

    def cost(at: Array) -> float:
        place, log_scale, log_freedom = at
        freedom = math.exp(log_freedom)
        squares = ((scaled - place) * math.exp(-log_scale)) ** 2
        tails = (freedom + 1.0) / 2.0 * float(np.log1p(squares / freedom).mean())
        constant = float(gammaln((freedom + 1.0) / 2.0) - gammaln(freedom / 2.0))
        return float(tails + log_scale - constant + 0.5 * math.log(freedom * math.pi))

    from scipy.optimize import minimize

    bounds = [(-5.0, 5.0), (-10.0, 5.0), (math.log(_LEAST), math.log(_NORMAL))]
    start = np.array([0.0, -0.3, math.log(5.0)])
    options = {"xatol": 1e-7, "fatol": 1e-11, "maxiter": 2000, "maxfev": 2000}
    best = minimize(cost, start, method="Nelder-Mead", bounds=bounds, options=options)
    place, log_scale, log_freedom = (float(one) for one in best.x)
    if math.exp(log_freedom) > 0.99 * _NORMAL:
        return float(values.mean()), spread, math.inf
    return centre + spread * place, spread * math.exp(log_scale), math.exp(log_freedom)
