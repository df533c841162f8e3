"""Images by a small convolutional network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from ml_analytics import ParameterError, PredictionError
from ml_analytics.models import OnnxPredictor, compile_onnx, dump_model, load_model
from ml_analytics.models.neural.design import MAX_VALUES
from ml_analytics.models.vision import ImageClassifier


def pictures(shape: tuple[int, ...] = (8, 8), rows: int = 40) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    X, y = generator.normal(size=(rows, *shape)), np.arange(rows) % 2
    X[y == 1, : shape[0] // 2] += 3.0
    return X, y


SMALL: dict[str, Any] = {"hidden_size": 4, "epochs": 4, "learning_rate": 0.01}


def test_handwritten_digits_are_read_and_compiled_alike() -> None:
    digits = load_digits()
    X, unseen, y, truth = train_test_split(
        digits.images, digits.target, test_size=0.25, random_state=0, stratify=digits.target
    )
    model = ImageClassifier(random_state=0).fit(X, y)
    assert model.score(unseen, truth) >= 0.98
    result = compile_onnx(model, X[:200])
    assert result.onnx is not None, result.note
    assert model.signature is not None
    compiled = OnnxPredictor(result.onnx, model.signature)
    assert (compiled.predict(unseen) == model.predict(unseen)).all()
    np.testing.assert_allclose(compiled.predict_proba(unseen), model.predict_proba(unseen), atol=1e-4)


def test_arrays_flat_arrays_and_tables_are_one() -> None:
    X, y = pictures((6, 5, 3))
    flat = X.reshape(40, 90)
    model = ImageClassifier(**SMALL).fit(X, y)
    shares = model.predict_proba(X)
    for same in (flat, pd.DataFrame(flat, columns=[f"x{at}" for at in range(90)])):
        np.testing.assert_array_equal(model.predict_proba(same), shares)
    other = ImageClassifier(**SMALL, image_shape=(6, 5, 3)).fit(flat, y)
    np.testing.assert_array_equal(other.predict_proba(X), shares)
    assert dump_model(load_model(dump_model(other))) == dump_model(other)


def test_the_order_of_pixels_is_that_of_torch() -> None:
    """An oracle: the stored weights, applied by torch's own functions, in 64 bits."""
    import torch
    from safetensors.torch import load
    from torch.nn import functional

    X, y = pictures((5, 7, 2))
    model = ImageClassifier(**SMALL).fit(X, y)
    weights = {name: one.double() for name, one in load(model._state()["network.safetensors"]).items()}
    channels = X.reshape(-1, 2)
    rows = torch.from_numpy(((X - channels.mean(axis=0)) / channels.std(axis=0)).clip(-10, 10))
    rows = rows.permute(0, 3, 1, 2)
    for layer in (0, 2):
        rows = functional.conv2d(
            rows, weights[f"layers.{layer}.weight"], weights[f"layers.{layer}.bias"], padding=1
        ).relu()
    rows = functional.max_pool2d(rows, 2).flatten(1)
    scores = functional.linear(rows, weights["head.weight"], weights["head.bias"])
    np.testing.assert_allclose(model.predict_proba(X), torch.softmax(scores, dim=1).numpy(), atol=1e-12)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (3, 3), (4, 4), (28, 28), (9, 16, 3), (33, 20)])
def test_every_shape_learns_and_compiles(shape: tuple[int, ...]) -> None:
    X, y = pictures(shape)
    if shape[0] == 1:
        X[y == 1] += 3.0
    model = ImageClassifier(**SMALL).fit(X, y)
    result = compile_onnx(model, X)
    assert result.onnx is not None, result.note
    assert model.signature is not None
    compiled = OnnxPredictor(result.onnx, model.signature)
    np.testing.assert_allclose(compiled.predict_proba(X), model.predict_proba(X), atol=1e-5)


def test_the_scale_of_pixels_does_not_matter() -> None:
    X, y = pictures()
    bytes_ = ((X - X.min()) / np.ptp(X) * 255).astype(np.uint8)
    one, other = (ImageClassifier(**SMALL).fit(images, y) for images in (bytes_, bytes_ / 255.0))
    np.testing.assert_allclose(one.predict_proba(bytes_), other.predict_proba(bytes_ / 255.0), atol=1e-4)


def test_validation_images_tell_which_epoch_was_best() -> None:
    X, y = pictures(rows=100)
    model = ImageClassifier(**{**SMALL, "epochs": 60}, validation_fraction=0.2, patience=2).fit(X, y[::-1])
    assert len(model.losses_) in (60, model.best_epoch_ + 2)


def test_images_that_are_too_large_are_refused_before_anything_is_made() -> None:
    with pytest.raises(ParameterError, match=f"1 to {MAX_VALUES} numbers"):
        ImageClassifier().fit(np.zeros((2, 129, 128)), [0, 1])
    with pytest.raises(ParameterError, match="'image_shape'"):
        ImageClassifier(image_shape=(129, 128)).fit(np.zeros((2, 3)), [0, 1])


@pytest.mark.parametrize("shape", [(8,), (8, 8, 3, 1), (0, 8), "8x8", (8.0, 8), (True, 8), 64])
def test_a_shape_that_is_none_is_refused(shape: Any) -> None:
    X, y = pictures()
    with pytest.raises(ParameterError, match="'image_shape'"):
        ImageClassifier(image_shape=shape).fit(X.reshape(40, 64), y)


def test_a_shape_that_does_not_fit_is_refused() -> None:
    X, y = pictures()
    flat = X.reshape(40, 64)
    for images, shape in ((flat, None), (flat, (8, 9)), (X, (4, 16))):
        with pytest.raises(ParameterError, match="'image_shape'"):
            ImageClassifier(image_shape=shape).fit(images, y)
    model = ImageClassifier(**SMALL).fit(X, y)
    for other in (X.reshape(40, 4, 16), X[:, :7], X[..., None].repeat(3, axis=3)):
        with pytest.raises(PredictionError, match="images of"):
            model.predict(other)
    with pytest.raises(PredictionError, match="64 columns"):
        model.predict(flat[:, :63])


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_missing_and_infinite_pixels_are_refused(value: float) -> None:
    from ml_analytics import DataProcessingError

    X, y = pictures()
    model = ImageClassifier(**SMALL).fit(X, y)
    X[3, 2, 1] = value
    with pytest.raises(PredictionError):
        model.predict(X)
    with pytest.raises(DataProcessingError):
        ImageClassifier(**SMALL).fit(X, y)


def test_blank_images_are_learnt_from() -> None:
    model = ImageClassifier(**SMALL).fit(np.ones((4, 5, 5)), [0, 1, 0, 1])
    np.testing.assert_allclose(model.predict_proba(np.ones((1, 5, 5))), 0.5, atol=0.2)
