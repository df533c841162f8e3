from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import ElasticNet
from sklearn.preprocessing import StandardScaler

from ml_analytics.models import ModelFactory


@pytest.mark.parametrize("l1_ratio", [0.1, 0.5, 1.0])
def test_it_equals_scikit_learn_on_standardised_columns_and_target(
    l1_ratio: float, table: pd.DataFrame
) -> None:
    y = table["a"] * 40 + table["b"] + 100
    scaled = StandardScaler().fit_transform(table.to_numpy())
    oracle = ElasticNet(alpha=0.05, l1_ratio=l1_ratio).fit(scaled, (y - y.mean()) / y.std(ddof=0))
    model = ModelFactory.create("elastic_net", alpha=0.05, l1_ratio=l1_ratio).fit(table, y)
    expected = oracle.predict(scaled) * y.std(ddof=0) + y.mean()
    np.testing.assert_allclose(model.predict(table), expected, rtol=1e-9)
    assert model.converged_


def test_units_of_the_target_change_nothing_but_units(table: pd.DataFrame) -> None:
    y = table["a"] + table["b"] ** 2
    one = ModelFactory.create("elastic_net").fit(table, y)
    other = ModelFactory.create("elastic_net").fit(table, y * 1e6 + 5)
    np.testing.assert_allclose(other.predict(table), one.predict(table) * 1e6 + 5, rtol=1e-6)


def test_columns_without_signal_are_left_out() -> None:
    generator = np.random.default_rng(0)
    X = generator.normal(size=(300, 40))
    model = ModelFactory.create("elastic_net", alpha=0.1, l1_ratio=1.0).fit(X, X[:, 3] - X[:, 9])
    kept = [name for name, weight in model.feature_importance().items() if weight > 0]
    assert sorted(kept) == ["x3", "x9"]


def test_a_constant_target_is_answered_with_itself(table: pd.DataFrame) -> None:
    model = ModelFactory.create("elastic_net").fit(table, np.full(len(table), 7.0))
    np.testing.assert_allclose(model.predict(table), 7.0)


def test_it_says_when_the_rounds_were_not_enough(table: pd.DataFrame) -> None:
    y = table["a"] + table["b"]
    twin = table.assign(d=table["a"] + 1e-3 * table["c"])
    assert not ModelFactory.create("elastic_net", alpha=1e-6, max_iter=1).fit(twin, y).converged_
