from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.analytics.trades import brinson
from ml_analytics.core.errors import ParameterError

GROUPS = ["UK", "Japan", "US"]


def of(*values: float) -> pd.Series:
    return pd.Series(values, GROUPS)


def test_the_worked_example() -> None:
    """Bacon (2008), "Practical Portfolio Performance Measurement and Attribution", chapter 5."""
    found = brinson(of(0.4, 0.3, 0.3), of(0.20, -0.05, 0.06), of(0.4, 0.2, 0.4), of(0.10, -0.04, 0.08))
    np.testing.assert_allclose(found["allocation"], [0.0, -0.0104, -0.0016], atol=1e-12)
    np.testing.assert_allclose(found["selection"], [0.04, -0.002, -0.008], atol=1e-12)
    np.testing.assert_allclose(found["interaction"], [0.0, -0.001, 0.002], atol=1e-12)
    assert found["total"].sum() == pytest.approx(0.083 - 0.064)


@settings(deadline=None)
@given(periods=st.integers(1, 6), seed=st.integers(0, 10_000))
def test_everything_sums_to_the_excess_return(periods: int, seed: int) -> None:
    generator = np.random.default_rng(seed)

    def frame(values: Any) -> pd.DataFrame:
        return pd.DataFrame(values, columns=GROUPS)

    w, v = (generator.dirichlet(np.ones(3), periods) for _ in range(2))
    r, b = (generator.normal(0, 0.1, (periods, 3)) for _ in range(2))
    found = brinson(frame(w), frame(r), frame(v)[GROUPS[::-1]], frame(b))
    excess = np.prod(1 + (w * r).sum(axis=1)) - np.prod(1 + (v * b).sum(axis=1))
    assert found["total"].sum() == pytest.approx(excess, abs=1e-12)
    same = brinson(frame(w), frame(r), frame(w), frame(r))
    np.testing.assert_allclose(same, 0.0, atol=1e-12)


def test_groups_of_one_side_only_pick_nothing() -> None:
    found = brinson(of(0.5, 0.5, 0.0), of(0.1, 0.2, np.nan), of(0.0, 0.5, 0.5), of(np.nan, 0.2, 0.3))
    assert (found.loc[["UK"], ["selection", "interaction"]].to_numpy() == 0.0).all()
    assert (found.loc[["US"], ["selection", "interaction"]].to_numpy() == 0.0).all()
    assert found["total"].sum() == pytest.approx(0.15 - 0.25)
    nobody = brinson(of(0.5, 0.5, 0.0), of(0.1, 0.2, np.nan), of(0.5, 0.5, 0.0), of(0.1, 0.2, np.nan))
    assert nobody["total"].tolist() == [0.0, 0.0, 0.0]


ONE = (of(0.4, 0.3, 0.3), of(0.2, 0.1, 0.1), of(0.4, 0.2, 0.4), of(0.1, 0.1, 0.1))


@pytest.mark.parametrize(
    ("at", "value", "sentence"),
    [
        (0, of(0.4, 0.3, 0.4), "'weights' .* shares that sum to 1"),
        (2, of(0.4, 0.3, 0.4), "'benchmark_weights' .* sum to 1"),
        (1, of(0.2, np.nan, 0.1), "'returns' .* known where the weight is not zero|'returns'"),
        (1, pd.Series([0.1], ["UK"]), "1 periods and 3 groups"),
        (3, [0.1, 0.1, 0.1], "a series by group, or a frame"),
    ],
)
def test_mistakes(at: int, value: Any, sentence: str) -> None:
    given = list(ONE)
    given[at] = value
    with pytest.raises(ParameterError, match=sentence):
        brinson(*given)


def test_a_total_loss_cannot_be_linked() -> None:
    twice = [pd.DataFrame([one, one]) for one in (of(1.0, 0.0, 0.0), of(-1.0, 0.0, 0.0), *ONE[2:])]
    with pytest.raises(ParameterError, match="above -100 %"):
        brinson(*twice)
