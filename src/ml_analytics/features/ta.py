"""TA-Lib's functions, called without the interpreter lock: threads compute columns side by side.

``ta.SMA(close, timeperiod=20)`` takes and returns what ``talib.SMA`` does, bit for bit, from the same copy of
the C library. Where that library does not show its functions (another platform's build), TA-Lib's own wrapper
answers, correct and on one core.

>>> import numpy as np
>>> from ml_analytics.features import ta
>>> ta.SMA(np.array([1.0, 2.0, 3.0, 5.0]), timeperiod=2).tolist()
[nan, 1.5, 2.5, 4.0]
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn

import numpy as np
import talib
from numpy.typing import NDArray
from talib import _ta_lib, abstract

from ..core.errors import ParameterError

_POINTER, _INT, _DOUBLE = ctypes.c_void_p, ctypes.c_int, ctypes.c_double
_POSITIONS = frozenset({"MAXINDEX", "MININDEX", "MINMAXINDEX"})  # count from the array's beginning


def __getattr__(name: str) -> Callable[..., NDArray[np.float64]]:
    # Several results come as a tuple of arrays; for a reader of types it unpacks alike.
    if name.startswith("_") or name not in _names():
        raise AttributeError(f"TA-Lib has no function '{name}'.")
    made = _made(name)
    globals()[name] = made  # found directly from now on
    return made


@cache
def _names() -> frozenset[str]:
    return frozenset(talib.get_functions())  # type: ignore[no-untyped-call]


@cache
def _made(name: str) -> Callable[..., Any]:
    wrapper: Callable[..., Any] = getattr(talib, name)
    library = ctypes.CDLL(_ta_lib.__file__)
    if name in _POSITIONS or not hasattr(library, f"TA_{name}"):
        return wrapper
    return Function(name, wrapper, library)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one set of parameters comes to."""

    values: tuple[float, ...]
    lookback: int


@dataclass(frozen=True, eq=False, slots=True)
class Unread:
    """Stands for an input that may be handed on to one function and not be looked at; see :mod:`.single_call`."""

    name: str
    __array_ufunc__ = None  # NumPy refuses to compute with it

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("An input that stands for another cannot be read.")

    @property
    def _numba_type_(self) -> NoReturn:  # numba would try to compile for it first
        raise TypeError("An input that stands for another cannot be read.")


@dataclass(frozen=True, eq=False, slots=True)
class Promise:
    """What ``function`` gives for inputs of which one is :class:`Unread`: the result number ``at``, not computed."""

    function: Function
    plan: Plan
    inputs: tuple[Any, ...]
    at: int


