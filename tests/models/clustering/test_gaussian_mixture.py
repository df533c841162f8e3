from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal
from sklearn.mixture import GaussianMixture

from ml_analytics import ParameterError, UnsafeArtifactError
from ml_analytics.models import ModelFactory
from ml_analytics.models.arrays import array_to_bytes
from ml_analytics.models.clustering.gaussian_mixture import COVARIANCES


@pytest.fixture(scope="module")
def bells() -> pd.DataFrame:
    """Make three bells of 200, 120 and 60 rows."""
    generator = np.random.default_rng(0)
    middles = np.repeat([[0.0, 0.0], [8.0, 0.0], [0.0, 9.0]], [120, 200, 60], axis=0)
    return pd.DataFrame(middles + generator.normal(size=(380, 2)) * [1.0, 0.5], columns=["a", "b"])


@pytest.mark.parametrize("shape", COVARIANCES)
def test_densities_shares_and_criteria_equal_scikit_learn(shape: str, bells: pd.DataFrame) -> None:
    mean, scale = bells.mean().to_numpy(), bells.std(ddof=0).to_numpy()
    scaled = (bells.to_numpy() - mean) / scale
    oracle = GaussianMixture(
        3, covariance_type=shape, reg_covar=1e-4, n_init=5, max_iter=300, random_state=0
    ).fit(scaled)
    model = ModelFactory.create("gaussian_mixture", n_components=3, covariance_type=shape).fit(bells)
    unit = np.log(scale).sum()
    np.testing.assert_allclose(model.score_samples(bells), oracle.score_samples(scaled) - unit, rtol=1e-9)
    found = np.sort(model.predict_proba(bells), axis=1)
    np.testing.assert_allclose(found, np.sort(oracle.predict_proba(scaled), axis=1), atol=1e-9)
    expected = {"bic": oracle.bic(scaled), "aic": oracle.aic(scaled)}
    for name, value in model.criteria(bells).items():
        assert value == pytest.approx(expected[name] + 2 * len(bells) * unit)


def test_one_bell_is_the_normal_distribution(bells: pd.DataFrame) -> None:
    model = ModelFactory.create("gaussian_mixture", n_components=1, min_covariance=1e-12).fit(bells)
    normal = multivariate_normal(bells.mean(), np.cov(bells.T, ddof=0))
    np.testing.assert_allclose(model.score_samples(bells), normal.logpdf(bells), rtol=1e-6)


def test_no_seed_renames_a_cluster(bells: pd.DataFrame) -> None:
    found = [
        ModelFactory.create("gaussian_mixture", n_components=3, random_state=seed).fit(bells).predict(bells)
        for seed in range(10)
    ]
    assert all((one == found[0]).all() for one in found)
    assert np.bincount(found[0]).tolist() == [200, 120, 60]


@pytest.mark.parametrize("criterion", ["bic", "aic"])
def test_the_number_of_bells_is_found(criterion: str, bells: pd.DataFrame) -> None:
    model = ModelFactory.create("gaussian_mixture", n_components=1)
    found = model.optimize_hyperparameters(bells, (1, 2, 3, 4), ("diag",), criterion)
    if criterion == "bic":
        assert found == {"n_components": 3, "covariance_type": "diag"}
    assert model.n_components == 1
    assert not model.is_fitted
    assert model.set_params(**found).fit(bells).converged_


def test_unusable_wishes_are_refused(bells: pd.DataFrame) -> None:
    model = ModelFactory.create("gaussian_mixture")
    with pytest.raises(ParameterError, match="'criterion'"):
        model.optimize_hyperparameters(bells, criterion="best")
    with pytest.raises(ParameterError, match="'n_components'"):
        model.optimize_hyperparameters(bells, ())
    with pytest.raises(ParameterError, match="at least 3 rows"):
        model.fit(bells[:2])


def test_constant_and_equal_columns_do_no_harm(bells: pd.DataFrame) -> None:
    odd = bells.assign(flat=3.0, twin=bells["a"])
    model = ModelFactory.create("gaussian_mixture", n_components=3).fit(odd)
    shares = model.predict_proba(odd)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    assert np.isfinite(model.score_samples(odd)).all()
    assert (model.centers_["flat"] == 3.0).all()


def test_stored_clusters_of_another_width_are_refused(bells: pd.DataFrame) -> None:
    model = ModelFactory.create("gaussian_mixture").fit(bells)
    with pytest.raises(UnsafeArtifactError):
        model._restore({**model._state(), "factors_.npy": array_to_bytes(np.zeros((3, 2, 5)))})
