"""What a family can be set to: each parameter of a constructor is described once, in the class.

A description says what the parameter means, which values are taken, and, where it is worth tuning, where to
search. ``fit`` refuses other values by it, a search draws from it, documentation is made from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..core.errors import ParameterError


class Hyperparameter(Protocol):
    """One parameter: :class:`Integer`, :class:`Real`, :class:`Choice`, :class:`Either` or :class:`Given`."""

    @property
    def about(self) -> str:
        """What it does, in a few words."""
        ...

    @property
    def must_be(self) -> str:
        """Which values are taken, in words."""
        ...

    @property
    def tunable(self) -> bool:
        """Whether it has a range to search."""
        ...

    def accepts(self, value: object) -> bool:
        """Say whether ``value`` is taken."""
        ...

    def sample(self, generator: np.random.Generator) -> Any:
        """Draw a value from the range to search."""
        ...

    def suggest(self, trial: Any, name: str) -> Any:
        """Ask an Optuna trial for a value from the range to search."""
        ...


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number in [low, high]; ``search`` are the ends to tune between, ``log`` evenly by ratio."""

    about: str
    low: int = 1
    high: int | None = None
    search: tuple[int, int] | None = None
    log: bool = False
    optional: bool = False

    @property
    def must_be(self) -> str:
        """Which values are taken, in words."""
        return _words("a whole number", f"from {self.low}", self.high, self.optional)

    @property
    def tunable(self) -> bool:
        """Whether it has a range to search."""
        return self.search is not None

    def accepts(self, value: object) -> bool:
        """Say whether ``value`` is taken.

        >>> [Integer("trees", low=1).accepts(value) for value in (5, 0, True, None, 2.0)]
        [True, False, False, False, False]
        """
        if value is None:
            return self.optional
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        return whole and self.low <= int(value) <= (math.inf if self.high is None else self.high)  # type: ignore[call-overload]

    def sample(self, generator: np.random.Generator) -> int:
        """Draw a value from the range to search."""
        low, high = _searched(self.search)
        if self.log:
            return int(np.clip(round(math.exp(generator.uniform(math.log(low), math.log(high)))), low, high))
        return int(generator.integers(low, high + 1))

    def suggest(self, trial: Any, name: str) -> int:
        """Ask an Optuna trial for a value from the range to search."""
        low, high = _searched(self.search)
        return int(trial.suggest_int(name, low, high, log=self.log))


