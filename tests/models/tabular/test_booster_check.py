"""A6: XGBoost files whose trees point outside themselves crash a process natively; here they are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import xgboost

from ml_analytics import UnsafeArtifactError
from ml_analytics.models import BaseModel
from ml_analytics.models.tabular.booster import BOOSTER, booster_from_bytes, booster_to_bytes
from ml_analytics.models.tabular.booster_check import check_booster


def test_own_files_pass(boosted: BaseModel) -> None:
    check_booster(booster_to_bytes(boosted.booster_))


@pytest.mark.parametrize(
    ("classes", "objective"), [(0, "reg:squarederror"), (2, "binary:logistic"), (3, "multi:softprob")]
)
def test_every_objective_passes(classes: int, objective: str) -> None:
    X = np.random.default_rng(0).normal(size=(50, 2))
    y = np.digitize(X[:, 0], [-0.3, 0.3]) % max(classes, 2) if classes else X[:, 0]
    params = {"objective": objective, **({"num_class": 3} if classes == 3 else {})}
    booster = xgboost.train(params, xgboost.DMatrix(X, y), 3)
    again = booster_from_bytes(booster_to_bytes(booster))
    np.testing.assert_array_equal(again.inplace_predict(X), booster.inplace_predict(X))


def _set(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(model: dict[str, Any]) -> None:
        place: Any = model["learner"]
        *steps, last = path.split("/")
        for step in steps:
            place = place[int(step)] if isinstance(place, list) else place[step]
        place[int(last) if isinstance(place, list) else last] = value

    return change


TREE = "gradient_booster/model/trees/0"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{TREE}/left_children/0", 10**6),
        (f"{TREE}/right_children/0", -5),
        (f"{TREE}/left_children/0", 0),
        (f"{TREE}/split_indices/0", 10**6),
        (f"{TREE}/split_indices/0", -2),
        (f"{TREE}/split_conditions", [0.0]),
        (f"{TREE}/split_type/0", 1),
        (f"{TREE}/tree_param/num_nodes", "1"),
        (f"{TREE}/tree_param/size_leaf_vector", "9"),
        ("gradient_booster/model/tree_info/0", 7),
        ("gradient_booster/model/iteration_indptr/1", 99),
        ("gradient_booster/name", "dart"),
        ("objective/name", "rank:pairwise"),
        ("learner_model_param/num_feature", "x"),
        ("learner_model_param/num_target", "2"),
        ("gradient_booster/model", None),
    ],
)
def test_a6_a_crafted_file_is_refused(
    boosted: BaseModel, path: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = json.loads(boosted.booster_.save_raw("json"))
    _set(path, value)(model)
    monkeypatch.setattr("ml_analytics.models.tabular.booster_check.read_ubjson", lambda data: model)
    with pytest.raises(UnsafeArtifactError):
        check_booster(b"")


def test_a6_real_bytes_with_a_wild_child_are_refused_before_xgboost_sees_them(boosted: BaseModel) -> None:
    data = booster_to_bytes(boosted.booster_)
    key = b"left_children"
    start = data.index(key) + len(key)
    first = data.index(b"#L", start) + 2 + 8
    wild = data[:first] + (10**6).to_bytes(4, "big") + data[first + 4 :]
    with pytest.raises(UnsafeArtifactError, match="point inside"):
        booster_from_bytes(wild)


@pytest.mark.parametrize("data", [b"", b"{}", b"hello", b'{"learner": {}}'])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(UnsafeArtifactError):
        booster_from_bytes(data)


def test_the_file_is_called_by_its_format() -> None:
    assert BOOSTER.endswith(".ubj")
