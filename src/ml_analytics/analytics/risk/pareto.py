"""The tail by extreme value theory: a generalised Pareto distribution over a high threshold."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...core.errors import ParameterError
from ..inputs import Array

FEWEST = 25
"""Excesses below which a tail is not fitted."""
TAIL_SHARE = 0.10
"""The share of the returns, the worst, that is the tail."""

# Below -1/2 the likelihood has no usual maximum; above 2 there is no mean and hardly a distribution.
_LEAST, _MOST = -0.5, 2.0
_IMPOSSIBLE = 1e9
_GRID = np.linspace(-4.0, 12.0, 33)


@dataclass(frozen=True)
class ParetoTail:
    """Losses above ``threshold``: P(L > threshold + y) = share * (1 + shape y / scale)^(-1 / shape).

    ``shape`` is positive for heavy tails (1 / shape moments exist), 0 for exponential ones. ``excesses`` is
    their number, ``share`` that of all returns.
    """

    threshold: float
    shape: float
    scale: float
    excesses: int
    share: float

    def quantile(self, level: float) -> float:
        """Return the return that a share ``level`` (below ``share``) lies under; negative is a loss.

        Formula: -(u + scale / shape * ((level / share)^-shape - 1)).
        """
        return -(self.threshold + self.scale * _power(self.share / level, self.shape))

    def shortfall(self, level: float) -> float:
        """Return the mean of the returns under that quantile; -inf from a shape of 1 on (no mean exists).

        Formula: (quantile - (scale - shape u)) / (1 - shape), in losses.
        """
        if self.shape >= 1.0:
            return -math.inf
        value = -self.quantile(level)
        return -(value + self.scale - self.shape * self.threshold) / (1.0 - self.shape)


def fit_tail(returns: Array, share: float, owner: str) -> ParetoTail:
    """Fit the tail of losses in ``returns``.

    The threshold is the loss of rank k + 1 with k = floor(share * n), so k losses lie at or above it
    (McNeil & Frey 2000, who take k = 100 of 1,000). Shape and scale maximise the likelihood.

    Raises:
        ParameterError: fewer than 25 excesses.

    >>> losses = np.random.default_rng(0).standard_t(4, 20_000)
    >>> round(fit_tail(losses, 0.05, "example").shape, 1)  # the truth is 1 / 4
    0.2
    """
    k = math.floor(round(share * returns.size, 9))
    if k < FEWEST:
        must = f"enough to have {FEWEST} in the tail ({math.ceil(FEWEST / share)} at a share of {share:g})"
        raise ParameterError.of("returns", owner, must, returns.size)
    worst = np.partition(returns, [k])[: k + 1]
    threshold = -float(worst[k])
    excess = -worst[:k] - threshold
    shape, scale = fit_pareto(excess)
    return ParetoTail(threshold, shape, scale, k, k / returns.size)


def fit_pareto(excess: Array) -> tuple[float, float]:
    """Return shape and scale of greatest likelihood of a generalised Pareto distribution from 0 on.

    With theta = shape / scale the likelihood has its maximum over the shape in closed form, shape =
    mean(ln(1 + theta y)); what is left is a search in one dimension. Shapes below -1/2 and above 2 are not
    looked for. Excesses that are all zero have shape 0 and scale 0.

    Source: Grimshaw (1993), "Computing maximum likelihood estimates for the generalized Pareto distribution".

    >>> shape, scale = fit_pareto(np.arange(1.0, 100.0))
    >>> bool(shape < 0)
    True
    """
    mean = float(excess.mean())
    if mean <= 0.0:
        return 0.0, 0.0
    scaled = excess / mean
    highest = float(scaled.max())

    def parts(at: float) -> tuple[float, float]:
        theta = math.expm1(at) / highest
        if abs(theta) < 1e-9:
            return 0.0, 1.0
        shape = float(np.log1p(theta * scaled).mean())
        return shape, shape / theta

    def cost(at: float) -> float:
        shape, scale = parts(at)
        return math.log(scale) + shape if _LEAST <= shape <= _MOST and scale > 0 else _IMPOSSIBLE

    costs = np.array([cost(float(at)) for at in _GRID])
    best = int(np.argmin(costs))
    # A third of a second of start-up that only those who fit a tail pay.
    from scipy.optimize import minimize_scalar

    around = (float(_GRID[max(best - 1, 0)]), float(_GRID[min(best + 1, _GRID.size - 1)]))
    found = minimize_scalar(cost, bounds=around, method="bounded", options={"xatol": 1e-9})
    at = float(found.x) if found.fun <= costs[best] else float(_GRID[best])
    shape, scale = parts(at)
    return shape, scale * mean


def _power(ratio: float, shape: float) -> float:
    """Return (ratio^shape - 1) / shape, its limit at shape 0 included."""
    return math.expm1(shape * math.log(ratio)) / shape if abs(shape) > 1e-12 else math.log(ratio)
