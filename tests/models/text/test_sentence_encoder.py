from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from ml_analytics import ParameterError
from ml_analytics.core.errors import MissingExtraError, ModelLoadError, UnsafeArtifactError
from ml_analytics.models import ModelFactory, dump_model, load_model
from ml_analytics.models.text import classifier
from ml_analytics.models.text.classifier import TextClassifier
from ml_analytics.models.text.sentence_encoder import SentenceEncoder, check_encoder

TEXTS, LABELS = TextClassifier._example(80, 0)
WORDS = ["[UNK]", "rise", "gain", "more", "fall", "loss", "less", "the", "price", "of", "it", "today"]
TABLE = np.random.default_rng(0).normal(size=(len(WORDS), 6)).astype(np.float32)


def graph(nodes: list[Any] | None = None, **changes: Any) -> Any:
    """Return a tiny encoder: a table of word vectors."""
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n", "t"])
    out = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["n", "t", 6])
    made = helper.make_graph(
        nodes or [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "encoder",
        changes.get("inputs", [ids]),
        [out],
        [numpy_helper.from_array(TABLE, "table")],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def tokenizer_json() -> bytes:
    from tokenizers import Tokenizer, models, pre_tokenizers

    made = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return made.to_str().encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "encoder"
    root.mkdir()
    (root / "model.onnx").write_bytes(graph().SerializeToString())
    (root / "tokenizer.json").write_bytes(tokenizer_json())
    return root


def test_a_text_is_the_mean_of_its_words(folder: Path) -> None:
    encoder = SentenceEncoder.from_folder(str(folder))
    found = encoder.encode(["rise gain", "fall", ""])
    expected = TABLE[[1, 2]].mean(axis=0)
    np.testing.assert_allclose(found[0], expected / np.linalg.norm(expected), rtol=1e-5)
    np.testing.assert_allclose(found[1], TABLE[4] / np.linalg.norm(TABLE[4]), rtol=1e-5)
    assert (found[2] == 0).all()
    many = encoder.encode(["rise gain", *["today " * 400] * 40])
    np.testing.assert_allclose(many[0], found[0], rtol=1e-5)


def test_a_model_of_embeddings_carries_its_encoder(folder: Path) -> None:
    model = ModelFactory.create("text_classifier", embeddings=str(folder)).fit(TEXTS, LABELS)
    fresh, truth = TextClassifier._example(60, 1)
    assert model.score(fresh, truth) > 0.8
    data = dump_model(model)
    (folder / "model.onnx").unlink()  # it travels inside
    loaded = load_model(data)
    np.testing.assert_array_equal(loaded.predict_proba(fresh), model.predict_proba(fresh))
    assert dump_model(loaded) == data
    np.testing.assert_allclose(loaded.predict_proba(["rise \x00 \ud800 🙂", "", None]).sum(axis=1), 1.0)


def test_a_large_encoder_stays_outside_and_must_be_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ModelFactory.create("text_classifier", embeddings=str(folder)).fit(TEXTS, LABELS)
    monkeypatch.setattr(classifier, "MAX_TRAVEL", 10)
    data = dump_model(model)
    assert len(data) < len(dump_model(ModelFactory.create("text_classifier").fit(TEXTS, LABELS)))
    np.testing.assert_array_equal(load_model(data).predict_proba(TEXTS), model.predict_proba(TEXTS))
    changed = graph()
    changed.graph.initializer[0].CopyFrom(numpy_helper.from_array(TABLE + 1, "table"))
    (folder / "model.onnx").write_bytes(changed.SerializeToString())
    with pytest.raises(ModelLoadError, match="Got another"):
        load_model(data)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelLoadError, match="Got no folder"):
        load_model(data)


def test_a_folder_without_an_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"'embeddings'.*model.onnx"):
        ModelFactory.create("text_classifier", embeddings=str(tmp_path)).fit(TEXTS, LABELS)


def loop() -> Any:
    body = helper.make_graph([], "body", [], [])
    return graph([helper.make_node("Loop", ["", "input_ids"], ["last_hidden_state"], body=body)])


def external() -> Any:
    made = graph()
    tensor = made.graph.initializer[0]
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../etc/passwd"
    return made


def functions() -> Any:
    made = graph()
    made.functions.append(onnx.FunctionProto(name="f", domain="own"))
    return made


def foreign_input() -> Any:
    return graph(inputs=[helper.make_tensor_value_info("prompt", TensorProto.INT64, ["n", "t"])])


def foreign_operator() -> Any:
    return graph([helper.make_node("RandomNormal", [], ["last_hidden_state"], shape=[10**6, 10**6])])


@pytest.mark.parametrize("made", [loop, external, functions, foreign_input, foreign_operator])
def test_a7_a9_graphs_that_loop_or_read_files_are_refused(made: Any, folder: Path) -> None:
    data = made().SerializeToString()
    with pytest.raises(UnsafeArtifactError):
        check_encoder(data)
    (folder / "model.onnx").write_bytes(data)
    with pytest.raises(UnsafeArtifactError):
        ModelFactory.create("text_classifier", embeddings=str(folder)).fit(TEXTS, LABELS)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_other_bytes_are_refused(name: str, folder: Path) -> None:
    (folder / name).write_bytes(b"\x80\x04pickle")
    with pytest.raises(UnsafeArtifactError):
        SentenceEncoder.from_folder(str(folder))


def test_an_encoder_smaller_than_its_tokenizer_says_so(folder: Path) -> None:
    made = graph()
    made.graph.initializer[0].CopyFrom(numpy_helper.from_array(TABLE[:2], "table"))
    (folder / "model.onnx").write_bytes(made.SerializeToString())
    with pytest.raises(ModelLoadError, match="do not fit each other"):
        SentenceEncoder.from_folder(str(folder)).encode(["today"])


def test_without_the_extra_it_says_which_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(MissingExtraError, match=r"ml-analytics\[text\]"):
        ModelFactory.create("text_classifier", embeddings=str(folder)).fit(TEXTS, LABELS)
    assert ModelFactory.create("text_classifier").fit(TEXTS, LABELS).is_fitted
