"""Models from files on disk: our own here, pickles only when the caller vouches for them in Python.

What was made elsewhere comes in through :func:`import_model`, which has a process of its own read it first.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from ..core.errors import MLFrameworkError, ModelLoadError, UnsafeArtifactError
from .archive import MAX_BYTES
from .base import BaseModel
from .formats import load_model
from .wrapped import wrap

PICKLES = (".joblib", ".pkl", ".pickle", ".joblib.gz", ".pt", ".pth", ".sav")
"""Suffixes of files that run code when they are read."""


def read_model(path: str | Path, trusted: bool = False) -> BaseModel:
    """Return the model in a file that :meth:`BaseModel.save` wrote; for others there is :func:`import_model`.

    A ``.joblib`` or ``.pkl`` file runs code when it is read, so it is refused unless ``trusted=True`` says in
    Python that its author is trusted; the scikit-learn estimator in it is then wrapped. No other way into
    the package (HTTP, command line, configuration) can say so.

    Raises:
        UnsafeArtifactError: a pickle without ``trusted=True``, or an unsafe model file.
        ModelLoadError: absent, damaged or not a model.
    """
    file = Path(path)
    if not _is_pickle(file):
        return _model(load_model(read_file(file)), file)
    if not trusted:
        raise _refused(file)
    import joblib

    try:
        found: Any = joblib.load(io.BytesIO(_bytes(file)))
        return found if isinstance(found, BaseModel) else wrap(found)
    except MLFrameworkError as error:
        raise ModelLoadError(
            f"The file '{file.name}' must hold a fitted scikit-learn estimator: {error}"
        ) from error
    except Exception as error:
        raise ModelLoadError(f"The file '{file.name}' cannot be read: {type(error).__name__}.") from error


def read_file(file: Path) -> bytes:
    """Return the bytes of a model file; what is checked and what is loaded are these bytes.

    Raises:
        UnsafeArtifactError: too large, or a pickle by its name.
        ModelLoadError: absent or unreadable.
    """
    if _is_pickle(file):
        raise _refused(file)
    return _bytes(file)


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise ModelLoadError(f"Cannot read the model file '{file.name}': {error.strerror}.") from error
    if len(data) > MAX_BYTES:
        raise UnsafeArtifactError(
            f"A model file must have at most {MAX_BYTES} bytes. '{file.name}' has more."
        )
    return data


def _is_pickle(file: Path) -> bool:
    return file.name.lower().endswith(PICKLES)


def _refused(file: Path) -> UnsafeArtifactError:
    return UnsafeArtifactError(
        f"The file '{file.name}' is a pickle, which runs code when it is read. Pass trusted=True to read_model in "
        "Python if you trust its author, and save it again as .mla."
    )


def _model(value: Any, file: Path) -> BaseModel:
    if not isinstance(value, BaseModel):
        raise ModelLoadError(f"The file '{file.name}' must hold a BaseModel. Got {type(value).__name__}.")
    return value
