from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import VotingRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ml_analytics import DataProcessingError, LeakageError, ModelSaveError, ParameterError
from ml_analytics.core.canonical import canonical_json, sha256
from ml_analytics.core.errors import UnsafeArtifactError
from ml_analytics.models import BaseModel, ModelFactory, dump_model, load_model
from ml_analytics.models.archive import pack, unpack
from ml_analytics.models.base import matrix
from ml_analytics.models.ensemble import members as of
from ml_analytics.models.formats import _MANIFEST
from ml_analytics.models.state import read_json

LOGISTIC: tuple[str, dict[str, Any]] = ("logistic", {})
FOREST = ("random_forest", {"n_estimators": 8, "max_depth": 4})
KINDS = ["averaging", "stacking", "blending"]


class Neighbour(BaseModel):
    """Answers with the label of the nearest row in time: brilliant among shuffled rows, useless ahead."""

    model_type = "neighbour"

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        self.clock_, self.labels_ = matrix(X[["clock"]])[:, 0], y

    def _predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        at = np.abs(matrix(X[["clock"]]) - self.clock_[None]).argmin(axis=1)
        shares: np.ndarray = np.eye(len(self.classes_))[self.labels_[at]]
        return shares


@pytest.fixture
def _neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ModelFactory, "_builders", dict(ModelFactory._builders))
    monkeypatch.setattr(ModelFactory, "_made_by", dict(ModelFactory._made_by))
    ModelFactory.register("neighbour", Neighbour)


