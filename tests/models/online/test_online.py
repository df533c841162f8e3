from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics import DataProcessingError, ParameterError
from ml_analytics.core.canonical import canonical_json, sha256
from ml_analytics.core.errors import MissingExtraError, ModelLoadError
from ml_analytics.models import ModelFactory, dump_model, load_model
from ml_analytics.models.archive import pack, unpack
from ml_analytics.models.formats import _MANIFEST
from ml_analytics.models.state import read_json

KINDS = ["online_logistic", "online_linear", "hoeffding_tree"]


def data(kind: str, rows: int = 600, classes: int = 2, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    generator = np.random.default_rng(seed)
    X = pd.DataFrame(generator.normal(size=(rows, 3)) * [1, 5, 100] + [0, 3, -50], columns=["a", "b", "c"])
    signal = X["a"] + (X["b"] - 3) / 5
    if kind == "online_linear":
        return X, (2 * signal + 1).to_numpy()
    return X, np.digitize(signal, np.quantile(signal, np.arange(1, classes) / classes))


def quick(kind: str) -> Any:
    return ModelFactory.create(
        kind, **({"grace_period": 30, "delta": 0.01} if kind == "hoeffding_tree" else {})
    )


def says(model: Any, X: pd.DataFrame) -> np.ndarray:
    return np.asarray(model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("classes", [2, 4])
@given(cuts=st.lists(st.integers(1, 299), min_size=1, max_size=4, unique=True))
@settings(max_examples=8, deadline=None)
def test_one_pass_is_one_model_in_however_many_pieces(kind: str, classes: int, cuts: list[int]) -> None:
    X, y = data(kind, 300, classes)
    whole = dump_model(quick(kind).fit(X, y))
    pieces = quick(kind)
    named = None if kind == "online_linear" else list(range(classes))
    for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), 300], strict=True):
        pieces.partial_fit(X[start:stop], y[start:stop], classes=named)
    assert dump_model(pieces) == whole


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("classes", [2, 3])
def test_stored_and_loaded_it_goes_on_as_if_nothing_had_been(kind: str, classes: int) -> None:
    X, y = data(kind, 900, classes)
    here = quick(kind).fit(X[:400], y[:400])
    there = load_model(dump_model(here))
    for start in range(400, 900, 100):
        here.partial_fit(X[start : start + 100], y[start : start + 100])
        there = load_model(dump_model(there)).partial_fit(X[start : start + 100], y[start : start + 100])
        assert dump_model(here) == dump_model(there)
        np.testing.assert_array_equal(says(here, X), says(there, X))


@pytest.mark.parametrize("kind", KINDS)
def test_one_row_at_a_time(kind: str) -> None:
    X, y = data(kind, 120)
    whole = quick(kind).fit(X, y)
    stream = quick(kind).fit(X[:40], y[:40])
    for (_, row), answer in zip(X[40:80].iterrows(), y[40:80].tolist(), strict=True):
        stream.learn_one(row.to_dict(), answer)  # the fast way
    for (_, row), answer in zip(X[80:].iterrows(), y[80:].tolist(), strict=True):
        stream.learn_one(
            {name: np.float64(row[name]) for name in reversed(X.columns)}, answer
        )  # the long way
    assert dump_model(stream) == dump_model(whole)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("classes", [2, 3])
def test_it_is_what_river_learns(kind: str, classes: int) -> None:
    from river import linear_model, multiclass, optim, preprocessing, tree

    X, y = data(kind, 400, classes)
    if kind == "hoeffding_tree":
        peer: Any = tree.HoeffdingTreeClassifier(grace_period=30, delta=0.01, max_depth=20)
    elif kind == "online_linear":
        peer = linear_model.LinearRegression(optimizer=optim.SGD(0.05), intercept_lr=0.05)
    else:
        peer = linear_model.LogisticRegression(optimizer=optim.SGD(0.05), intercept_lr=0.05)
        peer = multiclass.OneVsRestClassifier(peer) if classes > 2 else peer
    scaler: Any = preprocessing.StandardScaler()
    named = None if kind == "online_linear" else list(range(classes))
    model = quick(kind).partial_fit(X[:1], y[:1], classes=named)
    for at, row in enumerate(X.to_dict("records")):
        if (at and kind != "online_logistic") or (at and classes == 2):
            model.learn_one(row, y[at].item())
        scaler.learn_one(row)
        seen = row if kind == "hoeffding_tree" else scaler.transform_one(row)
        if classes > 2 and kind == "online_logistic":
            continue  # river meets a class when it comes, ours knows all from the first row
        peer.learn_one(seen, y[at].item())
        if at % 20 == 19:
            found = says(model, X[at : at + 1])[0]
            if kind == "online_linear":
                assert found == pytest.approx(peer.predict_one(seen), rel=1e-9)
            else:
                shares = peer.predict_proba_one(seen)
                expected = [shares.get(one, shares.get(bool(one), 0.0)) for one in range(classes)]
                np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("classes", [2, 3])
def test_it_learns(kind: str, classes: int) -> None:
    X, y = data(kind, 4000, classes)
    model = quick(kind).fit(X[:3000], y[:3000])
    assert model.score(X[3000:], y[3000:]) > (0.95 if kind == "online_linear" else 0.8)
    if kind != "hoeffding_tree":
        assert set(list(model.feature_importance())[:2]) == {"a", "b"}
    else:
        assert model._engine.tree.n_branches > 0


