from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from arch.bootstrap import optimal_block_length

from ml_analytics.analytics.risk.blocks import block_length_of, stationary_positions


def test_the_found_length_is_that_of_the_squares(market: pd.Series) -> None:
    values = market.to_numpy()
    squares = (values - values.mean()) ** 2
    assert block_length_of(values, None, "test") == pytest.approx(
        float(optimal_block_length(squares)["stationary"].iloc[0])
    )
    noise = np.random.default_rng(0).normal(size=2000)
    assert block_length_of(noise, None, "test") < 10 < block_length_of(values, None, "test")


def test_the_length_does_not_depend_on_scale(market: pd.Series) -> None:
    one, other = (block_length_of(scale * market.to_numpy()[:500], None, "test") for scale in (1.0, 1e-9))
    assert one == pytest.approx(other)


@pytest.mark.parametrize("values", [[], [0.1], [0.0] * 100, [0.1, -0.1] * 50], ids=len)
def test_what_does_not_vary_in_size_has_blocks_of_one(values: list[float]) -> None:
    if values:
        assert block_length_of(np.array(values), None, "test") == 1.0


def test_positions_run_on_with_the_mean_length() -> None:
    rng = np.random.default_rng(0)
    at = stationary_positions(100_000, 8.0, rng)
    follows = (np.diff(at) % 100_000) == 1
    assert follows.mean() == pytest.approx(7 / 8, abs=0.01)
    single = stationary_positions(1000, 1.0, rng)
    assert np.unique(single).size == pytest.approx(632, abs=60)  # 1 - 1/e of them
