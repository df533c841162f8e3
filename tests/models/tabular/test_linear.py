from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.preprocessing import StandardScaler

from ml_analytics.models import ModelFactory


def test_linear_equals_least_squares_and_ridge(table: pd.DataFrame) -> None:
    y = table["a"] * 2 + np.sin(table["b"])
    np.testing.assert_allclose(
        ModelFactory.create("linear").fit(table, y).predict(table),
        LinearRegression().fit(table, y).predict(table),
    )
    scaled = StandardScaler().fit_transform(table)
    np.testing.assert_allclose(
        ModelFactory.create("linear", alpha=3.0).fit(table, y).predict(table),
        Ridge(alpha=3.0).fit(scaled, y).predict(scaled),
    )


def test_linear_stands_columns_that_depend_on_each_other(table: pd.DataFrame) -> None:
    doubled = table.assign(d=table["a"] * 2)
    model = ModelFactory.create("linear").fit(doubled, table["a"])
    np.testing.assert_allclose(model.predict(doubled), table["a"], atol=1e-8)


def test_dependent_columns_of_any_scale_get_the_smallest_coefficients() -> None:
    """Rounding must not be taken for a direction of the data: coefficients would be near 1e15."""
    generator = np.random.default_rng(0)
    for rows in (20, 200):
        free = generator.normal(size=(rows, 4)) * 10.0 ** generator.uniform(-3, 3, 4)
        columns = np.column_stack([free, free[:, 0] + free[:, 1], free[:, 2] * 3, free.sum(axis=1)])
        target = generator.normal(size=rows)
        model = ModelFactory.create("linear").fit(columns, target)
        scaled = StandardScaler().fit_transform(columns)
        smallest = np.linalg.pinv(scaled, rcond=1e-10) @ (target - target.mean())
        np.testing.assert_allclose(model.estimator_[-1].coef_, smallest, atol=1e-9)
