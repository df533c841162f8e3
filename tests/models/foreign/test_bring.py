"""What other tools wrote becomes a model that answers as it did there; what could harm ends a child process only."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import joblib
import lightgbm
import numpy as np
import onnx
import pandas as pd
import pytest
import skops.io
import xgboost
from skl2onnx import to_onnx
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer

from ml_analytics import ModelLoadError, ParameterError, UnsafeArtifactError
from ml_analytics.models import BaseModel, ModelFactory, dump_model, import_model, load_model
from ml_analytics.models.foreign import Limits, bring
from ml_analytics.models.foreign.convert import adopt


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Convert in this process: what is tested is the conversion; the child has tests of its own."""
    monkeypatch.setattr(bring, "run_limited", lambda task, data, options, limits: adopt(data, options))


@pytest.fixture
def wide(table: pd.DataFrame) -> np.ndarray:
    return table.to_numpy(np.float32)


@pytest.fixture
def bands(table: pd.DataFrame) -> np.ndarray:
    return np.digitize(table["a"], [-0.5, 0.5])


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("form", ["ubj", "json"])
@pytest.mark.parametrize("objective", ["multi:softprob", "binary:logistic", "reg:squarederror"])
def test_xgboost_answers_as_it_did_there(
    form: str, objective: str, table: pd.DataFrame, bands: np.ndarray, tmp_path: Path
) -> None:
    y = {"multi:softprob": bands, "binary:logistic": bands > 0}.get(objective, table["b"])
    params = {"objective": objective, **({"num_class": 3} if "multi" in objective else {})}
    booster = xgboost.train(params, xgboost.DMatrix(table, y), 5)
    booster.save_model(tmp_path / f"model.{form}")
    model = import_model(tmp_path / f"model.{form}")
    expected = booster.predict(xgboost.DMatrix(table))
    assert model.signature is not None and model.signature.names == ("a", "b", "c")
    if objective == "reg:squarederror":
        np.testing.assert_allclose(model.predict(table), expected, rtol=1e-6)
    else:
        found = model.predict_proba(table)
        np.testing.assert_allclose(found if expected.ndim == 2 else found[:, 1], expected, atol=1e-6)
    assert dump_model(load_model(dump_model(model))) == dump_model(model)


@pytest.mark.usefixtures("here")
def test_xgboost_that_stopped_early_answers_with_its_best_rounds(table: pd.DataFrame, tmp_path: Path) -> None:
    y = (table["a"] + np.random.default_rng(0).normal(0, 2, len(table)) > 0).astype(int)
    owner = xgboost.XGBClassifier(n_estimators=200, learning_rate=0.5, early_stopping_rounds=3)
    owner.fit(table[:100], y[:100], eval_set=[(table[100:], y[100:])], verbose=False)
    owner.save_model(tmp_path / "early.json")
    assert owner.best_iteration + 1 < owner.get_booster().num_boosted_rounds()
    found = import_model(tmp_path / "early.json").predict_proba(table)
    np.testing.assert_allclose(found, owner.predict_proba(table), atol=1e-6)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("objective", ["multiclass", "binary", "regression"])