def waves(rows: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Labels that last five rows and then are drawn anew; one column says a little about each."""
    generator = np.random.default_rng(seed)
    labels = np.repeat(generator.integers(0, 2, rows // 5), 5)
    hint = labels + generator.normal(scale=1.0, size=rows)
    return pd.DataFrame({"clock": np.arange(rows, dtype=float), "hint": hint}), labels


@pytest.mark.usefixtures("_neighbour")
@pytest.mark.parametrize("kind", ["stacking", "blending"])
def test_a_member_that_shines_only_when_shuffled_does_not_win(kind: str) -> None:
    X, y = waves(3000, 0)
    shuffled = KFold(5, shuffle=True, random_state=0)
    of_neighbour = cross_val_score(Neighbour(), X, y, cv=shuffled).mean()
    of_logistic = cross_val_score(ModelFactory.create("logistic"), X[["hint"]], y, cv=shuffled).mean()
    assert of_neighbour > of_logistic + 0.1  # the trap is set

    model = ModelFactory.create(kind, members=[("neighbour", {}), LOGISTIC]).fit(X, y)
    neighbour, logistic = model.member_weights()
    assert logistic > 0.8 > 0.2 > neighbour
    later, truth = waves(3000, 1)
    later["clock"] += 3000
    alone = ModelFactory.create("logistic").fit(X[["hint"]], y).score(later[["hint"]], truth)
    assert model.score(later, truth) > alone - 0.02


@pytest.mark.parametrize("weights", [None, [3.0, 1.0]])
def test_averaging_is_soft_voting(table: pd.DataFrame, labels: pd.Series, weights: Any) -> None:
    model = ModelFactory.create("averaging", members=[LOGISTIC, ("dummy", {})], weights=weights).fit(
        table, labels
    )
    scaled = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, random_state=0))
    shares = np.column_stack([(labels == one).mean() * np.ones(len(table)) for one in ("down", "up")])
    given = np.array(weights or [1.0, 1.0]) / sum(weights or [1.0, 1.0])
    expected = given[0] * scaled.fit(table, labels).predict_proba(table) + given[1] * shares
    np.testing.assert_allclose(model.predict_proba(table), expected, rtol=1e-9)


def test_averaging_of_numbers_is_their_mean(table: pd.DataFrame) -> None:
    y = 2 * table["a"] - table["b"]
    oracle = VotingRegressor([("one", LinearRegression()), ("two", LinearRegression())], weights=[1, 3])
    model = ModelFactory.create("averaging_regressor", members=[("linear", {})] * 2, weights=[1, 3]).fit(
        table, y
    )
    np.testing.assert_allclose(model.predict(table), oracle.fit(table, y).predict(table), atol=1e-9)


@pytest.mark.parametrize("kind", ["stacking", "blending"])
def test_the_meta_model_is_the_oracle_on_forward_predictions(kind: str, table: pd.DataFrame) -> None:
    """Written out by hand with scikit-learn alone."""
    y = (table["a"] - table["c"] ** 2).to_numpy()
    settings = {"folds": 3} if kind == "stacking" else {"holdout": 0.25}
    model = ModelFactory.create(
        f"{kind}_regressor",
        members=[("linear", {}), ("dummy_regressor", {})],
        gap=2,
        meta=("linear", {}),
        **settings,
    ).fit(table, y)
    starts = [(20, 40), (40, 60), (60, 80)] if kind == "stacking" else [(60, 80)]
    columns, target = [], []
    for start, stop in starts:
        learnt = slice(0, start - 2)
        line = LinearRegression().fit(table[learnt], y[learnt]).predict(table[start:stop])
        columns.append(np.column_stack([line, np.full(stop - start, y[learnt].mean())]))
        target.append(y[start:stop])
    meta = LinearRegression().fit(np.vstack(columns), np.concatenate(target))
    whole = np.column_stack([LinearRegression().fit(table, y).predict(table), np.full(len(y), y.mean())])
    if kind == "stacking":  # of one block the dummy's answers are all alike: its coefficient is anybody's
        np.testing.assert_allclose(model.predict(table), meta.predict(whole), rtol=1e-6, atol=1e-9)
    assert model.rows_ == len(np.concatenate(target))


@pytest.mark.parametrize("kind", ["stacking", "blending"])
def test_rows_of_the_future_do_not_reach_the_forward_predictions(
    kind: str, monkeypatch: pytest.MonkeyPatch, table: pd.DataFrame, labels: pd.Series
) -> None:
    seen: list[tuple[int, int]] = []
    fit, answers = of.fit_member, of.answers
    learnt: dict[int, int] = {}

    def watched_fit(member: Any, X: pd.DataFrame, *rest: Any) -> Any:
        learnt[id(member)] = int(X.index.max())
        return fit(member, X, *rest)

    def watched_answers(member: Any, X: pd.DataFrame, classes: int) -> np.ndarray:
        seen.append((learnt[id(member)], int(X.index.min())))
        return answers(member, X, classes)

    monkeypatch.setattr(of, "fit_member", watched_fit)
    monkeypatch.setattr(of, "answers", watched_answers)
    ModelFactory.create(kind, members=[LOGISTIC, FOREST], gap=3).fit(table, labels)
    assert len(seen) == (10 if kind == "stacking" else 2)
    assert all(last + 3 < first for last, first in seen)


def test_blending_without_refit_keeps_members_of_the_first_rows(
    table: pd.DataFrame, labels: pd.Series
) -> None:
    model = ModelFactory.create("blending", members=[LOGISTIC], holdout=0.5, refit=False).fit(table, labels)
    first = ModelFactory.create("logistic").fit(table[:40], labels[:40])
    np.testing.assert_allclose(model.fitted_members[0].predict_proba(table), first.predict_proba(table))


@pytest.mark.parametrize("kind", KINDS)
def test_importance_is_the_weighted_mean_of_the_members(
    kind: str, table: pd.DataFrame, labels: pd.Series
) -> None:
    model = ModelFactory.create(kind, members=[LOGISTIC, FOREST]).fit(table, labels)
    found = model.feature_importance()
    assert sum(found.values()) == pytest.approx(1.0)
    assert "coefficient" in found.method and "impurity" in found.method
    assert list(found)[-1] == "c"  # says nothing about the label
    without = ModelFactory.create(kind, members=[LOGISTIC, ("dummy", {})]).fit(table, labels)
    with pytest.raises(Exception, match="no feature importances"):
        without.feature_importance()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("labels_of", ["text", "numbers", "booleans", "three"])
def test_labels_of_every_type(kind: str, labels_of: str, table: pd.DataFrame) -> None:
    y: Any = (table["a"] > 0).to_numpy()
    y = {"text": np.where(y, "up", "down"), "numbers": np.where(y, 7, -2), "booleans": y}.get(
        labels_of, np.digitize(table["a"], [-0.5, 0.5])
    )
    model = ModelFactory.create(kind, members=[LOGISTIC, FOREST]).fit(table, y)
    loaded = load_model(dump_model(model))
    assert model.score(table, y) > 0.9
    assert loaded.predict(table).tolist() == model.predict(table).tolist()


@pytest.mark.parametrize("kind", ["stacking", "blending"])
def test_a_class_that_comes_late_is_learnt(kind: str, table: pd.DataFrame) -> None:
    """Class 2 is absent from the first half; members of early folds have never seen it."""
    y = (table["a"] > 0).to_numpy().astype(int)
    y[40::3] = 2
    model = ModelFactory.create(kind, members=[LOGISTIC, FOREST]).fit(table, y)
    assert model.predict_proba(table).shape == (80, 3)
    np.testing.assert_allclose(model.predict_proba(table).sum(axis=1), 1.0)


@pytest.mark.parametrize("kind", KINDS)
def test_missing_values_are_taken_where_every_member_takes_them(
    kind: str, table: pd.DataFrame, labels: pd.Series
) -> None:
    holed = table.copy()
    holed.iloc[60:, 0] = np.nan  # none in the early folds
    takes = [FOREST, ("xgboost", {"n_estimators": 5})]
    model = ModelFactory.create(kind, members=takes).fit(holed, labels)
    assert model.handles_missing and np.isfinite(load_model(dump_model(model)).predict_proba(holed)).all()
    with pytest.raises(DataProcessingError, match="no missing values"):
        ModelFactory.create(kind, members=[FOREST, LOGISTIC]).fit(holed, labels)


@pytest.mark.parametrize("kind", KINDS)
def test_mixed_tables_are_taken_where_the_members_take_them(kind: str, table: pd.DataFrame) -> None:
    mixed = table.assign(site=np.where(table["a"] > 0, "north", "south"))
    y = (table["a"] > 0).map({True: "up", False: "down"})
    members = [("table_classifier", {"n_estimators": 5}), ("table_classifier", {"C": 1.0})]
    model = ModelFactory.create(kind, members=members).fit(mixed, y)
    assert model.score(mixed, y) > 0.9
    assert np.isfinite(model.predict_proba(mixed.assign(site="nowhere"))).all()
    with pytest.raises(DataProcessingError, match=r"'site' of LogisticModel.fit \(a member\)"):
        ModelFactory.create(kind, members=[LOGISTIC]).fit(mixed, y)


def test_unsorted_times_are_refused(table: pd.DataFrame, labels: pd.Series) -> None:
    times = pd.date_range("2024-01-01", periods=80)
    backwards = table.set_index(times[::-1])
    with pytest.raises(LeakageError, match="time order"):
        ModelFactory.create("stacking", members=[LOGISTIC]).fit(backwards, labels)
    assert ModelFactory.create("stacking", members=[LOGISTIC]).fit(table.set_index(times), labels).is_fitted


@pytest.mark.parametrize(
    "members",
    [
        [],
        ["logistic"],
        [("logistic",)],
        [("logistic", {"C": float("nan")})],
        [(1, {})],
        "logistic",
        [LOGISTIC] * 51,
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", KINDS)
def test_unusable_members_are_refused(
    kind: str, members: Any, table: pd.DataFrame, labels: pd.Series
) -> None:
    with pytest.raises(ParameterError, match=r"'members'.*pairs"):
        ModelFactory.create(kind, members=members).fit(table, labels)


@pytest.mark.parametrize("kind", KINDS)
def test_members_of_another_task_or_type_are_refused(
    kind: str, table: pd.DataFrame, labels: pd.Series
) -> None:
    with pytest.raises(ParameterError, match="task 'classification'"):
        ModelFactory.create(kind, members=[("linear", {})]).fit(table, labels)
    with pytest.raises(ParameterError, match="'model_type'"):
        ModelFactory.create(kind, members=[("nothing", {})]).fit(table, labels)
    with pytest.raises(ParameterError, match="among C"):
        ModelFactory.create(kind, members=[("logistic", {"depth": 1})]).fit(table, labels)


@pytest.mark.parametrize(
    "weights", [[1.0], [0.0, 0.0], [-1.0, 2.0], [1.0, float("inf")], ["1", "2"], [True, True]]
)
def test_unusable_weights_are_refused(weights: Any, table: pd.DataFrame, labels: pd.Series) -> None:
    with pytest.raises(ParameterError, match="'weights'"):
        ModelFactory.create("averaging", members=[LOGISTIC, FOREST], weights=weights).fit(table, labels)


@pytest.mark.parametrize("kind", ["stacking", "blending"])
def test_too_few_rows_say_so(kind: str, table: pd.DataFrame) -> None:
    for rows, gap in ((2, 0), (30, 100)):
        with pytest.raises(DataProcessingError, match="earlier rows to learn from"):
            ModelFactory.create(kind, members=[LOGISTIC], gap=gap).fit(table[:rows], [0, 1] * (rows // 2))
    with pytest.raises(DataProcessingError, match="two classes in both"):
        ModelFactory.create(kind, members=[LOGISTIC]).fit(table, [0] * 79 + [1])


def nested(levels: int) -> tuple[str, dict[str, Any]]:
    inner: tuple[str, dict[str, Any]] = LOGISTIC
    for _ in range(levels):
        inner = ("averaging", {"members": [inner]})
    return inner


def test_ensembles_may_stand_in_one_another_three_deep(table: pd.DataFrame, labels: pd.Series) -> None:
    name, params = nested(3)
    model = ModelFactory.create(name, **params).fit(table, labels)
    loaded = load_model(dump_model(model))
    np.testing.assert_array_equal(loaded.predict_proba(table), model.predict_proba(table))
    name, params = nested(4)
    with pytest.raises(ParameterError, match="at most 3 levels"):
        ModelFactory.create(name, **params).fit(table, labels)


def test_a_file_of_ensembles_too_deep_is_refused(
    table: pd.DataFrame, labels: pd.Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, params = nested(4)
    monkeypatch.setattr(of, "MAX_DEPTH", 9)
    data = dump_model(ModelFactory.create(name, **params).fit(table, labels))
    monkeypatch.setattr(of, "MAX_DEPTH", 3)
    with pytest.raises(UnsafeArtifactError, match="levels deep"):
        load_model(data)


def test_the_bytes_of_members_are_bounded(
    table: pd.DataFrame, labels: pd.Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ModelFactory.create("averaging", members=[LOGISTIC]).fit(table, labels)
    data = dump_model(model)
    monkeypatch.setattr(of, "MAX_BYTES", 1000)
    with pytest.raises(ModelSaveError, match="at most 1000 bytes"):
        dump_model(model)
    with pytest.raises(UnsafeArtifactError, match="at most 1000 bytes"):
        load_model(data)


def crafted(data: bytes, change: Any) -> bytes:
    """Return a model file of other contents whose digests are right."""
    files = unpack(data, _MANIFEST)
    manifest = read_json(files.pop(_MANIFEST))
    change(files)
    manifest["files"] = {name: {"sha256": sha256(one), "size": len(one)} for name, one in files.items()}
    return pack({**files, _MANIFEST: canonical_json(manifest).encode()})


@pytest.mark.parametrize("kind", KINDS)
def test_crafted_files_are_refused(
    kind: str, table: pd.DataFrame, labels: pd.Series, audit: list[str]
) -> None:
    data = dump_model(ModelFactory.create(kind, members=[LOGISTIC, FOREST]).fit(table, labels))
    number = dump_model(ModelFactory.create("linear").fit(table, table["a"]))
    narrow = dump_model(ModelFactory.create("logistic").fit(table[["a"]], (labels == "up").astype(int)))
    many = dump_model(ModelFactory.create("logistic").fit(table, np.arange(80) % 3))
    text = dump_model(ModelFactory.create("logistic").fit(table, labels))

    def put(name: str, content: bytes) -> Any:
        return lambda files: files.__setitem__(name, content)

    changes: list[Any] = [
        *(put("member_0.mla", one) for one in (number, narrow, many, text, b"\x80\x04pickle")),
        put("member_7.mla", text),
        put("state.json", b'{"weights": [1.0, -1.0], "members": 0, "rows": 1}'),
        put("state.json", b'{"weights": [NaN, 1.0], "members": 3, "rows": 1}'),
        put("state.json", b'{"weights": 5, "members": "2", "rows": 1}'),
        lambda files: files.pop("member_1.mla"),
    ]
    assert load_model(crafted(data, lambda files: None)).is_fitted
    audit.clear()  # so far libraries made their classes
    for change in changes:
        with pytest.raises(UnsafeArtifactError):
            load_model(crafted(data, change))
    assert audit == []


def test_many_columns_and_collinear_ones(table: pd.DataFrame, labels: pd.Series) -> None:
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 2000))).assign(same=1.0)
    y = (wide[0] > 0).to_numpy()
    model = ModelFactory.create("stacking", members=[LOGISTIC, ("dummy", {})], folds=2).fit(wide, y)
    assert np.isfinite(model.predict_proba(wide)).all()
    twins = table.assign(again=table["a"], thrice=3 * table["a"])
    numbers = ModelFactory.create("stacking_regressor").fit(twins, table["a"])
    assert numbers.score(twins, table["a"]) > 0.9


def test_a_member_keeps_the_categories_of_the_rows_it_learnt_from() -> None:
    """A category that comes up later, first in the alphabet, must not shift the codes of the others."""
    generator = np.random.default_rng(0)
    kind = np.where(
        np.arange(400) < 300, generator.choice(["b", "c", "d"], 400), generator.choice(["a", "b"], 400)
    )
    X = pd.DataFrame({"kind": kind, "x": generator.normal(size=400)})
    y = ((kind == "b") ^ (generator.random(400) < 0.05)).astype(int)
    alone = ModelFactory.create("gradient_boosting", n_estimators=10).fit(X[:300], y[:300])
    whole = ModelFactory.create("gradient_boosting", n_estimators=10).fit(X, y)
    member = ModelFactory.create("gradient_boosting", n_estimators=10)
    of.fit_member(member, X[:300], y[:300], whole.signature)
    np.testing.assert_array_equal(member.predict_proba(X[300:]), alone.predict_proba(X[300:]))
    assert member.score(X[300:], y[300:]) > 0.9
