"""The Cornish-Fisher expansion: a normal quantile bent by skew and kurtosis, and where it may be used."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtri


def quantile(level: float, skew: float, kurtosis: float) -> float:
    """Return the quantile of a standardised variable with this skew and excess kurtosis.

    Formula, z the normal quantile: z + (z^2 - 1) s / 6 + (z^3 - 3z) k / 24 - (2z^3 - 5z) s^2 / 36.

    Source: Cornish & Fisher (1938); Zangari (1996), RiskMetrics Monitor.

    >>> round(quantile(0.05, 0.0, 0.0), 6), round(quantile(0.01, -0.5, 3.0), 6)
    (-1.644854, -3.301284)
    """
    z = float(ndtri(level))
    return z + (z * z - 1) * skew / 6 + (z**3 - 3 * z) * kurtosis / 24 - (2 * z**3 - 5 * z) * skew * skew / 36


def shortfall(level: float, skew: float, kurtosis: float) -> float:
    """Return the mean of the standardised variable below its ``level`` quantile.

    Formula, from E[He_n(Z); Z < z] = -He_(n-1)(z) phi(z) for Hermite polynomials He:
    -phi(z) / level * (1 + z s / 6 + (z^2 - 1) k / 24 - (2z^2 - 1) s^2 / 36).

    Source: Boudt, Peterson & Croux (2008); here without their cap at the quantile, which a rising
    expansion does not need.

    >>> round(shortfall(0.05, 0.0, 0.0), 6)
    -2.062713
    """
    z = float(ndtri(level))
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    bent = 1 + z * skew / 6 + (z * z - 1) * kurtosis / 24 - (2 * z * z - 1) * skew * skew / 36
    return -density / level * bent


def rises(skew: float, kurtosis: float) -> bool:
    """Return whether the expansion rises everywhere: only then it is a quantile function.

    Its slope is a z^2 + b z + c with a = k/8 - s^2/6, b = s/3, c = 1 - k/8 + 5 s^2/36; it never falls when
    b^2 <= 4 a c with a and c not negative. Without skew: 0 <= k <= 8.

    Source: Maillard (2012), "A user's guide to the Cornish Fisher expansion".

    >>> rises(0.0, 3.0), rises(0.0, 9.0), rises(-1.0, 1.0)
    (True, False, False)
    """
    a, c = kurtosis / 8 - skew * skew / 6, 1 - kurtosis / 8 + 5 * skew * skew / 36
    # Rounding: b^2 = 4 a c on the border.
    return a >= -1e-12 and c >= -1e-12 and skew * skew / 9 <= 4 * a * c + 1e-12


def matched(skew: float, kurtosis: float) -> tuple[float, float, float] | None:
    """Return parameters s, k and the scale that give the expansion exactly these moments; ``None`` if none does.

    Plugged in as they are, skew and kurtosis come out larger: the moments of the expansion are polynomials
    in its parameters. Solved for them, it serves up to an excess kurtosis of about 40. The quantile is
    :func:`quantile` with (s, k), divided by the scale.

    Source: Maillard (2012), equations for the moments of the expansion.

    >>> s, k, scale = matched(-0.5, 5.0)
    >>> [round(x, 4) for x in expansion_moments(s, k)[1:]]
    [-0.5, 5.0]
    """

    # A third of a second of start-up that only those who match moments pay.
    from scipy.optimize import least_squares, root

    def miss(at: np.ndarray) -> list[float]:
        _, s, k = expansion_moments(float(at[0]), float(at[1]))
        return [s - skew, (k - kurtosis) / 4]

    limit = 6 * (math.sqrt(2) - 1)
    start = [np.clip(skew / 2, -limit, limit), np.clip(kurtosis / 3, 0.1, 7.9)]
    found = root(miss, start, tol=1e-10)
    if not found.success or not rises(float(found.x[0]), float(found.x[1])):
        bounds = ([-limit, 0.0], [limit, 14.0])
        found = least_squares(miss, start, bounds=bounds, xtol=1e-12, ftol=1e-12, gtol=1e-12)
    s, k = (float(one) for one in found.x)
    if max(abs(one) for one in found.fun) > 1e-6 or not rises(s, k):
        return None
    return s, k, expansion_moments(s, k)[0]


def expansion_moments(s: float, k: float) -> tuple[float, float, float]:
    """Return deviation, skew and excess kurtosis of the expansion with parameters ``s`` and ``k``.

    Exact: the mean of a polynomial of degree 12 under the normal density, by Gauss and Hermite.

    >>> [round(x, 4) for x in expansion_moments(0.1, 1.0)]
    [1.0051, 0.1258, 1.4415]
    """
    z, weight = _NODES
    x = z + (z * z - 1) * s / 6 + (z**3 - 3 * z) * k / 24 - (2 * z**3 - 5 * z) * s * s / 36
    x = x - float(weight @ x)
    variance = float(weight @ x**2)
    return (
        math.sqrt(variance),
        float(weight @ x**3) / variance**1.5,
        float(weight @ x**4) / variance**2 - 3.0,
    )


def _gauss_hermite() -> tuple[np.ndarray, np.ndarray]:
    at, weight = np.polynomial.hermite_e.hermegauss(8)
    return at, weight / weight.sum()


_NODES = _gauss_hermite()