def test_lightgbm_answers_as_it_did_there(
    objective: str, table: pd.DataFrame, bands: np.ndarray, tmp_path: Path
) -> None:
    y = {"multiclass": bands, "binary": bands > 0}.get(objective, table["b"])
    params = {
        "objective": objective,
        "verbosity": -1,
        **({"num_class": 3} if objective == "multiclass" else {}),
    }
    booster = lightgbm.train(params, lightgbm.Dataset(table, y), 5)
    booster.save_model(tmp_path / "model.txt")
    known: dict[str, list[Any]] = {"multiclass": ["low", "middle", "high"], "binary": [False, True]}
    labels = known.get(objective)
    model = import_model(tmp_path / "model.txt", classes=labels)
    expected = np.asarray(booster.predict(table))
    assert model.signature is not None and model.signature.names == ("a", "b", "c")
    if labels is None:
        np.testing.assert_allclose(model.predict(table), expected, rtol=1e-9)
    else:
        share = model.predict_proba(table)
        np.testing.assert_allclose(share if expected.ndim == 2 else share[:, 1], expected, rtol=1e-9)
        assert set(model.predict(table).tolist()) <= set(labels)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_skops_answers_as_it_did_there(packing: int, table: pd.DataFrame, bands: np.ndarray) -> None:
    names = np.array(["low", "middle", "high"], dtype=object)[bands]
    estimator = LogisticRegression().fit(table, names)
    model = import_model(skops.io.dumps(estimator, compression=packing))
    np.testing.assert_array_equal(model.predict_proba(table), estimator.predict_proba(table))
    assert model.predict(table).tolist() == estimator.predict(table).tolist()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("zipmap", [True, False])
@pytest.mark.parametrize("labels", ["text", "numbers"])
def test_an_onnx_classifier_answers_as_it_did_there(
    zipmap: bool, labels: str, wide: np.ndarray, bands: np.ndarray
) -> None:
    y = np.array(["high", "low", "middle"])[bands] if labels == "text" else bands + 5
    forest = RandomForestClassifier(5, random_state=0).fit(wide, y)
    graph = to_onnx(forest, wide[:1], options={"zipmap": zipmap}).SerializeToString()
    model = import_model(graph, names=["a", "b", "c"])
    assert model.signature is not None and list(model.signature.classes) == forest.classes_.tolist()
    np.testing.assert_allclose(model.predict_proba(wide), forest.predict_proba(wide), atol=1e-6)
    assert model.predict(wide).tolist() == forest.predict(wide).tolist()
    assert load_model(dump_model(model)).predict(wide).tolist() == forest.predict(wide).tolist()


@pytest.mark.usefixtures("here")
def test_an_onnx_regressor_answers_as_it_did_there(wide: np.ndarray) -> None:
    forest = RandomForestRegressor(5, random_state=0).fit(wide, wide[:, 0] * 3)
    model = import_model(to_onnx(forest, wide[:1]).SerializeToString())
    np.testing.assert_allclose(model.predict(wide), forest.predict(wide), rtol=1e-5)
    with pytest.raises(ModelLoadError, match="no classes"):
        import_model(to_onnx(forest, wide[:1]).SerializeToString(), classes=[0, 1])


@pytest.mark.usefixtures("here")
def test_labels_and_names_must_fit_the_model(table: pd.DataFrame, boosted: BaseModel) -> None:
    data = bytes(boosted.booster_.save_raw("ubj"))
    assert import_model(data).classes_.tolist() == [0, 1]
    assert import_model(data, classes=["no", "yes"]).classes_.tolist() == ["no", "yes"]
    for labels in (["a"], ["a", "b", "c"], ["a", "a"]):
        with pytest.raises(ModelLoadError, match="has 2 classes"):
            import_model(data, classes=labels)
    with pytest.raises(ModelLoadError, match="has 3 columns"):
        import_model(data, names=["a"])
    with pytest.raises(ParameterError, match="has its own"):
        import_model(dump_model(boosted), classes=["no", "yes"])


# -- refused without a child process ---------------------------------------------------------------------


@pytest.fixture
def no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bring, "run_limited", lambda *_: pytest.fail("a process was started"))


class Bomb:
    def __reduce__(self) -> Any:
        import os

        return os.system, ("echo unpickled > /dev/null",)


@pytest.mark.usefixtures("no_child")
@pytest.mark.parametrize(
    "name", ["m.joblib", "m.joblib.gz", "m.pkl", "m.pt", "m.skops", "m.mla", "m.ubj", "m.onnx"]
)
@pytest.mark.parametrize("compress", [0, 3])
def test_a1_a_pickle_under_every_name_is_refused_at_its_first_bytes(
    name: str, compress: int, tmp_path: Path, audit: list[str]
) -> None:
    joblib.dump(Bomb(), tmp_path / name, compress=compress)
    with pytest.raises(UnsafeArtifactError, match="pickle"):
        import_model(tmp_path / name)
    assert audit == []


