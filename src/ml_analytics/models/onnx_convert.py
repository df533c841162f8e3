"""From a fitted estimator to ONNX, by the converters of its family; their chatter stays here."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

OPSET = 18
"""The ONNX operator set of what is written for scikit-learn estimators."""

XGBOOST_OPSET = 15
"""The newest operator set that the converters of XGBoost and LightGBM know."""

INPUT = "input"
"""The name of the one input: float32 (n_samples, n_features)."""


def estimator_to_onnx(estimator: Any, width: int, *, classifier: bool) -> bytes:
    """Return a scikit-learn estimator (or pipeline) over ``width`` float32 columns as ONNX."""
    import onnxmltools  # noqa: F401 - before skl2onnx: it must be the first to import onnx
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType

    last = estimator[-1] if hasattr(estimator, "steps") else estimator
    options = {id(last): {"zipmap": False}} if classifier else None
    with _quietly():
        proto = to_onnx(
            estimator,
            initial_types=[(INPUT, FloatTensorType([None, width]))],
            options=options,
            target_opset={"": OPSET, "ai.onnx.ml": 3},
        )
    return bytes(proto.SerializeToString())


def booster_to_onnx(booster: Any, width: int) -> bytes:
    """Return an XGBoost Booster over ``width`` float32 columns as ONNX."""
    import onnxmltools
    from onnxmltools.convert.common.data_types import FloatTensorType

    with _quietly():
        proto = onnxmltools.convert_xgboost(
            booster,
            name="booster",  # without a name it draws a random one: the same model, other bytes
            initial_types=[(INPUT, FloatTensorType([None, width]))],
            target_opset=XGBOOST_OPSET,
        )
    return bytes(proto.SerializeToString())


def leafwise_to_onnx(booster: Any, width: int) -> bytes:
    """Return a LightGBM Booster over ``width`` float32 columns as ONNX; its thresholds must be 32-bit floats."""
    import onnxmltools
    from onnxmltools.convert.common.data_types import FloatTensorType

    with _quietly():
        proto = onnxmltools.convert_lightgbm(
            booster,
            name="booster",
            initial_types=[(INPUT, FloatTensorType([None, width]))],
            target_opset=XGBOOST_OPSET,
            zipmap=False,
        )
    return bytes(proto.SerializeToString())


@contextmanager
def _quietly() -> Iterator[None]:
    """Silence the converters' warnings about their own dependencies and versions, nothing of ours."""
    logger = logging.getLogger("skl2onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            for module in ("skl2onnx", "onnxmltools", "onnxconverter_common", "onnx", "xgboost", "lightgbm"):
                warnings.filterwarnings("ignore", module=rf"{module}(\..*)?$")
            yield
    finally:
        logger.setLevel(level)
