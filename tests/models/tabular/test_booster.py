from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax

from ml_analytics import ModelLoadError
from ml_analytics.models import BaseModel
from ml_analytics.models.tabular import booster
from ml_analytics.models.tabular.booster import (
    boosted_probabilities,
    booster_from_bytes,
    booster_split_points,
    gain_by_column,
    train_booster,
)


def test_probabilities_are_the_softmax_of_the_margins(table: pd.DataFrame) -> None:
    X, y = table.to_numpy(), np.digitize(table["a"], [-0.5, 0.5])
    model = train_booster(X, y, classes=3, rounds=4, params={"seed": 0})
    found = boosted_probabilities(model, X)
    margins = model.inplace_predict(X, predict_type="margin")
    np.testing.assert_allclose(found, softmax(margins, axis=1), atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=0, atol=1e-12)


def test_split_points_are_those_of_the_dump(boosted: BaseModel) -> None:
    columns, points = booster_split_points(boosted.booster_)
    dump = boosted.booster_.trees_to_dataframe()
    splits = dump[dump["Feature"] != "Leaf"]
    assert sorted(columns) == sorted(splits["Feature"].str[1:].astype(int))
    np.testing.assert_allclose(np.sort(points), np.sort(splits["Split"]), rtol=1e-6)


def test_gains_are_shares(boosted: BaseModel, table: pd.DataFrame) -> None:
    assert gain_by_column(boosted.booster_, 3).sum() == pytest.approx(1.0)
    flat = train_booster(table.to_numpy(), np.zeros(len(table)), classes=0, rounds=1, params={})
    assert gain_by_column(flat, 3).tolist() == [0.0, 0.0, 0.0]


def test_weights_are_heard(table: pd.DataFrame) -> None:
    X, y = np.zeros((4, 1)), np.array([0, 1, 1, 1])
    weighted = train_booster(X, y, classes=2, rounds=1, params={}, weight=np.array([9.0, 1.0, 1.0, 1.0]))
    assert boosted_probabilities(weighted, X)[0, 0] > 0.5


def test_what_xgboost_refuses_is_a_load_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(booster, "check_booster", lambda data: None)
    with pytest.raises(ModelLoadError, match="cannot be read"):
        booster_from_bytes(b"{}")
