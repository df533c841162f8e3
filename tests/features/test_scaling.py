"""Scaling against scikit-learn, with gaps and tails."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import preprocessing

from ml_analytics.features.scaling import FeatureScaler

PEERS = {
    "standard": preprocessing.StandardScaler,
    "minmax": preprocessing.MinMaxScaler,
    "robust": preprocessing.RobustScaler,
}


@pytest.fixture
def matrix() -> np.ndarray:
    values = np.random.default_rng(0).normal(size=(300, 4))
    values[:20, 1] = np.nan
    values[:, 2] = np.nan
    values[:, 3] = 5.0
    return values


@pytest.mark.parametrize("kind", PEERS)
def test_equals_scikit_learn_where_there_are_values(matrix: np.ndarray, kind: Any) -> None:
    made = FeatureScaler(kind, clip=False).fit(matrix).transform(matrix)
    known = [0, 1, 3]
    np.testing.assert_allclose(made[:, known], PEERS[kind]().fit_transform(matrix[:, known]))
    assert np.isnan(made[:, 2]).all()


def test_clipping_uses_the_quantiles_of_the_fit(matrix: np.ndarray) -> None:
    scaler = FeatureScaler(None, clip=True).fit(matrix)
    wild = np.array([[1e9, -1e9, 3.0, 5.0]])
    low, high = np.nanquantile(matrix[:, :2], [0.005, 0.995], axis=0)
    np.testing.assert_allclose(scaler.transform(wild), [[high[0], low[1], 3.0, 5.0]])
    assert wild[0, 0] == 1e9


def test_nothing_asked_nothing_done(matrix: np.ndarray) -> None:
    np.testing.assert_array_equal(FeatureScaler(None, clip=False).fit(matrix).transform(matrix), matrix)
