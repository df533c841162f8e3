"""What an indicator is: a small frozen declaration around one compute function over float64 arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..core.errors import ParameterError
from .stepping.recent import Recent, State, Step, Stepper

Array: TypeAlias = NDArray[np.float64]
Bars: TypeAlias = Mapping[str, Array]
"""Validated bars: ``open high low close volume``, float64, one length, finite (see :mod:`.bars`)."""

Compute: TypeAlias = Callable[..., Array | tuple[Array, ...]]
"""Takes the input arrays by position and the parameters by name; returns one array per column
(whole numbers are taken too; the table holds float64)."""

_LONGEST = 5_000  # bars that a parameter may name
SCALE_FREE_UNITS = frozenset({"fraction", "percent", "signal"})


@dataclass(frozen=True, slots=True)
class Template:
    """What an entry was made from: its columns' patterns, and what makes another of other parameters."""

    columns: tuple[str, ...]
    make: Callable[[Mapping[str, float]], Indicator]
    least: int = 2

    @property
    def free(self) -> tuple[str, ...]:
        """The parameters that stand in the columns' names: others would give two columns one name."""
        found = (field for name in self.columns for _, field, _, _ in Formatter().parse(name) if field)
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Indicator:
    """One entry of the catalogue: one or several columns that one compute function makes from bars.

    Attributes:
        family: the name that a configuration uses (``sma`` stands for every period).
        group: ``trend``, ``momentum``, ``volatility``, ``volume``, ``returns``, ``relative``,
            ``microstructure`` or ``patterns``.
        columns: the column names, in the order in which ``compute`` returns them.
        inputs: which of ``open high low close volume`` are handed to ``compute``, in order.
        compute: called with at least ``warm_up + 1`` bars; the value at bar t rests on bars up to t only.
        warm_up: how many leading bars are NaN, exactly; after them every value is finite.
        unit: ``price``, ``volume``, ``fraction`` (0.01 is one percent), ``percent`` (0 to 100 or -100 to 100),
            ``signal`` (-200 … 200, 0 is none), ``per_currency``, ``degrees`` (of an angle, on the scale of
            prices) or ``index`` (begins at a number that was chosen once, such as 1000).
        formula: how a value comes about.
        source: ``TA-Lib NAME``, or the paper and why the code is our own.
        parameters: what ``compute`` is called with.
        aliases: other names of the family that a configuration may use.
        stepper: makes the step that gives the same values bar by bar (see :mod:`.stepping`); called with
            ``parameters``. Without one a stream keeps the whole series and computes it anew at each bar.
        reach: how many recent bars a step looks at, if more than ``warm_up + 1``.
        optional: made only when a configuration names it: slow, with a long warm-up, or close to others.
        cumulative: never forgets where the series begins, so a series begun on another day gives other values;
            all others agree with it to 1e-6 after 3,000 bars at the latest (GARCH, where it is fitted on the same
            bars).

    >>> from ml_analytics.features import catalogue
    >>> rsi = next(one for one in catalogue() if "rsi_14" in one.columns)
    >>> rsi.group, rsi.warm_up, rsi.unit, rsi.scale_free
    ('momentum', 14, 'percent', True)
    """

    family: str
    group: str
    columns: tuple[str, ...]
    inputs: tuple[str, ...]
    compute: Compute
    warm_up: int
    unit: str
    formula: str
    source: str
    parameters: Mapping[str, float] = field(default_factory=dict, hash=False)
    aliases: tuple[str, ...] = ()
    stepper: Stepper | None = None
    reach: int = 0
    optional: bool = False
    cumulative: bool = False
    template: Template | None = field(default=None, compare=False, repr=False)

    def with_parameters(self, **parameters: int) -> Indicator:
        """Return the same indicator with other parameters, such as ``period=30``.

        Raises:
            ParameterError: it has no such parameter, or the value is no whole number from 2 to 5000 (a few begin
                later).

        >>> from ml_analytics.features import catalogue
        >>> sma = catalogue("trend")[0].with_parameters(period=30)
        >>> sma.columns, sma.warm_up
        (('sma_30',), 29)
        """
        free = () if self.template is None else self.template.free
        least = 2 if self.template is None else self.template.least
        for name, value in parameters.items():
            if name not in free:
                has = f"among {', '.join(free)}" if free else "absent: it has none to choose"
                raise ParameterError.of("parameters", self.family, has, name)
            if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _LONGEST:
                raise ParameterError.of(
                    name, self.family, f"a whole number from {least} to {_LONGEST}", value
                )
        if self.template is None:
            return self
        return self.template.make({**self.parameters, **parameters})

    @property
    def looks_at(self) -> int | None:
        """How many recent bars a step needs; ``None`` is all of them."""
        return None if self.stepper is None else max(self.reach, self.warm_up + 1)

    def step(self) -> Step:
        """Return what gives the values bar by bar; meaningless during the warm-up."""
        return self._recomputed if self.stepper is None else self.stepper(**self.parameters)

    def _recomputed(self, state: State, recent: Recent) -> tuple[State, tuple[float, ...]]:
        if recent.bar < self.warm_up:
            return None, (np.nan,) * len(self.columns)
        with np.errstate(all="ignore"):
            result = self.compute(
                *(np.array(getattr(recent, name)) for name in self.inputs), **self.parameters
            )
        return None, tuple(float(one[-1]) for one in (result if isinstance(result, tuple) else (result,)))

    @property
    def scale_free(self) -> bool:
        """True when it knows no level: neither of prices or volumes nor of a sum since the first bar.

        Multiplying all prices, or all volumes, by a constant changes nothing then.
        """
        return self.unit in SCALE_FREE_UNITS and not self.cumulative

    def write(self, bars: Bars, out: Array) -> None:
        """Write the columns into ``out`` of shape (n_bars, n_columns).

        The warm-up is NaN; with no bar beyond the warm-up everything is, and ``compute`` is not called.
        """
        out[: self.warm_up] = np.nan
        if len(out) <= self.warm_up:
            return
        result = self.compute(*(bars[name] for name in self.inputs), **self.parameters)
        for position, column in enumerate(result if isinstance(result, tuple) else (result,)):
            out[self.warm_up :, position] = column[self.warm_up :]

    def values(self, bars: Bars) -> dict[str, Array]:
        """Return the columns by name, each of shape (n_bars,)."""
        out = np.empty((len(bars["close"]), len(self.columns)), order="F")
        with np.errstate(all="ignore"):
            self.write(bars, out)
        return {name: out[:, position] for position, name in enumerate(self.columns)}


