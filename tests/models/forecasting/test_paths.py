"""Steps fed back in, against what is known of a random walk and of a process that reverts."""

from __future__ import annotations

import numpy as np
import pytest

from ml_analytics.models.forecasting.paths import walk_ahead


class Reverting:
    """y' = share * y, from 1; it remembers what it was given."""

    def __init__(self, share: float, paths: int) -> None:
        self.share, self.values = share, np.ones(paths)
        self.steps: list[int] = []

    def ahead(self, step: int) -> np.ndarray:
        self.steps.append(step)
        return self.share * self.values

    def take(self, values: np.ndarray) -> None:
        self.values = values


@pytest.mark.parametrize("share", [1.0, 0.5])
def test_paths_spread_as_the_closed_form_of_an_autoregression(share: float) -> None:
    errors = np.random.default_rng(1).normal(size=5000)
    mean, bounds = walk_ahead(
        lambda paths: Reverting(share, paths), errors, 8, [0.8, 0.95], seed=0, paths=20_000
    )
    np.testing.assert_allclose(mean, share ** np.arange(1, 9))
    deviation = np.sqrt(np.cumsum(share ** (2.0 * np.arange(8)))) * errors.std()
    for (lower, upper), reach in zip(bounds, (1.2816, 1.96), strict=True):
        np.testing.assert_allclose((upper - lower) / 2, reach * deviation, rtol=0.05)


def test_without_levels_there_is_one_path() -> None:
    walks: list[Reverting] = []

    def start(paths: int) -> Reverting:
        walks.append(Reverting(0.5, paths))
        return walks[-1]

    mean, bounds = walk_ahead(start, np.empty(0), 3, [], seed=0, paths=500)
    assert (mean.tolist(), bounds) == ([0.5, 0.25, 0.125], [])
    assert len(walks[0].values) == 1
    assert walks[0].steps == [0, 1, 2]
