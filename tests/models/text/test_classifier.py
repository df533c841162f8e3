from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier

from ml_analytics import DataProcessingError, ParameterError, PredictionError
from ml_analytics.core.canonical import canonical_json, sha256
from ml_analytics.core.errors import ModelLoadError
from ml_analytics.models import ModelFactory, dump_model, load_model
from ml_analytics.models.archive import pack, unpack
from ml_analytics.models.formats import _MANIFEST
from ml_analytics.models.state import read_json
from ml_analytics.models.text.classifier import TextClassifier

TEXTS, LABELS = TextClassifier._example(200, 0)
FRESH, TRUTH = TextClassifier._example(100, 1)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)  # surrogates and NUL as well


@pytest.fixture(scope="module")
def model() -> Any:
    return ModelFactory.create("text_classifier").fit(TEXTS, LABELS)


def test_it_is_the_pipeline_of_scikit_learn() -> None:
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32)
    linear = SGDClassifier(loss="log_loss", alpha=1 / (30 * 200), random_state=0)
    oracle = linear.fit(words.fit_transform(TEXTS), LABELS)
    ours = ModelFactory.create("text_classifier", text_features="word").fit(TEXTS, LABELS)
    np.testing.assert_allclose(
        ours.predict_proba(FRESH), oracle.predict_proba(words.transform(FRESH)), atol=1e-6
    )
    assert ours.score(FRESH, TRUTH) == 1.0


@pytest.mark.parametrize(
    "form", ["list", "tuple", "array", "series", "frame", "text dtype", "polars", "other name"]
)
def test_texts_come_in_any_form(model: Any, form: str) -> None:
    forms: dict[str, Any] = {
        "list": FRESH,
        "tuple": tuple(FRESH),
        "array": np.array(FRESH),
        "series": pd.Series(FRESH, name="body"),
        "frame": pd.DataFrame({"text": FRESH}),
        "text dtype": pd.DataFrame({"text": pd.Series(FRESH, dtype="str")}),
        "polars": pl.DataFrame({"text": FRESH}),
        "other name": FRESH,
    }
    expected = model.predict_proba(FRESH)
    if form == "other name":
        model = ModelFactory.create("text_classifier").fit(pd.DataFrame({"body": TEXTS}), LABELS)
    np.testing.assert_array_equal(model.predict_proba(forms[form]), expected)


@given(st.lists(ANY_TEXT, min_size=1, max_size=5))
@example(["\x00", "\ud800", "a\udc00b", "🏴‍☠️", "", "\u202e", "e\u0301", "\U0010ffff"])
@example(["x" * 1_000_000])
@example(["a b " * 250_000])
@settings(max_examples=60, deadline=None)
def test_any_string_is_answered(model: Any, texts: list[str]) -> None:
    shares = model.predict_proba(texts)
    assert shares.shape == (len(texts), 2)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    alone = np.vstack([model.predict_proba([one]) for one in texts])
    np.testing.assert_allclose(alone, shares, rtol=1e-6)
    for form in (pd.Series(texts, dtype=object), pd.DataFrame({"text": pd.Series(texts, dtype=object)})):
        np.testing.assert_array_equal(model.predict_proba(form), shares)


