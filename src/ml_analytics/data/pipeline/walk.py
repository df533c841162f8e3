"""The walk through a value or a function and all it is made of; ``fingerprints`` says what is covered."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import logging
import re
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path, PurePath
from types import (
    BuiltinFunctionType,
    EllipsisType,
    FunctionType,
    GenericAlias,
    MappingProxyType,
    MethodType,
    ModuleType,
    NotImplementedType,
    UnionType,
)
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import pyarrow as pa

from ml_analytics.core.canonical import sha256

from .bytecode import code_parts, global_names
from .content import OpaqueError, array_parts, path_parts, table_parts
from .members import imported_name, installed, members

_EXACT = (type(None), bool, int, str, bytes, bytearray, Decimal, Fraction, complex, range, slice, UUID)
_SHOWN = (datetime, date, time, timedelta, np.generic, np.dtype, pa.DataType, pa.Field)
_SHOWN_TYPES = (EllipsisType, NotImplementedType, GenericAlias, UnionType, type(pd.NaT), type(pd.NA))
_SEQUENCES = (list, tuple, deque)
_MAPPINGS = (dict, OrderedDict, Counter, defaultdict, MappingProxyType)
_LRU = type(functools.lru_cache(len))


def digest(parts: Iterable[str]) -> str:
    """Return the hash of parts."""
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass"))


class Walk:
    """One walk: ``_seen`` are the functions and classes it met, ``_open`` the containers and objects it is in."""

    def __init__(self, seen: Mapping[int, tuple[int, Any]] | None = None, inside: Iterable[int] = ()) -> None:
        self._seen = dict(seen or {})
        self._open = list(inside)

    def function(self, function: Any) -> Iterator[str]:
        """Yield what the function of a step is."""
        if isinstance(function, BuiltinFunctionType):
            raise OpaqueError("builtin function")
        yield from self.value(function, whole=True)

    def value(self, value: Any, home: str | None = None, *, whole: bool = False) -> Iterator[str]:  # noqa: PLR0912 - one line a kind
        """Yield what a value is.

        ``home`` is the module of the function that uses it: what that module defines is followed. With no
        ``home``, or where it is a part of something (``whole``), all is followed that no installed package defines.
        """
        kind = type(value)
        if kind in _EXACT or isinstance(value, _SHOWN) or kind in _SHOWN_TYPES:
            yield f"{kind.__name__} {value!r}"
        elif kind is float:
            yield f"float {value.hex()}"
        elif isinstance(value, Path):
            yield from path_parts(value)
        elif isinstance(value, np.ndarray):
            yield from array_parts(value)
        elif isinstance(value, type):
            yield from self._class(value, home, whole=whole)
        elif (name := imported_name(value)) and _by_name(value.__module__, home, whole=whole):
            yield f"named {name}"
        elif isinstance(value, FunctionType):
            yield from self._function(value)
        elif isinstance(value, (ModuleType, np.ufunc)):
            yield f"named {kind.__name__} {value.__name__}"
        elif isinstance(value, logging.Logger):
            yield f"logger {value.name}"
        elif isinstance(value, re.Pattern):
            yield f"pattern {value.pattern!r} {value.flags}"
        elif kind.__module__.startswith(("typing", "polars.datatypes")) or (
            isinstance(value, (tzinfo, PurePath)) and installed(kind.__module__)
        ):
            yield f"{kind.__name__} {value!r}"
        else:
            if id(value) in self._open:
                yield f"inside {len(self._open) - self._open.index(id(value))}"
                return
            self._open.append(id(value))
            yield from self._made_of(value, home)
            self._open.pop()

    def _made_of(self, value: Any, home: str | None) -> Iterator[str]:  # noqa: PLR0912 - one line a kind
        kind = type(value)
        if kind in _SEQUENCES:
            yield f"{kind.__name__} {len(value)}"
            for one in value:
                yield from self.value(one, home)
        elif kind in _MAPPINGS:
            yield f"{kind.__name__} {len(value)}"
            if kind is defaultdict:
                yield from self.value(value.default_factory, home)
            for key, one in value.items():
                yield from self.value(key, home)
                yield from self.value(one, home)
        elif kind in (set, frozenset):
            yield f"set {sorted(digest(Walk(self._seen, self._open).value(one, home)) for one in value)}"
        elif isinstance(value, functools.partial):
            yield "partial"
            for one in (value.func, value.args, value.keywords):
                yield from self.value(one, home, whole=True)
        elif isinstance(value, MethodType):
            yield "method"
            yield from self.value(value.__self__, home)
            yield from self.value(value.__func__, home, whole=True)
        elif kind is _LRU:
            yield f"lru_cache {value.cache_parameters()}"
            yield from self.value(value.__wrapped__, home, whole=True)
        elif isinstance(value, BuiltinFunctionType):
            yield f"builtin {value.__name__}"
            if not isinstance(value.__self__, (ModuleType, type(None))):
                yield from self.value(value.__self__, home)
        elif _may_be_table(value):
            for part in table_parts(value):
                if isinstance(part, str):
                    yield part
                else:
                    yield from self.value(part, home)
        else:
            yield from self._object(value, home)

    def _function(self, function: FunctionType) -> Iterator[str]:
        if (again := self._again(function)) is not None:
            yield again
            return
        own = str(function.__globals__.get("__name__", ""))
        yield "function"
        yield from code_parts(function.__code__, self.value)
        for value in (function.__defaults__, function.__kwdefaults__):
            yield from self.value(value, own, whole=True)
        for cell in function.__closure__ or ():
            with contextlib.suppress(ValueError):  # not bound yet
                inside = cell.cell_contents
                yield "cell"
                yield from self.value(inside, own, whole=True)
        for name, value in sorted(vars(function).items()):
            yield f"attribute {name}"
            yield from self.value(value, own, whole=True)
        if installed(own):
            return
        for name in sorted(set(global_names(function.__code__))):
            if name in function.__globals__:
                yield f"global {name}"
                yield from self.value(function.__globals__[name], own)

    def _class(self, cls: type, home: str | None, *, whole: bool) -> Iterator[str]:
        yield f"class {cls.__module__}.{cls.__qualname__}"
        if _by_name(cls.__module__, home, whole=whole):
            return
        if (again := self._again(cls)) is not None:
            yield again
            return
        if type(cls) is not type:
            yield from self.value(type(cls), cls.__module__)
        for base in cls.__mro__[1:]:
            yield from self._class(base, home, whole=whole)
        for name, member in members(cls):
            yield f"member {name}"
            yield from self.value(member, cls.__module__, whole=True)

    def _object(self, value: Any, home: str | None) -> Iterator[str]:
        """Yield class and state; refuse an object that has, or may have, more state than it shows."""
        kind = type(value)
        yield "object"
        yield from self._class(kind, home, whole=False)
        if isinstance(value, Enum):
            yield f"enum {value.name}"
            yield from self.value(value.value, home)
        elif dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                yield field.name
                yield from self.value(getattr(value, field.name, None), home)
            yield from self.value({**getattr(value, "__dict__", {})}, home)
        else:
            for part in _state(value):
                yield from self.value(part, home)

    def _again(self, value: Any) -> str | None:
        if id(value) in self._seen:
            return f"again {self._seen[id(value)][0]}"
        self._seen[id(value)] = (len(self._seen), value)
        return None


def _by_name(module: str, home: str | None, *, whole: bool) -> bool:
    """Say whether the name is enough of a function or class that ``module`` defines."""
    return module != home and (not (home is None or whole) or installed(module))


def _may_be_table(value: Any) -> bool:
    """Say whether a value is a table; another library's kind is known by its module."""
    return isinstance(value, (pd.DataFrame, pd.Series)) or (
        type(value).__module__.partition(".")[0] in ("polars", "pyarrow", "narwhals", "modin", "cudf")
    )


def _state(value: Any) -> Iterator[Any]:
    kind: Any = type(value)
    plain = kind.__reduce_ex__ is object.__reduce_ex__ and kind.__reduce__ is object.__reduce__
    if kind is object or not plain or getattr(kind, "__getstate__", None) is not object.__getstate__:
        raise OpaqueError(kind.__name__)
    try:  # Python's own account of an object; it refuses one that holds state in C
        _, arguments, state, *items = value.__reduce_ex__(2)
    except TypeError as error:
        raise OpaqueError(kind.__name__) from error
    yield list(arguments[1:])
    yield state
    for more in items:
        yield None if more is None else list(more)