def test_it_follows_a_world_that_changes() -> None:
    X, y = data("online_logistic", 4000)
    model = quick("online_logistic").fit(X[:2000], y[:2000])
    assert model.score(X[2000:], 1 - y[2000:]) < 0.2
    model.partial_fit(X[2000:3000], 1 - y[2000:3000])
    assert model.score(X[3000:], 1 - y[3000:]) > 0.8


def test_labels_come_in_pieces() -> None:
    X, y = data("online_logistic", 300)
    words = np.where(y > 0, "up", "down").astype(object)
    model = quick("online_logistic").partial_fit(X[:1], words[:1], classes=["up", "down"])
    assert model.partial_fit(X[1:], words[1:]).classes_.tolist() == ["down", "up"]
    with pytest.raises(ParameterError, match="at least two classes"):
        quick("online_logistic").partial_fit(X[:1], words[:1])
    with pytest.raises(ParameterError, match=r"among the classes.*sideways"):
        model.partial_fit(X[:1], ["sideways"])
    with pytest.raises(ParameterError, match="among the classes"):
        model.partial_fit(X[:2], ["up", None])
    truths = quick("hoeffding_tree").fit(X, y > 0)
    with pytest.raises(ParameterError, match="among the classes"):
        truths.partial_fit(X[:1], [1])  # 1 is not True


@pytest.mark.parametrize("kind", KINDS)
def test_rows_that_do_not_fit_teach_nothing(kind: str) -> None:
    X, y = data(kind, 100)
    model = quick(kind).fit(X, y)
    before = dump_model(model)
    holed, huge = X.copy(), X.copy()
    holed.iloc[99, 0], huge.iloc[99, 0] = np.nan, np.inf
    for bad in (holed, huge, X.drop(columns="a"), X.assign(d=1.0), X.astype(str)):
        with pytest.raises(DataProcessingError, match="partial_fit"):
            model.partial_fit(bad, y)
    for target in (None, y[:-1], [None] * 100):
        with pytest.raises(ParameterError, match="'y'"):
            model.partial_fit(X, target)
    for row in ({"a": 1.0}, {"a": float("nan"), "b": 1.0, "c": 1.0}, {"a": "x", "b": 1.0, "c": 1.0}):
        with pytest.raises(DataProcessingError):
            model.learn_one(row, y[0].item())
    assert dump_model(model) == before


@pytest.mark.parametrize("kind", KINDS)
def test_odd_columns(kind: str) -> None:
    generator = np.random.default_rng(0)
    wide = pd.DataFrame(generator.normal(size=(40, 2000))).assign(same=1.0)
    y = generator.normal(size=40) if kind == "online_linear" else np.arange(40) % 2
    assert np.isfinite(says(quick(kind).fit(wide, y), wide)).all()
    constant = pd.DataFrame({"a": np.ones(60), "b": np.ones(60)})
    y = np.arange(60.0) if kind == "online_linear" else np.arange(60) % 2
    assert np.isfinite(says(quick(kind).fit(constant, y), constant)).all()


def crafted(stored: bytes, change: Any) -> bytes:
    files = unpack(stored, _MANIFEST)
    manifest = read_json(files.pop(_MANIFEST))
    state = read_json(files["state.json"])
    change(state)
    files["state.json"] = canonical_json(state).encode()
    manifest["files"] = {name: {"sha256": sha256(one), "size": len(one)} for name, one in files.items()}
    return pack({**files, _MANIFEST: canonical_json(manifest).encode()})


def put(*path: Any, value: Any) -> Any:
    def change(state: Any) -> None:
        for key in path[:-1]:
            state = state[key]
        state[path[-1]] = value

    return change


LINEAR = [
    put("models", value=[]), put("models", 0, "weights", 0, value=[7, 1.0]), put("models", 0, "steps", value="1"),
    put("models", 0, "intercept", value=None), put("scaler", 0, 0, value=9), put("scaler", 0, 1, value=0),
    put("scaler", 0, 3, value=-1.0), put("scaler", value="none"),
]  # fmt: skip
TREE = [
    put("nodes", value=[]), put("nodes", 0, "children", value=[0, 1]), put("nodes", 0, "children", value=[1, 1]),
    put("nodes", 0, "children", value=[1]), put("nodes", 0, "feature", value=3), put("nodes", 0, "feature", value=-1),
    put("nodes", 0, "threshold", value="x"), put("nodes", 1, "stats", value=[[5, 1.0]]),
    put("nodes", 0, "children", value=[1, 10**9]), put("nodes", -1, "right", value=[1.0]),
    put("nodes", -1, "seen", value=[[0, [[0, 1.0, 0.0, 1.0, 0.0, 0.0]]]]), put("nodes", -1, "seen", value=[[9, []]]),
    put("classes", value=[4]), put("nodes", 1, value={"children": [1, 2], "stats": []}),
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a6_crafted_states_are_refused(kind: str, audit: list[str]) -> None:
    X, y = data(kind, 600)
    stored = dump_model(quick(kind).fit(X, y))
    assert load_model(crafted(stored, lambda state: None)).is_fitted
    audit.clear()
    for change in TREE if kind == "hoeffding_tree" else LINEAR:
        with pytest.raises(ModelLoadError):
            load_model(crafted(stored, change))
    assert audit == []


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_extra_it_says_which_one(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = data(kind, 30)
    monkeypatch.setitem(sys.modules, "river", None)
    with pytest.raises(MissingExtraError, match=r"ml-analytics\[online\]"):
        quick(kind).fit(X, y)