@given(st.lists(ANY_TEXT, min_size=4, max_size=8))
@example(["\ud800 \x00 word", "\udfff other", "", "🙂🙂 word"])
@example(["", "", "", ""])
@settings(max_examples=40, deadline=None)
def test_any_string_is_learnt_from_stored_and_loaded(texts: list[str]) -> None:
    fresh = ModelFactory.create("text_classifier")
    try:
        fresh.fit(texts, [0, 1] * (len(texts) // 2) + [0] * (len(texts) % 2))
    except ParameterError as error:
        assert "more than empty texts" in str(error)  # no word in any of them
        return
    data = dump_model(fresh)
    loaded = load_model(data)
    np.testing.assert_array_equal(loaded.predict_proba(texts), fresh.predict_proba(texts))
    assert dump_model(loaded) == data


def test_missing_texts_are_empty_ones(model: Any) -> None:
    expected = model.predict_proba([""])
    for missing in ([None], pd.Series([None, "x"], dtype=object)[:1], pd.DataFrame({"text": [None]})):
        np.testing.assert_array_equal(model.predict_proba(missing), expected)
    holed = [None if at % 5 == 0 else one for at, one in enumerate(TEXTS)]
    assert ModelFactory.create("text_classifier").fit(holed, LABELS).score(FRESH, TRUTH) == 1.0


def test_only_the_first_characters_are_read() -> None:
    short = ModelFactory.create("text_classifier", max_characters=10).fit(TEXTS, LABELS)
    long = ["rise gain " + "fall " * 500]
    np.testing.assert_array_equal(short.predict_proba(long), short.predict_proba(["rise gain "]))


@pytest.mark.parametrize("labels", [[True, False], [3, -1], ["yes", "no"]])
def test_labels_of_every_type(labels: list[Any]) -> None:
    y = [labels[0] if one == "up" else labels[1] for one in LABELS]
    fitted = ModelFactory.create("text_classifier").fit(TEXTS, y)
    assert set(map(type, fitted.predict(FRESH).tolist())) == {type(labels[0])}


def test_three_classes_and_their_terms() -> None:
    texts = ["card lost", "cash gone", "app broken"] * 20
    fitted = ModelFactory.create("text_classifier", text_features="word").fit(
        texts, ["card", "cash", "app"] * 20
    )
    for label in ("card", "cash", "app"):
        assert label in fitted.important_terms(label, 3)
    two = ModelFactory.create("text_classifier", text_features="word").fit(TEXTS, LABELS)
    assert set(two.important_terms("up", 3)) == {"rise", "gain", "more"}
    assert set(two.important_terms("down", 3)) == {"fall", "loss", "less"}
    with pytest.raises(ParameterError, match="'label'"):
        two.important_terms("sideways")


def test_other_tables_are_refused(model: Any) -> None:
    with pytest.raises(DataProcessingError, match="one column of texts"):
        ModelFactory.create("text_classifier").fit(pd.DataFrame({"a": TEXTS, "b": TEXTS}), LABELS)
    with pytest.raises(DataProcessingError, match="'x0'"):
        ModelFactory.create("text_classifier").fit(np.zeros((200, 1)), LABELS)
    with pytest.raises((PredictionError, ParameterError)):
        model.predict(pd.Series([1.0, 2.0]))
    with pytest.raises(PredictionError, match="must hold text"):
        model.predict(pd.DataFrame({"text": [1.5]}))
    with pytest.raises((PredictionError, ParameterError)):
        model.predict([])
    with pytest.raises((PredictionError, ParameterError)):
        model.predict("one string")


def crafted(data: bytes, change: Any) -> bytes:
    files = unpack(data, _MANIFEST)
    manifest = read_json(files.pop(_MANIFEST))
    change(files)
    manifest["files"] = {name: {"sha256": sha256(one), "size": len(one)} for name, one in files.items()}
    return pack({**files, _MANIFEST: canonical_json(manifest).encode()})


def test_crafted_files_are_refused(model: Any) -> None:
    data = dump_model(model)
    other = unpack(
        dump_model(ModelFactory.create("text_classifier").fit(["a1 b1", "c1 d1"] * 4, [0, 1] * 4)), _MANIFEST
    )
    changes: list[Any] = [
        lambda files: files.__setitem__("state.json", b'{"terms": null, "encoder": null}'),
        lambda files: files.__setitem__("state.json", b'{"terms": [1], "encoder": null}'),
        lambda files: files.__setitem__("state.json", b'{"terms": null, "encoder": {}}'),
        lambda files: files.__setitem__("head.skops", other["head.skops"]),
    ]
    for change in changes:
        with pytest.raises(ModelLoadError):
            load_model(crafted(data, change))
