"""The one writer and the one loader of models. Nothing is ever unpickled.

A model file (suffix ``.mla``) is a canonical zip (:mod:`.archive`) of ``manifest.json`` and the family's own
files. The manifest names the type, the parameters, the signature, and the SHA-256 and size of every file;
all are checked before a native loader sees a byte. The class comes from :class:`ModelFactory` by type name,
never from an import path in the file.
"""

from __future__ import annotations

from typing import Any

from ..core.canonical import sha256
from ..core.environment import library_versions
from ..core.errors import (
    IntegrityError,
    MLFrameworkError,
    ModelLoadError,
    ModelSaveError,
    ParameterError,
    UnsafeArtifactError,
)
from ..core.signature import Signature
from .archive import pack, unpack
from .factory import ModelFactory
from .state import json_exactly, read_json

FORMAT = 1
"""The number of the format; a reader refuses numbers it does not know."""

SUFFIX = ".mla"
"""The suffix of model files on disk."""

_MANIFEST = "manifest.json"
_KEYS = {"format", "model_type", "task", "params", "signature", "files", "libraries"}


def dump_model(model: Any) -> bytes:
    """Return a fitted model as bytes. The same model gives the same bytes.

    >>> import numpy as np
    >>> from ml_analytics.models import ModelFactory, load_model
    >>> model = ModelFactory.create("linear").fit(np.array([[0.0], [1.0], [2.0]]), [1.0, 3.0, 5.0])
    >>> load_model(dump_model(model)).predict(np.array([[3.0]])).round(6)
    array([7.])

    Raises:
        ModelSaveError: not fitted, of a class that is not registered, or holding what cannot be stored.
    """
    owner = type(model).__name__
    if not hasattr(model, "_state"):
        raise ModelSaveError(f"A model to store must be a BaseModel (wrap() makes one). Got {owner}.")
    model_type = ModelFactory.type_of(model)
    if model_type is None:
        raise ModelSaveError(
            f"The class {owner} must be registered before it is stored: ModelFactory.register('name', {owner})."
        )
    if not model.is_fitted:
        raise ModelSaveError(f"A model to store must be fitted. Got a {owner} that is not.")
    files = model._state()
    manifest = {
        "format": FORMAT,
        "model_type": model_type,
        "task": model.task,
        "params": read_json(json_exactly(model._stored_params(), f"a parameter of {owner}")),
        "signature": model.signature.to_json() if model.signature is not None else None,
        "files": {name: {"sha256": sha256(data), "size": len(data)} for name, data in files.items()},
        "libraries": library_versions(),
    }
    return pack({**files, _MANIFEST: json_exactly(manifest, "the manifest")})


def load_model(data: bytes) -> Any:
    """Return the model that :func:`dump_model` wrote, ready to predict.

    Raises:
        UnsafeArtifactError: a pickle, a foreign archive, a bomb, a file with foreign types.
        IntegrityError: bytes that are not the ones that were written.
        ModelLoadError: a newer format, or a type that is not registered here.
        ParameterError: not bytes; ``read_model`` reads a file.
    """
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise ParameterError.of("data", "load_model", "bytes (read_model(path) reads a file)", data)
    manifest, files = open_model(data)
    try:
        model = ModelFactory.create(manifest["model_type"], **manifest["params"])
        signature = manifest["signature"]
        model.signature = Signature.from_json(signature) if signature is not None else None
        model._restore(files)
    except ModelLoadError:
        raise
    except MLFrameworkError as error:
        raise ModelLoadError(f"The stored model cannot be restored: {error}") from error
    except Exception as error:  # whatever a library says to bytes that it did not write
        raise ModelLoadError(f"The stored model cannot be restored: {_one_line(error)}.") from error
    return model


def read_manifest(data: bytes) -> dict[str, Any]:
    """Return the manifest of a model file without restoring the model; digests are checked."""
    return open_model(data)[0]


def open_model(data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the manifest and the files of a model file, digests checked, without restoring the model."""
    files = unpack(data, _MANIFEST)
    manifest = _manifest(files)
    _check_digests(manifest["files"], files)
    return manifest, files


def _manifest(files: dict[str, bytes]) -> dict[str, Any]:
    """Take the manifest out of ``files`` and check its form."""
    manifest = read_json(files.pop(_MANIFEST))
    if manifest.get("format") != FORMAT:
        raise ModelLoadError(f"A model file must have format {FORMAT}. Got {manifest.get('format')!r}.")
    sound = (
        set(manifest) == _KEYS
        and isinstance(manifest["model_type"], str)
        and isinstance(manifest["params"], dict)
        and isinstance(manifest["files"], dict)
    )
    if not sound:
        raise UnsafeArtifactError("The manifest of a model file must have its fields. Got others.")
    return manifest


def _one_line(error: Exception) -> str:
    said = " ".join(str(error).split())[:200].rstrip(".")
    return said or type(error).__name__


def _check_digests(declared: dict[str, Any], files: dict[str, bytes]) -> None:
    if set(declared) != set(files):
        raise IntegrityError("A model file must hold the files of its manifest, no more and no fewer.")
    for name, data in files.items():
        if declared[name] != {"sha256": sha256(data), "size": len(data)}:
            raise IntegrityError(f"The file '{name}' of the model is not the one that was written.")
