"""The members of an ensemble: described by type name and parameters, fitted, asked, and stored inside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import (
    DataProcessingError,
    MLFrameworkError,
    ModelSaveError,
    ParameterError,
    PredictionError,
    UnsafeArtifactError,
)
from ...core.signature import Signature
from ..base import BaseModel
from ..factory import ModelFactory
from ..formats import dump_model, load_model
from ..state import json_exactly

MAX_MEMBERS = 50
"""The most members of one ensemble."""

MAX_DEPTH = 3
"""How many levels of ensembles may stand in one another."""

MAX_BYTES = 1 << 30
"""The most bytes that the members of an ensemble may have together when stored."""

MUST_BE = f"1 to {MAX_MEMBERS} pairs (type name, mapping of its parameters), or None"
"""What ``members`` must be, in words."""

_depth: ContextVar[int] = ContextVar("depth of ensembles", default=0)


def are_members(value: object) -> bool:
    """Say whether ``value`` describes members: pairs of a type name and parameters that JSON can hold.

    >>> are_members([("logistic", {"C": 0.5}), ("xgboost", {})]), are_members(["logistic"]), are_members([])
    (True, False, False)
    """
    if value is None:
        return True
    listed = isinstance(value, (list, tuple)) and 1 <= len(value) <= MAX_MEMBERS
    return listed and all(is_member(one) and one is not None for one in value)  # type: ignore[attr-defined]


def is_member(value: object) -> bool:
    """Say whether ``value`` describes one member (or is ``None``)."""
    if value is None:
        return True
    if not (isinstance(value, (list, tuple)) and len(value) == 2):
        return False
    name, params = value
    if not isinstance(name, str) or not isinstance(params, Mapping):
        return False
    try:
        json_exactly(as_json(params), "parameters of a member")
    except (ModelSaveError, TypeError, AttributeError, RecursionError):
        return False
    return True


def as_json(value: Any) -> Any:
    """Return ``value`` with mappings and sequences as JSON has them."""
    if isinstance(value, Mapping):
        return {key: as_json(one) for key, one in value.items()}
    return [as_json(one) for one in value] if isinstance(value, (list, tuple)) else value


def build(described: Sequence[Any], task: str, parameter: str, owner: str) -> list[BaseModel]:
    """Return new, unfitted members.

    Raises:
        ParameterError: an unknown type or parameter, or a model of another task.
    """
    members = []
    for name, params in described:
        member = ModelFactory.create(name, **dict(params))
        if getattr(member, "task", None) != task:
            raise ParameterError.of(parameter, owner, f"models of the task '{task}'", name)
        members.append(member)
    return members


def check_members(members: Sequence[BaseModel], signature: Signature, X: pd.DataFrame) -> None:
    """Refuse what a member cannot learn from before any of them is trained."""
    for member in members:
        member._check_training(signature, X, f"{type(member).__name__}.fit (a member)")


def fit_member(
    member: BaseModel,
    X: pd.DataFrame,
    y: np.ndarray,
    signature: Signature,
    sample_weight: np.ndarray | None = None,
) -> BaseModel:
    """Fit a member on rows of the ensemble's table, and let it take missing values where the ensemble does."""
    with one_level_down(ParameterError, "The 'members' parameter of an ensemble"):
        member.fit(X, y, sample_weight=sample_weight)
    if member.signature is not None:
        # A part of the rows may have no missing value where another part has one. The rest is the member's own:
        # codes of categories are those of the rows it learnt from.
        both = zip(member.signature.inputs, signature.inputs, strict=True)
        inputs = tuple(replace(own, nullable=all_rows.nullable) for own, all_rows in both)
        member.signature = Signature(inputs, signature.output, member.signature.classes)
    return member


def answers(member: BaseModel, X: pd.DataFrame, classes: int) -> np.ndarray:
    """Return (n_samples, classes) probabilities, or (n_samples, 1) numbers where ``classes`` is 0.

    A class that the member has never seen has probability 0.
    """
    if not classes:
        return np.asarray(member.predict(X), dtype=np.float64)[:, None]
    if not hasattr(member, "predict_proba"):
        votes = np.zeros((len(X), classes))
        votes[np.arange(len(X)), member.predict(X).astype(np.int64)] = 1.0
        return votes
    shares = np.zeros((len(X), classes))
    shares[:, member.classes_.astype(np.int64)] = member.predict_proba(X)
    return shares


