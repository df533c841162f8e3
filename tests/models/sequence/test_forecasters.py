"""The next value of a series, by networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics import ParameterError
from ml_analytics.models.sequence import LSTMForecaster, TransformerForecaster


@pytest.fixture(scope="module")
def rhythm() -> pd.DataFrame:
    """Make a series whose next value follows from the last three, on a high level."""
    return pd.DataFrame({"other": np.zeros(240), "price": 1000.0 + np.tile([0.0, 1.0, 5.0, 2.0], 60)})


@pytest.mark.parametrize("family", [LSTMForecaster, TransformerForecaster])
def test_a_rhythm_is_learnt(family: Any, rhythm: pd.DataFrame) -> None:
    model = family(
        target="price", sequence_length=4, hidden_size=16, num_layers=1, epochs=40, learning_rate=0.02
    ).fit(rhythm)
    found = model.predict(rhythm)
    assert np.abs(found[4:-1] - rhythm["price"].to_numpy()[5:]).max() < 0.5
    assert model.score(rhythm) > 0.95
    assert model.score(rhythm[:-1], rhythm["price"][1:]) == pytest.approx(model.score(rhythm))


def test_what_was_not_learnt_is_as_now(rhythm: pd.DataFrame) -> None:
    walk = pd.DataFrame({"price": 100 + np.random.default_rng(0).normal(size=300).cumsum()})
    model = LSTMForecaster(sequence_length=4, hidden_size=8, num_layers=1, epochs=5).fit(walk)
    assert np.abs(model.predict(walk) - walk["price"]).max() < 1.0  # a deviation of the steps
    assert abs(model.score(walk)) < 0.1


def test_the_table_alone_is_learnt_from_and_the_target_is_kept(rhythm: pd.DataFrame) -> None:
    model = LSTMForecaster(sequence_length=2, hidden_size=4, num_layers=1, epochs=1)
    assert model.train(rhythm, target="price").get_params()["target"] == "price"
    with pytest.raises(ParameterError, match=r"'target'.*must be a column of X"):
        LSTMForecaster(target="absent").fit(rhythm)
    with pytest.raises(ParameterError, match="one series"):
        LSTMForecaster().fit(np.zeros((5, 4, 3)))
    with pytest.raises(ParameterError, match="at least 3 rows"):
        LSTMForecaster().fit(rhythm[:2])
