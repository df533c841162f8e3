"""Foreign files in, models out."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ...core.canonical import plain
from ...core.errors import ModelLoadError, ParameterError
from ..base import BaseModel
from ..factory import ModelFactory
from ..formats import load_model, open_model
from ..reading import read_file
from .kinds import kind_of
from .limits import Limits
from .trial import run_limited

_WITHOUT_LABELS = ("xgboost", "lightgbm", "onnx")


def import_model(
    source: str | Path | bytes,
    *,
    classes: Sequence[Any] | None = None,
    names: Sequence[str] | None = None,
    limits: Limits | None = None,
) -> BaseModel:
    """Return the model in a file that was made elsewhere, after a process that may die has looked at it.

    Known are XGBoost (``.ubj``, ``.json``), LightGBM (``.txt``), ONNX, skops, and our own ``.mla``; the first bytes say
    which. The child process reads the file with its library, asks for an answer, and writes it as a model file of
    this package; that file, never the foreign one, is what this process loads.

    Args:
        source: a path, or the bytes.
        classes: the labels in the order of the model's columns, for formats that keep none (0, 1, … without).
        names: the names of the columns, for formats that may keep none (those in the file, else x0, x1, …).
        limits: memory, CPU and time of the child process.

    Raises:
        UnsafeArtifactError: the file ended the child process, took more than the limits, or could harm.
        ModelLoadError: absent, damaged, or not a model that is known here.
        ParameterError: ``classes`` or ``names`` for a file that has its own.
    """
    data = source if isinstance(source, bytes) else read_file(Path(source))
    kind = kind_of(data)
    given = {
        "classes": list(classes) if classes is not None else None,
        "names": list(names) if names else None,
    }
    if kind not in _WITHOUT_LABELS and (one := next((key for key, value in given.items() if value), None)):
        raise ParameterError.of(one, "import_model", f"absent: a {kind} file has its own", given[one])
    if kind == "mla" and _known_here_only(data):
        return _model(
            load_model(data)
        )  # the child knows no such type: it was registered by code of this process
    ours = run_limited(
        "ml_analytics.models.foreign.convert:adopt", data, plain({"kind": kind, **given}), limits or Limits()
    )
    return _model(load_model(ours or data))


def _known_here_only(data: bytes) -> bool:
    """Say whether the model, or one that it is made of, is of a type that another process does not know."""
    manifest, files = open_model(data)
    if not ModelFactory.is_known_everywhere(manifest["model_type"]):
        return True
    parts = (one for one in files.values() if one.startswith(b"PK\x03\x04"))
    for part in parts:
        with suppress(ModelLoadError):  # an archive of another kind
            if _known_here_only(part):
                return True
    return False


def _model(value: Any) -> BaseModel:
    if not isinstance(value, BaseModel):
        raise ModelLoadError(f"The file must hold a BaseModel. Got {type(value).__name__}.")
    return value
