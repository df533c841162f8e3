"""What a fitted model is made of, as files: the default that most families never have to override.

scikit-learn's convention names fitted attributes with a trailing underscore. Each one becomes a file by its
kind: arrays ``.npy``, scikit-learn estimators ``.skops``, everything else plain JSON in ``state.json``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from ..core.canonical import canonical_json
from ..core.errors import ModelSaveError, UnsafeArtifactError
from .arrays import array_from_bytes, array_to_bytes
from .skops_store import estimator_from_bytes, estimator_to_bytes

STATE = "state.json"


def fitted_names(model: object) -> list[str]:
    """Return the names of the fitted attributes, sorted."""
    return sorted(name for name in vars(model) if name.endswith("_") and not name.startswith("_"))


def state_to_files(model: object) -> dict[str, bytes]:
    """Return the fitted attributes of ``model`` as files.

    Raises:
        ModelSaveError: an attribute is neither an array, a scikit-learn estimator nor plain JSON.
    """
    files: dict[str, bytes] = {}
    plain: dict[str, Any] = {}
    for name in fitted_names(model):
        value = getattr(model, name)
        if isinstance(value, np.ndarray) and not value.dtype.hasobject:
            files[f"{name}.npy"] = array_to_bytes(value)
        elif isinstance(value, BaseEstimator) and type(value).__module__.startswith("sklearn."):
            files[f"{name}.skops"] = estimator_to_bytes(value)
        else:
            plain[name] = value
    files[STATE] = json_exactly(plain, f"a fitted attribute of {type(model).__name__}")
    return files


def state_from_files(model: object, files: Mapping[str, bytes]) -> None:
    """Set the fitted attributes that :func:`state_to_files` wrote."""
    for name, data in files.items():
        stem, _, kind = name.rpartition(".")
        if name == STATE:
            for key, value in read_json(data).items():
                _set(model, key, value)
        elif kind == "npy":
            _set(model, stem, array_from_bytes(data))
        elif kind == "skops":
            _set(model, stem, estimator_from_bytes(data))
        else:
            raise UnsafeArtifactError(f"A model file must hold known kinds of files. Got '{name}'.")


def json_exactly(value: Mapping[str, Any], what: str) -> bytes:
    """Return canonical JSON, or say which entry JSON would change (a tuple, NaN, a number as key)."""
    for key, one in value.items():
        if not _is_plain(one):
            raise ModelSaveError(
                f"The value '{key}' ({what}) must be an array, a scikit-learn estimator or plain JSON. "
                f"Got {type(one).__name__}."
            )
    return canonical_json(dict(value)).encode()


def _is_plain(value: Any) -> bool:
    """Say whether JSON gives the value back as it is (NumPy scalars come back as Python's)."""
    if isinstance(value, (float, np.floating)):
        return bool(np.isfinite(value))
    if value is None or isinstance(value, (str, bool, int, np.bool_, np.integer)):
        return True
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(one) for key, one in value.items())
    return isinstance(value, list) and all(_is_plain(one) for one in value)


def read_json(data: bytes) -> dict[str, Any]:
    """Read a JSON object from a model file: every number in it is finite."""
    try:
        value = json.loads(data, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise UnsafeArtifactError("The JSON in a model file must be readable. Got other bytes.") from error
    if not isinstance(value, dict):
        raise UnsafeArtifactError("The JSON in a model file must be an object. Got another value.")
    return value


def _finite(text: str) -> float:
    """Read a number; NaN and Infinity are none of JSON, and 1e400 is infinite."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _set(model: object, name: str, value: Any) -> None:
    # Only fitted attributes: a file must not be able to replace a method or a parameter.
    if (
        not name.isidentifier()
        or not name.endswith("_")
        or name.startswith("_")
        or hasattr(type(model), name)
    ):
        raise UnsafeArtifactError(f"A model file must set fitted attributes only. Got '{name[:80]}'.")
    setattr(model, name, value)