@dataclass(frozen=True, slots=True)
class Real:
    """A finite number from ``low`` (``above`` leaves ``low`` itself out) to ``high``; else as :class:`Integer`."""

    about: str
    low: float = 0.0
    high: float | None = None
    above: bool = False
    search: tuple[float, float] | None = None
    log: bool = False
    optional: bool = False

    @property
    def must_be(self) -> str:
        """Which values are taken, in words."""
        start = f"above {self.low:g}" if self.above else f"from {self.low:g}"
        return _words("a number", start, self.high, self.optional)

    @property
    def tunable(self) -> bool:
        """Whether it has a range to search."""
        return self.search is not None

    def accepts(self, value: object) -> bool:
        """Say whether ``value`` is taken.

        >>> [Real("step", above=True, high=1).accepts(value) for value in (0.1, 0.0, 1, float("nan"), "0.1")]
        [True, False, True, False, False]
        """
        if value is None:
            return self.optional
        if not isinstance(value, (int, float, np.number)) or isinstance(value, bool):
            return False
        number = float(value)
        within = number > self.low if self.above else number >= self.low
        return within and number <= (math.inf if self.high is None else self.high) and math.isfinite(number)

    def sample(self, generator: np.random.Generator) -> float:
        """Draw a value from the range to search."""
        low, high = _searched(self.search)
        if self.log:
            return float(np.clip(math.exp(generator.uniform(math.log(low), math.log(high))), low, high))
        return float(generator.uniform(low, high))

    def suggest(self, trial: Any, name: str) -> float:
        """Ask an Optuna trial for a value from the range to search."""
        low, high = _searched(self.search)
        return float(trial.suggest_float(name, low, high, log=self.log))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of ``options``; ``search`` are those to try when it is tuned."""

    about: str
    options: tuple[Any, ...]
    search: tuple[Any, ...] | None = None

    @property
    def must_be(self) -> str:
        """Which values are taken, in words."""
        return f"one of {', '.join(map(repr, self.options))}"

    @property
    def tunable(self) -> bool:
        """Whether it has a range to search."""
        return self.search is not None

    def accepts(self, value: object) -> bool:
        """Say whether ``value`` is taken (``True`` is not 1).

        >>> [Choice("kind", ("a", 1, None)).accepts(value) for value in ("a", True, None, "b")]
        [True, False, True, False]
        """
        return any(type(value) is type(one) and value == one for one in self.options)

    def sample(self, generator: np.random.Generator) -> Any:
        """Draw a value from the range to search."""
        options = _searched(self.search)
        return options[int(generator.integers(len(options)))]

    def suggest(self, trial: Any, name: str) -> Any:
        """Ask an Optuna trial for a value from the range to search."""
        return trial.suggest_categorical(name, list(_searched(self.search)))


@dataclass(frozen=True, slots=True)
class Either:
    """What one of several descriptions takes; the first one that can be tuned is the one that is searched."""

    about: str
    ways: tuple[Hyperparameter, ...]

    @property
    def must_be(self) -> str:
        """Which values are taken, in words."""
        return ", or ".join(way.must_be for way in self.ways)

    @property
    def tunable(self) -> bool:
        """Whether it has a range to search."""
        return any(way.tunable for way in self.ways)

    def accepts(self, value: object) -> bool:
        """Say whether ``value`` is taken."""
        return any(way.accepts(value) for way in self.ways)

    def sample(self, generator: np.random.Generator) -> Any:
        """Draw a value from the range to search."""
        return next(way for way in self.ways if way.tunable).sample(generator)

    def suggest(self, trial: Any, name: str) -> Any:
        """Ask an Optuna trial for a value from the range to search."""
        return next(way for way in self.ways if way.tunable).suggest(trial, name)


@dataclass(frozen=True, slots=True)
class Given:
    """A value that is given and never searched (a mapping, a list of members); ``check`` says whether it fits.

    A ``required`` one has no default that fits: the constructor's is ``None`` and ``fit`` asks for a value.
    """

    about: str
    must_be: str
    check: Callable[[Any], bool]
    required: bool = False
    tunable: bool = False

    def accepts(self, value: object) -> bool:
        """Say whether ``value`` is taken."""
        return bool(self.check(value))

    def sample(self, generator: np.random.Generator) -> Any:
        """Refuse: there is no range to search."""
        raise ParameterError.of("search", "Hyperparameter", "a range to draw from", None)

    def suggest(self, trial: Any, name: str) -> Any:
        """Refuse: there is no range to search."""
        raise ParameterError.of("search", "Hyperparameter", "a range to draw from", None)


SEED = Integer(
    "seed of everything random; None is 0, so results repeat", low=0, high=2**32 - 1, optional=True
)
"""The description of every ``random_state``."""

THREADS = Either(
    "threads in training (None: one; -1: all cores)",
    (Integer("threads", optional=True), Choice("all", (-1,))),
)
"""The description of every ``n_jobs``."""


def check_hyperparameters(model: Any) -> None:
    """Raise a ParameterError for the first parameter of ``model`` that its description does not take."""
    described: Mapping[str, Hyperparameter] = model.hyperparameters
    for name, value in model.get_params(deep=False).items():
        if name in described and not described[name].accepts(value):
            raise ParameterError.of(name, type(model).__name__, described[name].must_be, value)


def _words(kind: str, start: str, high: float | None, optional: bool) -> str:
    end = "" if high is None else f" to {high:g}"
    return f"{kind} {start}{end}{', or None' if optional else ''}"


def _searched(search: Any) -> Any:
    if search is None:
        raise ParameterError.of("search", "Hyperparameter", "a range to draw from", None)
    return search
