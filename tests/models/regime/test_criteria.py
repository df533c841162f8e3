from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hmmlearn.hmm import GaussianHMM

from ml_analytics import ParameterError
from ml_analytics.models import HMMRegimeDetector
from ml_analytics.models.regime.criteria import CRITERIA, complete_log_likelihood


def series(apart: float, seed: int = 0) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    level = np.repeat(generator.permutation([1.0, -1.0, 0.0] * 5), 40) * apart
    return pd.DataFrame({"r": level + generator.normal(size=600), "v": generator.normal(size=600)})


@pytest.mark.parametrize("kind", ["full", "diag", "spherical", "tied"])
def test_bic_and_aic_are_those_of_hmmlearn(kind: str) -> None:
    X = series(4.0)
    detector = HMMRegimeDetector(3, kind, n_init=2).fit(X)
    oracle = GaussianHMM(3, "full")
    oracle.startprob_, oracle.transmat_ = detector.start_, detector.transition_
    oracle.means_ = detector.mean_ + detector.means_ * detector.scale_
    oracle.covars_ = detector.covariances_ * np.outer(detector.scale_, detector.scale_)
    oracle.n_features = 2
    # The chain is judged as full; only the count of its parameters is that of its kind.
    full, own = (GaussianHMM(3, one, n_iter=1).fit(X[:100]) for one in ("full", kind))
    spare = sum(full._get_n_fit_scalars_per_param().values()) - sum(
        own._get_n_fit_scalars_per_param().values()
    )
    found = detector.criteria(X)
    assert found["bic"] == pytest.approx(oracle.bic(X) - spare * np.log(600))
    assert found["aic"] == pytest.approx(oracle.aic(X) - 2 * spare)
    complete, path = oracle.decode(X)
    assert found["icl"] == pytest.approx(found["bic"] + 2 * (detector.score(X) - complete))
    assert path.shape == (600,)


def test_the_complete_likelihood_is_never_above_the_whole() -> None:
    generator = np.random.default_rng(0)
    densities, start = generator.normal(size=(50, 3)), np.full(3, 1 / 3)
    transition = generator.dirichlet(np.ones(3), 3)
    from ml_analytics.models.regime.recursions import filtered

    assert complete_log_likelihood(densities, start, transition) < filtered(densities, start, transition)[1]


@pytest.mark.parametrize("criterion", CRITERIA)
def test_three_regimes_that_stand_apart_are_chosen(criterion: str) -> None:
    search = HMMRegimeDetector(n_init=4, random_state=0)
    kinds = ("diag",)
    found = search.optimize_hyperparameters(series(5.0), (2, 3, 4), kinds, criterion)
    assert found["n_components"] >= 3 if criterion == "aic" else found["n_components"] == 3


def test_one_regime_only_takes_the_fewest() -> None:
    search = HMMRegimeDetector(n_init=3, random_state=0)
    for criterion in ("bic", "icl"):
        assert search.optimize_hyperparameters(series(0.0), criterion=criterion)["n_components"] == 2


def test_unknown_criteria_and_empty_choices_are_refused() -> None:
    with pytest.raises(ParameterError, match="'criterion'"):
        HMMRegimeDetector().optimize_hyperparameters(series(1.0), criterion="dic")
    with pytest.raises(ParameterError, match="'n_components'"):
        HMMRegimeDetector().optimize_hyperparameters(series(1.0), ())
