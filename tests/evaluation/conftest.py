"""Seeded series whose dependence is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.signal import lfilter

Autoregression = Callable[[np.random.Generator, int, float], np.ndarray]


def _autoregression(random: np.random.Generator, n: int, rho: float) -> np.ndarray:
    noise = random.standard_normal(n + 600)
    return np.asarray(lfilter([np.sqrt(1.0 - rho**2)], [1.0, -rho], noise)[600:])


@pytest.fixture(scope="session")
def autoregression() -> Autoregression:
    """Stationary AR(1) with unit variance: (random, n, rho) -> (n,)."""
    return _autoregression