def declare(
    family: str,
    group: str,
    columns: Sequence[str],
    inputs: Sequence[str],
    compute: Compute,
    *,
    warm_up: int | Callable[..., int],
    unit: str,
    formula: str,
    source: str,
    aliases: Sequence[str] = (),
    stepper: Stepper | None = None,
    reach: int | Callable[..., int] = 0,
    optional: bool = False,
    cumulative: bool = False,
    least: int = 2,
    over: Sequence[Mapping[str, float]] = ({},),
) -> tuple[Indicator, ...]:
    """Declare a family: one :class:`Indicator` for each set of parameters in ``over``.

    ``columns`` and ``formula`` are patterns (``"sma_{period}"``); ``warm_up`` and ``reach`` are a number of
    bars or a function of the parameters; ``least`` is the smallest parameter that anyone may choose.
    """

    def made(parameters: Mapping[str, float]) -> Indicator:
        return Indicator(
            family=family,
            group=group,
            columns=tuple(name.format(**parameters) for name in columns),
            inputs=tuple(inputs),
            compute=compute,
            warm_up=warm_up(**parameters) if callable(warm_up) else warm_up,
            unit=unit,
            formula=formula.format(**parameters),
            source=source,
            parameters=MappingProxyType(dict(parameters)),
            aliases=tuple(aliases),
            stepper=stepper,
            reach=reach(**parameters) if callable(reach) else reach,
            optional=optional,
            cumulative=cumulative,
            template=Template(tuple(columns), made, least) if callable(warm_up) else None,
        )

    return tuple(made(parameters) for parameters in over)


def periods(*values: int) -> tuple[dict[str, float], ...]:
    """Return the parameter sets of a family that differs in ``period`` only.

    >>> periods(7, 14)
    ({'period': 7}, {'period': 14})
    """
    return tuple({"period": value} for value in values)


def ratio(numerator: Array, denominator: Array, neutral: float, floor: float = 0.0) -> Array:
    """Divide; where the denominator is ``floor`` or less in size (nothing to compare with), ``neutral``.

    NaN stays NaN.
    """
    nothing = np.abs(denominator) <= floor
    return np.where(nothing, neutral, numerator / np.where(nothing, 1.0, denominator))
