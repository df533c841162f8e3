"""Tables at the edge of what can be learnt, over every family of numbers in the folders of this kind."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics import MLFrameworkError, UnsafeArtifactError
from ml_analytics.core.canonical import canonical_json, sha256
from ml_analytics.models import BaseModel, ModelFactory, anomaly, clustering, dump_model, load_model, tabular
from ml_analytics.models.archive import pack, unpack

FAMILIES = {one.model_type: one for kind in (tabular, anomaly, clustering) for one in kind.FAMILIES}


def target(family: type[BaseModel], X: np.ndarray) -> Any:
    if family.task == "classification":
        return np.where(X[:, 0] > np.median(X[:, 0]), "up", "down")
    return X[:, 0] if family.task == "regression" else None


def answers(model: BaseModel, X: np.ndarray) -> np.ndarray:
    found = model.predict(X)
    assert found.shape == (len(X),)
    if found.dtype.kind == "f":
        assert np.isfinite(found).all()
    return found


@pytest.mark.parametrize("name", FAMILIES)
def test_ten_thousand_columns_are_learnt_or_refused_in_a_sentence(name: str) -> None:
    if name == "gaussian_mixture":
        pytest.skip("a full covariance of 10,000 columns has 100 million numbers")
    X = np.random.default_rng(0).normal(size=(40, 10_000))
    model = FAMILIES[name]._small()
    answers(model.fit(X, target(FAMILIES[name], X)), X[:3])


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_few_rows_are_learnt_or_refused_in_a_sentence(name: str, rows: int) -> None:
    X = np.arange(2.0 * rows).reshape(rows, 2)
    y = target(FAMILIES[name], X)
    try:
        model = FAMILIES[name]._small().fit(X, y)
    except MLFrameworkError as error:
        assert len(str(error)) < 300
    else:
        answers(model, X)


@pytest.mark.parametrize("name", FAMILIES)
def test_columns_that_depend_on_each_other_are_learnt(name: str) -> None:
    a = np.random.default_rng(0).normal(size=(90, 2))
    X = np.column_stack([a, a.sum(axis=1), a[:, 0] * 2 - a[:, 1], a[:, 0]])
    answers(FAMILIES[name]._small().fit(X, target(FAMILIES[name], X)), X)


@pytest.mark.parametrize("name", FAMILIES)
def test_only_constant_columns_are_learnt_or_refused_in_a_sentence(name: str) -> None:
    X = np.full((60, 3), 4.0)
    y: Any = None
    if FAMILIES[name].task == "classification":
        y = np.arange(60) % 3 == 0
    elif FAMILIES[name].task == "regression":
        y = np.arange(60.0)
    found = answers(FAMILIES[name]._small().fit(X, y), X)
    assert len(set(found.tolist())) == 1


@pytest.mark.parametrize("name", [name for name, one in FAMILIES.items() if one.task == "classification"])
@pytest.mark.parametrize("labels", [["no", "yes"], [False, True], [-5, 10**12], ["", "a\0b"]], ids=str)
def test_labels_come_back_as_they_went_in(name: str, labels: list[Any]) -> None:
    X = np.concatenate([np.zeros((30, 2)), np.ones((30, 2)) * 5])
    y = [labels[0]] * 30 + [labels[1]] * 30
    loaded = load_model(dump_model(FAMILIES[name]._small().fit(X, y)))
    found = loaded.predict(X).tolist()
    assert set(found) <= set(labels)
    assert {type(one) for one in found} == {type(labels[0])}
    if name != "dummy":
        assert found == y


def forged(data: bytes, name: str, content: bytes) -> bytes:
    """Return a model file in which one file is another and every digest is right."""
    files = unpack(data, "manifest.json")
    manifest = json.loads(files["manifest.json"])
    files[name] = content
    manifest["files"][name] = {"sha256": sha256(content), "size": len(content)}
    files["manifest.json"] = canonical_json(manifest).encode()
    return pack(files)


def test_a_forged_lightgbm_file_is_refused_before_lightgbm_reads_it(audit: list[str]) -> None:
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(200, 2)), columns=["a", "b"])
    model = ModelFactory.create("lightgbm", n_estimators=2).fit(X, X["a"] > 0)
    data, text = dump_model(model), model._state()["booster.txt"].decode()
    line = next(one for one in text.split("\n") if one.startswith("left_child="))
    crafted = text.replace(line, "left_child=" + "9" * (len(line) - len("left_child=")), 1)
    assert len(crafted) == len(text)
    with pytest.raises(UnsafeArtifactError):
        load_model(forged(data, "booster.txt", crafted.encode()))
    with pytest.raises(UnsafeArtifactError):
        load_model(forged(data, "booster.txt", b"\x80\x04cos\nsystem\n"))
    assert load_model(forged(data, "booster.txt", text.encode())).predict(X).shape == (200,)
    assert not audit
