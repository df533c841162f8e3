"""Laws of keeping: what is stored and compiled answers as before, and damage is noticed."""

from __future__ import annotations

import numpy as np

from ...core.errors import ModelLoadError, ModelSaveError, PredictionError
from ..base import BaseModel
from ..compile import TOLERANCE, compile_onnx
from ..formats import dump_model, load_model
from ..onnx_predictor import OnnxPredictor
from .example import answers, fitted, hold, is_numeric, make_data, refuses, same

_FLIPS = 40


def dump_and_load_change_nothing(family: type[BaseModel]) -> None:
    """A stored model answers exactly as before, and stores to the same bytes again."""
    model, X, _ = fitted(family)
    data = dump_model(model)
    loaded = load_model(data)
    same(answers(model, X), answers(loaded, X), "after loading")
    hold(dump_model(loaded) == data, "stored again, the bytes differ")
    hold(loaded.signature == model.signature, "the signature was not kept")


def a_flipped_byte_is_noticed(family: type[BaseModel]) -> None:
    """Bytes that are not the ones that were written are refused, wherever they differ."""
    data = bytearray(dump_model(fitted(family)[0]))
    generator = np.random.default_rng(0)
    for at in {0, len(data) - 1, *generator.integers(0, len(data), _FLIPS).tolist()}:
        data[at] ^= 0x40
        refuses(lambda: load_model(bytes(data)), ModelLoadError, f"byte {at} flipped: loading")
        data[at] ^= 0x40


def compiled_equals_native(family: type[BaseModel]) -> None:
    """What compiles answers alike on rows never seen; what does not says why."""
    model, X, _ = fitted(family)
    result = compile_onnx(model, X, clock=None)
    hold(result.note, "a note is missing")
    if result.onnx is None or model.signature is None:
        return
    fresh, _ = make_data(model, seed=1)
    compiled = OnnxPredictor(result.onnx, model.signature)
    hold(compiled.predict(fresh).dtype == model.predict(fresh).dtype, "answers of another type")
    if model.task in ("regression", "forecasting"):
        hold(
            np.allclose(compiled.predict(fresh), model.predict(fresh), rtol=TOLERANCE, atol=TOLERANCE),
            "the answers differ",
        )
        return
    hold((compiled.predict(fresh) == model.predict(fresh)).all(), "labels differ")
    if model.task == "classification":
        hold(
            np.abs(compiled.predict_proba(fresh) - model.predict_proba(fresh)).max() <= TOLERANCE,
            "the answers differ",
        )


def flags_and_holes_are_kept(family: type[BaseModel]) -> None:
    """With true and false among numbers, and missing values that matter, a model is stored and compiles as without.

    Where training takes missing values they stand where the answer is one of two, so that splits on "missing or
    not" are learnt.
    """
    model, X, y = fitted(family)
    if not is_numeric(X):
        return
    first = X[X.columns[0]]
    odd = X.assign(flag=first.to_numpy() > first.median())
    if model.handles_missing:
        other = X[X.columns[1]]
        odd[X.columns[1]] = other.mask((first > first.quantile(0.6)) & (np.arange(len(X)) % 5 > 0))
    model.fit(odd, y)
    found = answers(model, odd)
    hold(all(np.isfinite(one).all() for one in found if one.dtype.kind == "f"), "answers are not finite")
    same(found, answers(load_model(dump_model(model)), odd), "after loading")
    plain = compile_onnx(family._small().fit(X, y), X, clock=None)
    result = compile_onnx(model, odd, clock=None)
    hold(
        (plain.onnx is None) == (result.onnx is None),
        f"without flags and holes: {plain.note} With: {result.note}",
    )


def unfitted_says_so(family: type[BaseModel]) -> None:
    """A model that has learnt nothing neither answers nor is stored."""
    model = family._small()
    X, _ = make_data(model)
    refuses(lambda: model.predict(X), PredictionError, "predicting unfitted")
    refuses(lambda: dump_model(model), ModelSaveError, "storing unfitted")
