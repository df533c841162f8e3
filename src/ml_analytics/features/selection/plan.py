"""What a selection shall do: the parameters of the selector, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...core.errors import ParameterError
from .methods import check_methods
from .stability import Folds
from .target import TASKS


@dataclass(frozen=True, slots=True)
class Plan:
    """The parameters of :class:`ml_analytics.features.FeatureSelector`, and on whose behalf errors are worded."""

    methods: tuple[str, ...]
    n_features: int | None
    threshold: float | None
    max_correlation: float
    folds: Folds
    min_stability: float
    n_jobs: int | None
    seed: int
    owner: str


def read_plan(parameters: Mapping[str, Any], owner: str) -> Plan:
    """Check the parameters (all of them, by name).

    Raises:
        ParameterError: one is not usable; the sentence names it.
    """
    methods = check_methods(parameters["method"], owner)
    if parameters["n_features"] is not None:
        _whole(parameters, "n_features", 1, owner)
    for name in ("max_correlation", "min_stability", "max_missing"):
        if not _is_number(parameters[name]) or not 0 <= parameters[name] <= 1:
            raise ParameterError.of(name, owner, "a number from 0 to 1", parameters[name])
    if parameters["threshold"] is not None and not _is_number(parameters["threshold"]):
        raise ParameterError.of("threshold", owner, "a number or None", parameters["threshold"])
    if parameters["task"] not in TASKS:
        raise ParameterError.of("task", owner, f"one of {', '.join(TASKS)}", parameters["task"])
    if parameters["n_jobs"] is not None:
        _whole(parameters, "n_jobs", -1, owner)
    return Plan(
        methods,
        parameters["n_features"],
        parameters["threshold"],
        parameters["max_correlation"],
        Folds(_whole(parameters, "n_folds", 2, owner), _whole(parameters, "horizon", 0, owner)),
        parameters["min_stability"],
        parameters["n_jobs"],
        _whole(parameters, "random_state", 0, owner),
        owner,
    )


def _whole(parameters: Mapping[str, Any], name: str, least: int, owner: str) -> int:
    value = parameters[name]
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and value >= least:
        return int(value)
    must = "a positive whole number" if least == 1 else f"a whole number of at least {least}"
    raise ParameterError.of(name, owner, must, value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool) and not np.isnan(value)
