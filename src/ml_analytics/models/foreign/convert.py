"""What the child process does: foreign bytes in, bytes of a model file of this package out."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import pandas as pd

from ...core.columns import ColumnKind
from ...core.errors import ModelLoadError, UnsafeArtifactError
from ...core.signature import Field, Signature
from ..archive import pack
from ..base import BaseModel
from ..formats import dump_model, load_model
from ..wrapped import wrap

ASKED = (1, 256)
"""How many rows the model is asked for: what grows with them shows."""


def adopt(data: bytes, options: dict[str, Any]) -> bytes:
    """Return the model in ``data`` as a model file, after it has answered; nothing where it is one already."""
    if options["kind"] == "mla":
        _ask(load_model(data))
        return b""
    reader: Callable[..., BaseModel] = {
        "xgboost": _xgboost,
        "lightgbm": _lightgbm,
        "onnx": _onnx,
        "skops": _skops,
    }[options["kind"]]
    model = reader(data, options.get("classes"), options.get("names"))
    _ask(model)
    return dump_model(model)


def _ask(model: Any) -> None:
    """Ask for answers to made-up rows; the answer does not matter, only that the process lives."""
    signature = getattr(model, "signature", None)
    if signature is None:
        return
    for rows in ASKED:
        table = pd.DataFrame({one.name: [_value(one)] * rows for one in signature.inputs})
        with suppress(Exception):
            model.predict(table)
        if hasattr(model, "predict_proba"):
            with suppress(Exception):
                model.predict_proba(table)


def _value(one: Field) -> Any:
    if one.kind is ColumnKind.NUMBER:
        return one.minimum if one.minimum is not None else 0.0
    return {
        ColumnKind.BOOLEAN: True,
        ColumnKind.TIME: pd.Timestamp("2020-01-01"),
        ColumnKind.CATEGORY: one.categories[0] if one.categories else "a",
    }.get(one.kind, "a few words of text")


def _signature(names: Sequence[str], classes: int, labels: Sequence[Any] | None, nullable: bool) -> Signature:
    inputs = tuple(Field(str(name), ColumnKind.NUMBER, nullable) for name in names)
    if classes == 0:
        if labels:
            raise ModelLoadError("The model in the file gives numbers, so it has no classes. Got some.")
        return Signature(inputs, "number")
    found = tuple(labels) if labels else tuple(range(classes))
    if len(found) != classes or len(set(map(str, found))) != classes:
        raise ModelLoadError(f"The model in the file has {classes} classes. Got {len(found)} labels.")
    return Signature(inputs, "class", found)


def _columns(given: Sequence[str] | None, own: Sequence[str] | None, width: int) -> list[str]:
    found = list(given or own or [f"x{index}" for index in range(width)])
    if len(found) != width or len(set(found)) != width:
        raise ModelLoadError(f"The model in the file has {width} columns. Got {len(set(found))} names.")
    return found


def _xgboost(data: bytes, labels: Sequence[Any] | None, names: Sequence[str] | None) -> BaseModel:
    import xgboost

    from ..tabular.booster import BOOSTER, booster_to_bytes
    from ..tabular.booster_check import check_booster
    from ..tabular.xgboost import XGBoostModel, XGBoostRegressorModel

    booster = xgboost.Booster({"nthread": 1})
    booster.load_model(bytearray(data))
    best = booster.attr("best_iteration")
    if best is not None:  # stopped early: its owner answers with the rounds up to the best one
        booster = booster[: int(best) + 1]
    width = int(booster.num_features())
    own = list(booster.feature_names) if booster.feature_names else None
    booster.feature_names = None
    booster.feature_types = None
    ours = booster_to_bytes(booster)
    check_booster(ours)
    settings = json.loads(booster.save_config())["learner"]
    objective = settings["objective"]["name"]
    classes = {"reg:squarederror": 0, "binary:logistic": 2}.get(
        objective, int(settings["learner_model_param"]["num_class"])
    )
    kind = XGBoostModel if classes else XGBoostRegressorModel
    model: BaseModel = kind(n_estimators=booster.num_boosted_rounds())
    model.signature = _signature(_columns(names, own, width), classes, labels, nullable=True)
    model._restore({BOOSTER: ours})
    return model


def _lightgbm(data: bytes, labels: Sequence[Any] | None, names: Sequence[str] | None) -> BaseModel:
    import lightgbm

    from ..tabular.lightgbm import LightGBMModel, LightGBMRegressorModel
    from ..tabular.lightgbm_text import MODEL, model_text

    booster = lightgbm.Booster(model_str=data.decode())
    width = int(booster.num_feature())
    own = [str(one) for one in booster.feature_name()]
    per_round = int(booster.num_model_per_iteration())
    text = model_text(booster)
    lines = text.split("\n")
    objective = next((line for line in lines if line.startswith("objective=")), "")
    classes = 0 if objective.startswith("objective=regression") else max(2, per_round)
    plain_names = " ".join(f"Column_{index}" for index in range(width))
    text = "\n".join(
        f"feature_names={plain_names}" if one.startswith("feature_names=") else one for one in lines
    )
    kind = LightGBMModel if classes else LightGBMRegressorModel
    model: BaseModel = kind(n_estimators=max(1, booster.current_iteration()))
    model.signature = _signature(_columns(names, own, width), classes, labels, nullable=True)
    model._restore({MODEL: text.encode()})
    return model


def _onnx(data: bytes, labels: Sequence[Any] | None, names: Sequence[str] | None) -> BaseModel:
    from ..onnx_model import OnnxModel
    from .graph import plain_graph

    graph, width, classes, own = plain_graph(data)
    signature = _signature(_columns(names, None, width), classes, labels or own, nullable=False)
    return OnnxModel.of(graph, signature)


def _skops(data: bytes, labels: Sequence[Any] | None, names: Sequence[str] | None) -> BaseModel:
    from ..skops_store import canonical_files, estimator_from_bytes

    files: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            if entry.filename in files:
                raise UnsafeArtifactError("The files in an archive must have different names. Got one twice.")
            files[entry.filename] = archive.read(entry)
    return wrap(estimator_from_bytes(pack(canonical_files(files))))
