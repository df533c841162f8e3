"""Models from files on disk: ours always, pickles only when the caller vouches for them in Python."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from ..core.errors import MLFrameworkError, ModelLoadError, UnsafeArtifactError
from .archive import MAX_BYTES
from .base import BaseModel
from .formats import load_model
from .wrapped import wrap

PICKLES = (".joblib", ".pkl", ".pickle", ".joblib.gz")
"""Suffixes of files that run code when they are read."""


def read_model(path: str | Path, trusted: bool = False) -> BaseModel:
    """Return the model in a file.

    A ``.joblib`` or ``.pkl`` file runs code when it is read, so it is refused unless ``trusted=True`` says in
    Python that its author is trusted; the scikit-learn estimator in it is then wrapped. No other way into
    the package (HTTP, command line, configuration) can say so.

    Raises:
        UnsafeArtifactError: a pickle without ``trusted=True``, or an unsafe model file.
        ModelLoadError: absent, damaged or not a model.
    """
    file = Path(path)
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise UnsafeArtifactError(f"A model file must have at most {MAX_BYTES} bytes. Got {size}.")
        data = file.read_bytes()
    except OSError as error:
        raise ModelLoadError(f"Cannot read the model file '{file.name}': {error.strerror}.") from error
    if not file.name.lower().endswith(PICKLES):
        return _model(load_model(data), file)
    if not trusted:
        raise UnsafeArtifactError(
            f"The file '{file.name}' is a pickle, which runs code when it is read. Pass trusted=True in Python "
            "if you trust its author, and save it again as .mla."
        )
    import joblib

    try:
        found: Any = joblib.load(io.BytesIO(data))
        return found if isinstance(found, BaseModel) else wrap(found)
    except MLFrameworkError as error:
        raise ModelLoadError(
            f"The file '{file.name}' must hold a fitted scikit-learn estimator: {error}"
        ) from error
    except Exception as error:
        raise ModelLoadError(f"The file '{file.name}' cannot be read: {type(error).__name__}.") from error


def _model(value: Any, file: Path) -> BaseModel:
    if not isinstance(value, BaseModel):
        raise ModelLoadError(f"The file '{file.name}' must hold a BaseModel. Got {type(value).__name__}.")
    return value
