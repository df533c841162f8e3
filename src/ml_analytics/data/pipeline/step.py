"""A step: a function whose parameters are named after earlier steps, inputs of the run, or fixed values."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.core.names import identifier

from .fingerprints import function_fingerprint, value_fingerprint

_NAMED = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.KEYWORD_ONLY,
)


class StepError(DataProcessingError):
    """A step of a pipeline failed; ``step`` names it, ``__cause__`` is what it raised."""

    def __init__(self, message: str, pipeline: str = "", step: str = "") -> None:
        super().__init__(message)
        self.pipeline = pipeline
        self.step = step


@dataclass(frozen=True, slots=True)
class PipelineStep:
    """A named function of a pipeline.

    Args:
        name: of the step and of its output.
        function: returns a table, an array, bytes, JSON values, or a mapping of names to these.
        inputs: which step or input a parameter takes, where it has another name: ``{"frame": "load"}``.
        parameters: fixed values of parameters: ``{"window": 20}``. Changing one runs the step again.
        version: by default the function's own fingerprint; text that you change when what the function
            does changes. It then stands for the function (needed where that, or what it uses, has no fingerprint).
    """

    name: str
    function: Callable[..., Any]
    inputs: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    version: str | None = None

    def __post_init__(self) -> None:
        identifier(self.name, "name", "PipelineStep")
        if not callable(self.function) or inspect.iscoroutinefunction(self.function):
            raise ParameterError.of("function", f"the step '{self.name}'", "a plain function", self.function)
        unknown = (set(self.inputs) | set(self.parameters)) - set(self.takes())
        if unknown:
            raise ParameterError.of(
                "inputs",
                f"the step '{self.name}'",
                f"named like its parameters {self.takes()}",
                sorted(unknown),
            )

    def takes(self) -> list[str]:
        """Return the names of the function's parameters."""
        return [one.name for one in self._signature() if one.kind in _NAMED]

    def sources(self) -> dict[str, str]:
        """Return what each parameter that is not fixed takes: the name of a step or an input."""
        return {name: self.inputs.get(name, name) for name in self.takes() if name not in self.parameters}

    def optional(self) -> set[str]:
        """Return the parameters that have a default."""
        return {one.name for one in self._signature() if one.default is not inspect.Parameter.empty}

    def code(self) -> str:
        """Return the fingerprint of what the step does: its function (or version) and its fixed parameters."""
        does = (
            f"version {self.version}"
            if self.version is not None
            else function_fingerprint(self.function, self.name)
        )
        fixed = value_fingerprint(
            dict(sorted(self.parameters.items())), "parameters", f"the step '{self.name}'"
        )
        return f"{does} {fixed}"

    def run(self, values: Mapping[str, Any], pipeline: str) -> Any:
        """Call the function.

        Raises:
            StepError: it raised; what it raised is the cause.
        """
        given = {**values, **self.parameters}
        first = [
            given.pop(one.name)
            for one in self._signature()
            if one.kind is inspect.Parameter.POSITIONAL_ONLY and one.name in given
        ]
        try:
            return self.function(*first, **given)
        except Exception as error:
            said = " ".join(str(error).split())[:300].rstrip(".")
            raise StepError(
                f"The step '{self.name}' of the pipeline '{pipeline}' failed: {type(error).__name__}: {said}.",
                pipeline,
                self.name,
            ) from error

    def _signature(self) -> list[inspect.Parameter]:
        try:
            return list(inspect.signature(self.function).parameters.values())
        except (TypeError, ValueError) as error:
            raise ParameterError.of(
                "function", f"the step '{self.name}'", "a function with a signature", self.function
            ) from error
