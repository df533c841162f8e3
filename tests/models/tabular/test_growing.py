"""A forest grown in parts is the forest of one fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.ensemble import ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor

from ml_analytics.models.tabular.forest_store import forest_to_files
from ml_analytics.models.tabular.growing import PARTS, grow

X, Y = make_classification(150, 5, weights=[0.8], random_state=0)
WEIGHT = np.random.default_rng(0).uniform(0.5, 3.0, 150)


@pytest.mark.parametrize("weight", [None, WEIGHT])
@pytest.mark.parametrize(
    "forest",
    [
        RandomForestClassifier(23, random_state=3, max_depth=4),
        RandomForestClassifier(12, random_state=3, class_weight="balanced", n_jobs=2),
        RandomForestClassifier(1, random_state=3),
        RandomForestRegressor(11, random_state=4),
        ExtraTreesRegressor(15, random_state=5),
    ],
)
def test_the_trees_are_those_of_one_fit(forest: Any, weight: Any) -> None:
    heard: list[tuple[int, int]] = []
    params = forest.get_params()
    whole = type(forest)(**params).fit(X, Y, weight)
    grown = grow(type(forest)(**params), X, Y, weight, lambda done, total: heard.append((done, total)))
    assert forest_to_files(grown) == forest_to_files(whole)
    assert grown.get_params() == {**params, "n_jobs": None}
    total = params["n_estimators"]
    assert heard[-1] == (total, total)
    assert len(heard) == min(total, PARTS)
