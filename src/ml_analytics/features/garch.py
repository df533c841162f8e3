"""GARCH(1,1): volatility that comes in clusters, forecast from the past alone (Bollerslev 1986).

Of the log returns r, with mean zero, the variance is ``h[t+1] = omega + alpha r[t]² + beta h[t]``. The
``arch`` package finds the three parameters by maximum likelihood; see :func:`fit_garch`.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from threading import Lock

import numpy as np
from numpy.typing import NDArray

_FEWEST_MOVES = 50
_STILL = 1e-12
_BACKCAST_DECAY, _BACKCAST_LENGTH = 0.94, 75
_fitting = Lock()  # arch keeps its progress, and Python its warning filters, in places that threads share


@dataclass(frozen=True, slots=True)
class Garch:
    """The parameters of a GARCH(1,1), in squared log returns.

    >>> round(Garch(omega=1e-6, alpha=0.1, beta=0.8).next_variance(variance=1e-4, move=0.02), 9)
    0.000121
    """

    omega: float
    alpha: float
    beta: float

    @property
    def persistence(self) -> float:
        """How much of a shock is left in the next variance: near 1 the clusters are long."""
        return self.alpha + self.beta

    def next_variance(self, variance: float, move: float) -> float:
        """Return the variance expected for the next bar, after a ``move`` of which ``variance`` was expected."""
        return self.omega + self.alpha * move * move + self.beta * variance

    def filter(self, moves: Sequence[float]) -> list[float]:
        """Return the variance expected for each of ``moves``, and last the one for the bar after them.

        As in ``arch``, the run begins with a mean of the squares of the first 75 moves, the earliest the
        heaviest: what is expected for those moves is hindsight, and fades out of what is expected later.
        """
        first = _backcast(moves)
        variances = [self.omega + self.alpha * first + self.beta * first]
        for move in moves:
            variances.append(self.next_variance(variances[-1], move))
        return variances


RISKMETRICS = Garch(omega=0.0, alpha=0.06, beta=0.94)
"""What stands in as long as no fit has converged."""


def fit_garch(moves: NDArray[np.float64]) -> Garch | None:
    """Fit a GARCH(1,1) with mean zero and normal shocks to log returns.

    The returns are scaled to mean square 1 first, so prices and bars of any size are fitted alike. Alpha,
    beta and the scaled omega are rounded to 1e-6, which is as far as the optimiser sees: rounding of the
    input in its last digits does not change the answer. Nothing is printed and no warning is left behind.

    Args:
        moves: log returns, shape (n_moves,).

    Returns:
        The parameters, or ``None`` where there is nothing to fit: fewer than 50 moves other than zero, or the
        optimiser did not converge.

    >>> generator = np.random.default_rng(0)
    >>> made = fit_garch(generator.normal(0.0, 0.01, 1000))
    >>> made is not None and 0.0 <= made.persistence <= 1.0
    True
    >>> fit_garch(np.zeros(1000)) is None
    True
    """
    scale = sqrt(float(np.mean(moves * moves)))
    if np.count_nonzero(moves) < _FEWEST_MOVES or scale < _STILL:
        return None
    from arch import arch_model  # takes a second or more, and few need it

    model = arch_model(moves / scale, mean="Zero", vol="GARCH", p=1, q=1, rescale=False)
    with _fitting, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = model.fit(disp="off", update_freq=0, show_warning=False)
    omega, alpha, beta = (round(float(one), 6) for one in np.asarray(result.params))
    if result.convergence_flag or not isfinite(omega + alpha + beta):
        return None
    alpha = min(max(alpha, 0.0), 1.0)
    # The optimiser holds its bounds to a few millionths; a persistence above 1 would explode.
    return Garch(max(omega, 0.0) * scale * scale, alpha, min(max(beta, 0.0), 1.0 - alpha))


def _backcast(moves: Sequence[float]) -> float:
    total, weights, weight = 0.0, 0.0, 1.0
    for move in moves[:_BACKCAST_LENGTH]:
        total += weight * move * move
        weights += weight
        weight *= _BACKCAST_DECAY
    return total / weights