class Function:
    """One C function: inputs by position, parameters by name, results as arrays of the inputs' length.

    Attributes:
        inputs: how many it takes.
        kinds: the kinds of its results, float64 or int32.
        options: C's kinds of its parameters.
        address: where its machine code is.
    """

    def __init__(self, name: str, wrapper: Callable[..., Any], library: ctypes.CDLL) -> None:
        info = abstract.Function(name).info  # type: ignore[attr-defined]
        self.__name__ = name
        self._defaults: dict[str, float] = dict(info["parameters"])
        self.inputs = sum(1 if isinstance(one, str) else len(one) for one in info["input_names"].values())
        shown = wrapper(*[np.ones(2)] * self.inputs)
        self.kinds = tuple(one.dtype for one in (shown if isinstance(shown, tuple) else (shown,)))
        self.options = tuple(
            _DOUBLE if isinstance(value, float) else _INT for value in self._defaults.values()
        )
        self._call, self._lookback = library[f"TA_{name}"], library[f"TA_{name}_Lookback"]
        self.address = ctypes.cast(self._call, _POINTER).value
        self._lookback.argtypes = self.options
        self._unstable = library["TA_GetUnstablePeriod"]
        self._call.argtypes = [
            _INT, _INT, *[_POINTER] * self.inputs, *self.options, _POINTER, _POINTER,
            *[_POINTER] * len(self.kinds),
        ]  # fmt: skip
        self._plans: dict[tuple[tuple[str, float], ...], Plan] = {}

    def __call__(self, *inputs: NDArray[np.float64], **parameters: float) -> Any:
        """Compute; leading NaN of any input are passed over, as TA-Lib's wrapper does."""
        plan = self.plan(parameters)
        self.require_stable(plan)
        if len(inputs) != self.inputs:
            raise ParameterError.of("inputs", self.__name__, f"{self.inputs} arrays", len(inputs))
        if Unread in map(type, inputs):
            promised = tuple(Promise(self, plan, inputs, at) for at in range(len(self.kinds)))
            return promised if len(promised) > 1 else promised[0]
        arrays = [np.ascontiguousarray(one, np.float64) for one in inputs]
        length = len(arrays[0])
        if any(one.shape != (length,) for one in arrays):
            raise ParameterError.of(
                "inputs", self.__name__, "flat and of one length", [a.shape for a in arrays]
            )
        first = max(_first_value(one) for one in arrays)
        start = min(first + plan.lookback, length)
        results = [room(length, kind) for kind in self.kinds]
        for one in results:
            one[:start] = np.nan if one.dtype == np.float64 else 0
        if start < length:
            self.run(
                plan,
                length - first,
                [one.ctypes.data + first * one.itemsize for one in arrays],
                [one.ctypes.data + start * one.itemsize for one in results],
            )
        return tuple(results) if len(results) > 1 else results[0]

    def plan(self, parameters: dict[str, float]) -> Plan:
        """Return what ``parameters`` come to; others have TA-Lib's defaults."""
        key = tuple(parameters.items())
        return self._plans.get(key) or self._planned(key, parameters)

    def run(self, plan: Plan, length: int, inputs: list[int], results: list[int]) -> None:
        """Compute ``length`` bars; ``results`` are the addresses of the first values, that of bar ``plan.lookback``.

        The addresses must be those of arrays that are long enough: nothing looks after them here.
        """
        begun, made = _INT(), _INT()
        code = self._call(
            0, length - 1, *inputs, *plan.values, ctypes.addressof(begun), ctypes.addressof(made), *results
        )
        if code:
            self.refuse(plan)

    def refuse(self, plan: Plan) -> NoReturn:
        """Raise what TA-Lib's refusal of parameters means."""
        raise ParameterError.of(
            "parameters",
            self.__name__,
            "in TA-Lib's range",
            dict(zip(self._defaults, plan.values, strict=True)),
        )

    def require_stable(self, plan: Plan) -> None:
        """Refuse to compute when someone has set an unstable period since ``plan`` was made."""
        if self._lookback(*plan.values) != plan.lookback:
            self._refuse_unstable_period()

    def _planned(self, key: tuple[tuple[str, float], ...], parameters: dict[str, float]) -> Plan:
        for name in parameters:
            if name not in self._defaults:
                raise ParameterError.of(
                    "parameters", self.__name__, f"among {', '.join(self._defaults)}", name
                )
        values = tuple({**self._defaults, **parameters}.values())
        plan = Plan(values, self._lookback(*values))
        if plan.lookback < 0:
            raise ParameterError.of("parameters", self.__name__, "in TA-Lib's range", parameters)
        # No function has an unstable period of its own unless someone set one; ids are few.
        if any(self._unstable(number) for number in range(64)):
            self._refuse_unstable_period()
        self._plans[key] = plan
        return plan

    def _refuse_unstable_period(self) -> NoReturn:
        # It would shift every result, and a room measured before it was set would no longer fit.
        raise ParameterError(
            f"TA-Lib's unstable periods must be 0 for {self.__name__}: call talib.set_unstable_period('ALL', 0)."
        )


class _Rooms(threading.local):
    """Large result arrays of this thread, for use again; ``None`` outside of :func:`reusing`."""

    held: list[NDArray[Any]] | None = None


_ROOMS = _Rooms()
_LARGE = 16_384  # values; smaller arrays cost nothing to get


@contextlib.contextmanager
def reusing() -> Iterator[None]:
    """Let this thread's results take the memory of results that nobody holds any more.

    New memory of many megabytes is handed out page by page by the system, which takes as long as computing.
    """
    before, _ROOMS.held = _ROOMS.held, []
    try:
        yield
    finally:
        _ROOMS.held = before


def _references(held: list[NDArray[Any]], at: int) -> int:
    return sys.getrefcount(held[at])


_UNUSED = _references([np.empty(1)], 0)
"""What the count is for an array that only its list holds; interpreters differ in what they count along."""


def room(length: int, kind: Any) -> NDArray[Any]:
    """Return an array with anything in it, inside of :func:`reusing` one that nobody holds any more."""
    held = _ROOMS.held
    if length < _LARGE or held is None:
        return np.empty(length, kind)
    for at in range(len(held)):
        if _references(held, at) == _UNUSED and len(held[at]) == length and held[at].dtype == kind:
            return held[at]
    made = np.empty(length, kind)
    held.append(made)
    return made


def _first_value(values: NDArray[np.float64]) -> int:
    if not len(values) or values[0] == values[0]:  # NaN is not equal to itself; NumPy takes longer to say so
        return 0
    known = ~np.isnan(values)
    return int(np.argmax(known)) if known.any() else len(values)