def importance_shares(model: BaseModel, names: Sequence[str]) -> np.ndarray | None:
    """Return a model's importances as shares of their sum, in the order of ``names``; ``None`` without any."""
    try:
        found = model.feature_importance()
    except PredictionError:
        return None
    values = np.abs([found[name] for name in names])
    total = values.sum()
    return values / total if total > 0 else np.full(len(values), 1.0 / len(values))


def weighted_importance(
    members: Sequence[BaseModel], weights: np.ndarray, names: Sequence[str]
) -> tuple[str, np.ndarray] | None:
    """Return the weighted mean of the members' importances; ``None`` unless every member has its own."""
    shares = [importance_shares(member, names) for member in members]
    known = [one for one in shares if one is not None]
    if len(known) < len(shares):
        return None
    methods = ", ".join(sorted({member.feature_importance().method for member in members}))
    return f"weighted mean of the members' shares ({methods})", np.average(known, axis=0, weights=weights)


def members_to_files(members: Mapping[str, BaseModel]) -> dict[str, bytes]:
    """Return each member as a model file of its own, ``{name}.mla``.

    Raises:
        ModelSaveError: ensembles too deep in one another, or too many bytes.
    """
    with one_level_down(ModelSaveError, "An ensemble to store"):
        files = {f"{name}.mla": dump_model(member) for name, member in members.items()}
    total = sum(map(len, files.values()))
    if total > MAX_BYTES:
        raise ModelSaveError(f"The members of an ensemble must have at most {MAX_BYTES} bytes. Got {total}.")
    return files


def members_from_files(names: Sequence[str], files: Mapping[str, bytes]) -> dict[str, BaseModel]:
    """Read what :func:`members_to_files` wrote, through the one loader.

    Raises:
        UnsafeArtifactError: other files, ensembles too deep in one another, or too many bytes.
    """
    wanted = {f"{name}.mla" for name in names}
    stored = {name for name in files if name.endswith(".mla")}
    if wanted != stored or len(names) > MAX_MEMBERS + 1:
        raise UnsafeArtifactError("A stored ensemble must hold its members, no more and no fewer.")
    if sum(len(files[name]) for name in stored) > MAX_BYTES:
        raise UnsafeArtifactError(f"The members of an ensemble must have at most {MAX_BYTES} bytes.")
    with one_level_down(UnsafeArtifactError, "A stored ensemble"):
        return {name: load_model(files[f"{name}.mla"]) for name in names}


def check_restored(member: Any, names: Sequence[str], task: str, classes: int) -> None:
    """Refuse a stored member that answers another question than the ensemble asks.

    Raises:
        UnsafeArtifactError: another task, other inputs, or classes that the ensemble does not have.
    """
    signature = getattr(member, "signature", None)
    fits = (
        isinstance(member, BaseModel)
        and signature is not None
        and member.task == task
        and signature.names == tuple(names)
        and all(type(one) is int and 0 <= one < classes for one in signature.classes)
    )
    if not fits:
        raise UnsafeArtifactError("A member of a stored ensemble must fit its inputs and classes.")


@contextmanager
def one_level_down(error: type[MLFrameworkError], what: str) -> Iterator[None]:
    """Count ensembles inside ensembles and refuse more than :data:`MAX_DEPTH` levels."""
    level = _depth.get() + 1
    if level > MAX_DEPTH:
        raise error(f"{what} must be at most {MAX_DEPTH} levels deep. Got more.")
    token = _depth.set(level)
    try:
        yield
    finally:
        _depth.reset(token)


def too_few(what: str, owner: str, got: int) -> DataProcessingError:
    """Return the error of a table that is too short."""
    return DataProcessingError(f"The 'X' parameter of {owner} must have {what}. Got {got} sample(s).")
