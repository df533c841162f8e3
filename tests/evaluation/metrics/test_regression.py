from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as oracle

from ml_analytics.core.errors import ParameterError
from ml_analytics.evaluation import regression_metrics

NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)


def test_figures_by_hand() -> None:
    found = regression_metrics([1.0, 2.0, 4.0], [1.0, 3.0, 3.0])
    assert found["mae"] == pytest.approx(2 / 3)
    assert found["rmse"] == pytest.approx(np.sqrt(2 / 3))
    assert found["r2"] == pytest.approx(1 - 2 / (14 / 3))
    assert found["mape"] == pytest.approx((0 + 1 / 2 + 1 / 4) / 3)


@given(st.lists(st.tuples(st.integers(-50, 50), NUMBERS), min_size=2, max_size=30))
def test_agrees_with_scikit_learn(pairs: list[tuple[float, float]]) -> None:
    truth, guess = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    found = regression_metrics(truth, guess)
    assert found["mae"] == pytest.approx(oracle.mean_absolute_error(truth, guess))
    assert found["rmse"] == pytest.approx(oracle.root_mean_squared_error(truth, guess))
    assert ("r2" in found) == (np.unique(truth).size > 1)
    if "r2" in found:
        assert found["r2"] == pytest.approx(oracle.r2_score(truth, guess), rel=1e-6, abs=1e-9)
    assert ("mape" in found) == bool((truth != 0).all())
    if "mape" in found:
        assert found["mape"] == pytest.approx(oracle.mean_absolute_percentage_error(truth, guess))


@given(st.lists(NUMBERS, min_size=1, max_size=20))
def test_a_perfect_model_has_no_error(values: list[float]) -> None:
    found = regression_metrics(values, values)
    assert found["mae"] == found["rmse"] == 0.0
    assert found.get("r2", 1.0) == 1.0


def test_what_is_not_defined_is_left_out() -> None:
    assert set(regression_metrics([2.0, 2.0], [1.0, 2.0])) == {"mae", "rmse", "mape"}
    assert set(regression_metrics([0.0, 2.0], [1.0, 2.0])) == {"mae", "rmse", "r2"}


@pytest.mark.parametrize(
    ("truth", "guess"),
    [
        ([], []),
        ([1.0, np.nan], [1.0, 2.0]),
        ([1.0], [np.inf]),
        (["a"], ["a"]),
        ([1.0], [1.0, 2.0]),
        ([1e200], [0]),
    ],
)
def test_bad_input_is_refused(truth: list[float], guess: list[float]) -> None:
    with pytest.raises(ParameterError, match="regression_metrics must be"):
        regression_metrics(truth, guess)
