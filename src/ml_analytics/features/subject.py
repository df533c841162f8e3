"""What a leak certificate speaks of, as one hash: the bars, what was declared, and the code that computes it."""

from __future__ import annotations

from collections.abc import Iterable
from types import CodeType
from typing import Any

from ..core.ohlcv import OHLCV
from .cache import content_hash, keyed
from .indicator import Indicator
from .under_test import UnderTest


def subject_of(bars: UnderTest, columns: Iterable[str], made_by: object) -> str:
    """Return the hash of bars, their times and symbols, of the columns, and of what :func:`declared` or
    :func:`described` says of what makes them; the code of this package's features is always in it.
    """
    arrays = [
        array
        for one, times in zip(bars.series, bars.times, strict=True)
        for array in (times.as_unit("ns").asi8, *(one[name] for name in OHLCV))
    ]
    return keyed(content_hash(arrays), (bars.symbols, tuple(columns), made_by))


def declared(indicators: Iterable[Indicator]) -> tuple[object, ...]:
    """Return the declarations of indicators: columns, inputs, parameters, warm-ups."""
    return tuple(
        (one.columns, one.inputs, tuple(sorted(one.parameters.items())), one.warm_up) for one in indicators
    )


def described(function: Any) -> tuple[object, ...]:
    """Return the name of a function and what its compiled code does, the same in every process.

    What the function calls and what it holds from outside (a closure, a global) is not in it, but for the names.

    >>> described(lambda f: f + 1)[1:] == described(lambda f: f + 1)[1:] != described(lambda f: f + 2)[1:]
    True
    """
    plain = getattr(function, "__func__", function)
    owner = type(plain) if getattr(plain, "__qualname__", None) is None else plain
    code = getattr(plain, "__code__", None)
    return f"{owner.__module__}.{owner.__qualname__}", _of_code(code) if isinstance(code, CodeType) else ()


def _of_code(code: CodeType) -> tuple[object, ...]:
    return code.co_code, code.co_names, tuple(map(_of_constant, code.co_consts))


def _of_constant(value: object) -> object:
    if isinstance(value, CodeType):  # its text would name a place in memory
        return _of_code(value)
    if isinstance(value, frozenset):  # its order differs from process to process
        return sorted(map(repr, value))
    if isinstance(value, tuple):
        return tuple(map(_of_constant, value))
    return repr(value)
