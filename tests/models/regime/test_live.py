from __future__ import annotations

import numpy as np
import pytest

from ml_analytics.models.regime.live import LiveFilter
from ml_analytics.models.regime.recursions import filtered, log_densities


@pytest.mark.parametrize("width", [1, 2, 5])
@pytest.mark.parametrize("part", [1, 7, 513])
def test_parts_are_the_whole_to_the_last_bit(width: int, part: int) -> None:
    generator = np.random.default_rng(width)
    rows = generator.normal(size=(1100, width)) * 3
    start, transition = generator.dirichlet(np.ones(3)), generator.dirichlet(np.ones(3), 3)
    means, parts = generator.normal(size=(3, width)), generator.normal(size=(3, width, width))
    covariances = parts @ parts.transpose(0, 2, 1) + np.eye(width)
    whole, _ = filtered(log_densities(rows, means, covariances), start, transition)
    live = LiveFilter(start, transition, means, covariances)
    found = np.concatenate([live.update(rows[first : first + part]) for first in range(0, len(rows), part)])
    np.testing.assert_array_equal(found, whole)


def test_what_it_was_given_stays_as_it_was() -> None:
    start = np.array([0.5, 0.5])
    live = LiveFilter(start, np.full((2, 2), 0.5), np.array([[0.0], [1.0]]), np.ones((2, 1, 1)))
    live.update(np.ones((3, 1)))
    np.testing.assert_array_equal(start, [0.5, 0.5])
