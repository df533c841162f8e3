"""Scaling against scikit-learn, with gaps and tails, there and back."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats
from sklearn import preprocessing

from ml_analytics.features.scaling import SCALERS, FeatureScaler

PEERS: dict[str, Any] = {
    "standard": preprocessing.StandardScaler(),
    "minmax": preprocessing.MinMaxScaler(),
    "maxabs": preprocessing.MaxAbsScaler(),
    "robust": preprocessing.RobustScaler(),
    "quantile": preprocessing.QuantileTransformer(n_quantiles=300, output_distribution="normal"),
    "power": preprocessing.PowerTransformer(),
}


@pytest.fixture
def matrix() -> np.ndarray:
    values = np.random.default_rng(0).normal(size=(300, 5))
    values[:20, 1] = np.nan
    values[:, 2] = np.nan
    values[:, 3] = 5.0
    values[:, 4] = np.exp(values[:, 4]).round(1)
    return values


def test_every_scaler_has_a_peer() -> None:
    assert set(PEERS) == set(SCALERS)


@pytest.mark.parametrize("kind", SCALERS)
def test_equals_scikit_learn_where_there_are_values(matrix: np.ndarray, kind: str) -> None:
    scaler = FeatureScaler(kind, clip=False).fit(matrix)
    known = {"quantile": [0], "power": [0, 1, 4]}.get(kind, [0, 1, 3, 4])
    peer = PEERS[kind].fit(matrix[:, known])
    made = scaler.transform(matrix)
    np.testing.assert_allclose(made[:, known], peer.transform(matrix[:, known]), rtol=1e-6, atol=1e-6)
    assert np.isnan(made[:, 2]).all()
    new = np.random.default_rng(1).normal(0, 3, size=(50, 5))
    np.testing.assert_allclose(
        scaler.transform(new)[:, known], peer.transform(new[:, known]), rtol=1e-6, atol=1e-6
    )


def test_normal_scores_of_equal_values_are_those_of_their_middle_rank(matrix: np.ndarray) -> None:
    values = matrix[:, 4:]
    ranks = (stats.rankdata(values) - 1) / 299
    inner = (ranks > 0.02) & (ranks < 0.98)  # the ends go to the ends
    made = FeatureScaler("quantile", clip=False).fit(values).transform(values)[:, 0]
    np.testing.assert_allclose(made[inner], stats.norm.ppf(ranks[inner]), rtol=1e-9, atol=1e-9)
    assert (made.min(), made.max()) == pytest.approx((-5.2, 5.2), abs=0.01)


@pytest.mark.parametrize("kind", [None, *SCALERS])
@pytest.mark.parametrize("clip", [True, False])
def test_there_and_back_and_through_json(matrix: np.ndarray, kind: str | None, clip: bool) -> None:
    scaler = FeatureScaler(kind, clip=clip).fit(matrix)
    again = FeatureScaler.from_state(json.loads(json.dumps(scaler.to_state(), allow_nan=False)))
    new = np.random.default_rng(1).normal(0, 3, size=(50, 5))
    made = scaler.transform(new)
    np.testing.assert_array_equal(again.transform(new), made)
    np.testing.assert_array_equal(again.inverse(made), scaler.inverse(made))
    usual = (matrix[:, [0, 1, 4]] > [-1.5, -1.5, 0.3]) & (matrix[:, [0, 1, 4]] < [1.5, 1.5, 3])
    inside = matrix[usual.all(axis=1)]
    assert len(inside) > 100
    np.testing.assert_allclose(scaler.inverse(scaler.transform(inside)), inside, rtol=1e-9, atol=1e-9)


@settings(max_examples=100, deadline=None)
@given(
    hnp.arrays(np.float64, (8, 2), elements=st.floats(-1e9, 1e9)),
    st.sampled_from(["standard", "minmax", "maxabs", "robust", "quantile"]),
)
def test_nothing_infinite_comes_out_and_order_stays(values: np.ndarray, kind: str) -> None:
    made = FeatureScaler(kind, clip=False).fit(values).transform(values)
    assert np.isfinite(made).all()
    for column, scaled in zip(values.T, made.T, strict=True):
        order = np.argsort(column, kind="stable")
        assert (np.diff(scaled[order]) >= -1e-9).all()


def test_a_row_alone_gives_what_it_gives_among_others(matrix: np.ndarray) -> None:
    for kind in SCALERS:
        scaler = FeatureScaler(kind, clip=True).fit(matrix)
        np.testing.assert_array_equal(scaler.transform(matrix[7:8]), scaler.transform(matrix)[7:8])


def test_clipping_uses_the_quantiles_of_the_fit(matrix: np.ndarray) -> None:
    scaler = FeatureScaler(None, clip=True).fit(matrix)
    wild = np.array([[1e9, -1e9, 3.0, 5.0, 1.0]])
    low, high = np.nanquantile(matrix[:, :2], [0.005, 0.995], axis=0)
    np.testing.assert_allclose(scaler.transform(wild), [[high[0], low[1], 3.0, 5.0, 1.0]])
    assert wild[0, 0] == 1e9


def test_nothing_asked_nothing_done(matrix: np.ndarray) -> None:
    np.testing.assert_array_equal(FeatureScaler(None, clip=False).fit(matrix).transform(matrix), matrix)