@pytest.mark.usefixtures("no_child")
@pytest.mark.parametrize("member", ["manifest.json", "schema.json"])
def test_a4_a_bomb_is_refused_by_its_table_of_contents(member: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, b"0" * (64 << 20))
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was inflated"))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(UnsafeArtifactError, match="times its size"):
        import_model(bomb.getvalue())


@pytest.mark.usefixtures("no_child")
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "one of"),
        (b"hello", "one of"),
        (b"PK\x03\x04 and then nothing", "table of contents"),
        (len(b'{"w":0}').to_bytes(8, "little") + b'{"w":0}', "weights"),
    ],
)
def test_other_bytes_are_refused_in_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(UnsafeArtifactError, match=words):
        import_model(data)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadError, match=r"'absent\.ubj': No such file"):
        import_model(tmp_path / "absent.ubj")


# -- refused in the child or after it --------------------------------------------------------------------


def packed(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


@pytest.mark.usefixtures("here")
def test_a3_and_a10_skops_of_foreign_types_or_with_names_that_lead_out_is_refused(
    audit: list[str], table: pd.DataFrame, bands: np.ndarray
) -> None:
    good = skops.io.dumps(LogisticRegression().fit(table, bands))
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(files["schema.json"])
    arrays = [one for one in files if one != "schema.json"]
    foreign = skops.io.dumps(FunctionTransformer(func=np.log))
    audit.clear()
    with pytest.raises(UnsafeArtifactError, match="listed types"):
        import_model(foreign)
    assert len(arrays) > 0
    outside = json.loads(json.dumps(schema).replace(arrays[0], "../../etc/passwd"))
    with pytest.raises(UnsafeArtifactError):
        import_model(packed({**files, "schema.json": json.dumps(outside).encode()}))
    for text in (b"[" * 100_000, b"{}", b"", b'{"__loader__": "ObjectNode"}'):
        with pytest.raises(UnsafeArtifactError):
            import_model(packed({**files, "schema.json": text}))
    assert audit == []


def external() -> bytes:
    tensor = onnx.helper.make_tensor("w", onnx.TensorProto.FLOAT, [3], [0.0] * 3)
    tensor.ClearField("float_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../../../etc/passwd")
    value = onnx.helper.make_tensor_value_info
    given, found = (value(one, onnx.TensorProto.FLOAT, [None, 3]) for one in ("input", "out"))
    node = onnx.helper.make_node("Add", ["input", "w"], ["out"])
    graph = onnx.helper.make_graph([node], "g", [given], [found], [tensor])
    return bytes(onnx.helper.make_model(graph).SerializeToString())


def several_inputs() -> bytes:
    made = [onnx.helper.make_tensor_value_info(one, onnx.TensorProto.FLOAT, [None, 3]) for one in "abc"]
    node = onnx.helper.make_node("Add", ["a", "b"], ["c"])
    return bytes(
        onnx.helper.make_model(onnx.helper.make_graph([node], "g", made[:2], made[2:])).SerializeToString()
    )


@pytest.mark.usefixtures("here")
def test_a9_onnx_with_data_elsewhere_or_of_another_form_is_refused(
    wide: np.ndarray, bands: np.ndarray
) -> None:
    with pytest.raises(UnsafeArtifactError, match="external data"):
        import_model(external())
    with pytest.raises(ModelLoadError, match="one input"):
        import_model(several_inputs())
    with pytest.raises(UnsafeArtifactError):
        import_model(b"\x08" + bytes(np.random.default_rng(0).bytes(300)))


def wild_xgboost(boosted: BaseModel, form: str) -> bytes:
    if form == "json":
        model = json.loads(boosted.booster_.save_raw("json"))
        for tree in model["learner"]["gradient_booster"]["model"]["trees"]:
            tree["left_children"][0] = 2**30
        return json.dumps(model).encode()
    data = bytes(boosted.booster_.save_raw("ubj"))
    at = data.index(b"#L", data.index(b"left_children")) + 10
    return data[:at] + (2**30).to_bytes(4, "big") + data[at + 4 :]


def wild_lightgbm(table: pd.DataFrame) -> bytes:
    booster = lightgbm.train(
        {"objective": "regression", "verbosity": -1}, lightgbm.Dataset(table, table["a"]), 3
    )
    lines = booster.model_to_string().split("\n")
    return "\n".join(
        "left_child=" + " ".join(["1073741823"] * len(one.split())) if one.startswith("left_child=") else one
        for one in lines
        if not one.startswith("tree_sizes=")
    ).encode()


@pytest.mark.parametrize("kind", ["xgboost json", "xgboost ubj", "lightgbm"])
def test_a6_a_child_index_out_of_range_is_refused_and_this_process_lives(
    kind: str, boosted: BaseModel, table: pd.DataFrame
) -> None:
    data = wild_lightgbm(table) if kind == "lightgbm" else wild_xgboost(boosted, kind.split()[1])
    with pytest.raises(UnsafeArtifactError) as error:
        import_model(data)
    assert str(error.value).count("\n") == 0


def test_the_whole_way_through_a_child(boosted: BaseModel, table: pd.DataFrame) -> None:
    model = import_model(
        bytes(boosted.booster_.save_raw("json")), classes=["down", "up"], names=["a", "b", "c"]
    )
    np.testing.assert_array_equal(model.predict_proba(table), boosted.predict_proba(table))
    again = import_model(dump_model(model))
    assert dump_model(again) == dump_model(model)


def test_a12_the_bytes_that_were_looked_at_are_the_bytes_that_are_loaded(
    forest: BaseModel, table: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = forest.save(tmp_path / "model.mla")

    def look_and_swap(task: str, data: bytes, options: Any, limits: Any) -> bytes:
        path.write_bytes(b"swapped while it was looked at")
        return adopt(data, options)

    monkeypatch.setattr(bring, "run_limited", look_and_swap)
    np.testing.assert_array_equal(import_model(path).predict_proba(table), forest.predict_proba(table))


def test_a_child_that_answers_with_a_bad_file_is_not_believed(
    boosted: BaseModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bring, "run_limited", lambda *_: b"PK\x03\x04 taken over")
    with pytest.raises(ModelLoadError):
        import_model(bytes(boosted.booster_.save_raw("ubj")))


class OnlyHere(BaseModel):
    """A type that no other process knows."""

    task = "regression"

    def _fit(self, X: pd.DataFrame, y: Any) -> None:
        self.middle_ = float(np.median(y))

    def _predict(self, X: pd.DataFrame) -> np.ndarray:
        return np.full(len(X), self.middle_)


@pytest.mark.usefixtures("no_child")
def test_a_type_that_only_this_process_knows_is_read_here(
    table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ModelFactory, "_builders", {**ModelFactory._builders})
    ModelFactory.register("only_here", OnlyHere)
    data = dump_model(OnlyHere().fit(table, table["a"]))
    assert import_model(data).predict(table)[0] == np.median(table["a"])


def test_limits_reach_the_child(boosted: BaseModel, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Limits] = []

    def note(task: str, data: bytes, options: Any, limits: Limits) -> bytes:
        seen.append(limits)
        return adopt(data, options)

    monkeypatch.setattr(bring, "run_limited", note)
    import_model(dump_model(boosted), limits=Limits(memory_bytes=1 << 28, cpu_seconds=3, seconds=9.0))
    assert seen == [Limits(1 << 28, 3, 9.0)]
