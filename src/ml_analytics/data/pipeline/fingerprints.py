"""What a value and a function are, as one hash each: equal hash, equal behaviour of a step.

A function is its bytecode, its constants, its defaults, the values it closes over, and the constants and functions
of its own module that it uses, these in the same way. Comments, formatting and line numbers do not count. What it
calls in other modules counts by name only: a change there needs a new ``version`` of the step.
"""

from __future__ import annotations

import dataclasses
import dis
import functools
import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from ml_analytics.core.canonical import sha256
from ml_analytics.core.errors import MLFrameworkError, ParameterError

from ..snapshot import snapshot_hash

_BLOCK = 1 << 20
_EXACT = (type(None), bool, int, str, bytes, Decimal, complex)
_SHOWN = (datetime, date, time, timedelta, np.generic)


def value_fingerprint(value: Any, parameter: str, owner: str) -> str:
    """Return the hash of a plain value, an array or a table; a ``Path`` to a file counts by the file's content.

    Unlike :func:`~ml_analytics.core.canonical.fingerprint` it tells 1 from 1.0, NaN from None and a
    list from a tuple: a step may do so too.

    Raises:
        ParameterError: there is no telling what the value is.
    """
    try:
        return sha256("\n".join(_parts(value)).encode("utf-8", "surrogatepass"))
    except _Opaque as error:
        raise ParameterError.of(
            parameter,
            owner,
            "made of plain values, arrays, tables or functions (or the step needs version='1')",
            error.kind,
        ) from error


def function_fingerprint(function: Any, step: str) -> str:
    """Return the hash of a function; see above.

    Raises:
        ParameterError: it closes over something that has no hash, or is no function of Python's.
    """
    try:
        return sha256("\n".join(_function(function, set())).encode("utf-8", "surrogatepass"))
    except _Opaque as error:
        raise ParameterError.of(
            "version",
            f"the step '{step}'",
            "given (version='1'), because its function holds what has no fingerprint",
            error.kind,
        ) from error


class _Opaque(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, value: object) -> None:
        super().__init__(type(value).__name__)
        self.kind = type(value).__name__


def _parts(value: Any) -> Iterator[str]:  # noqa: PLR0912 - one line a kind
    kind = type(value)
    if kind in _EXACT or isinstance(value, _SHOWN):
        yield f"{kind.__name__} {value!r}"
    elif kind is float:
        yield f"float {value.hex()}"
    elif isinstance(value, Enum):
        yield f"enum {kind.__module__}.{kind.__qualname__}.{value.name}"
    elif kind in (list, tuple):
        yield f"{kind.__name__} {len(value)}"
        for one in value:
            yield from _parts(one)
    elif isinstance(value, Mapping):
        yield f"mapping {len(value)}"
        for key, one in value.items():
            yield from _parts(key)
            yield from _parts(one)
    elif kind in (set, frozenset):
        yield f"set {sorted(sha256(chr(10).join(_parts(one)).encode()) for one in value)}"
    elif isinstance(value, Path):
        yield f"path {value} {_content(value)}"
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield f"dataclass {kind.__module__}.{kind.__qualname__}"
        for field in dataclasses.fields(value):
            yield from _parts(getattr(value, field.name))
    elif isinstance(value, (FunctionType, functools.partial)):
        yield from _function(value, set())
    elif isinstance(value, np.ndarray) and value.dtype != object:
        yield f"array {value.dtype} {value.shape} {sha256(np.ascontiguousarray(value).tobytes())}"
    else:
        yield _table(value)


def _content(path: Path) -> str:
    if not path.is_file():
        return "no file"
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _table(value: Any) -> str:
    """Return the content hash and the exact types; equal content of another library may behave otherwise."""
    if isinstance(value, pd.Series):
        value, kind = value.to_frame(), "Series"
    else:
        kind = f"{type(value).__module__.partition('.')[0]} {type(value).__name__}"
    try:
        if isinstance(value, pd.DataFrame):
            index = f"{value.index!r}" if isinstance(value.index, pd.RangeIndex) else str(value.index.dtype)
            schema = f"{value.dtypes.astype(str).tolist()} {index} {list(value.columns)!r}"
        else:
            schema = str(dict(nw.from_native(value, eager_only=True).schema))
        return f"table {kind} {schema} {snapshot_hash(value)}"
    except (TypeError, MLFrameworkError) as error:
        raise _Opaque(value) from error


def _function(function: Any, seen: set[int]) -> Iterator[str]:
    if id(function) in seen:
        yield "again"
        return
    seen.add(id(function))
    if isinstance(function, functools.partial):
        yield "partial"
        yield from _function(function.func, seen)
        yield from _parts(list(function.args))
        yield from _parts(function.keywords)
    elif isinstance(function, MethodType):
        yield from _parts(function.__self__)
        yield from _function(function.__func__, seen)
    elif isinstance(function, FunctionType):
        yield from _python_function(function, seen)
    else:
        raise _Opaque(function)


def _python_function(function: FunctionType, seen: set[int]) -> Iterator[str]:
    yield "function"
    yield from _code(function.__code__)
    for value in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
        yield from _used(value, function, seen, closed=True)
    for cell in function.__closure__ or ():
        try:
            inside = cell.cell_contents
        except ValueError:  # not bound yet
            continue
        yield from _used(inside, function, seen, closed=True)
    for name in sorted(set(_names(function.__code__))):
        if name in function.__globals__:
            yield f"global {name}"
            yield from _used(function.__globals__[name], function, seen, closed=False)


def _used(value: Any, by: FunctionType, seen: set[int], *, closed: bool) -> Iterator[str]:
    """Yield what a value that a function uses is; of a global that is no plain value, its name is enough."""
    if isinstance(value, FunctionType) and (closed or value.__module__ == by.__module__):
        yield from _function(value, seen)
    elif isinstance(value, type) and value.__module__ == by.__module__ and id(value) not in seen:
        seen.add(id(value))
        for name in sorted(vars(value)):
            yield name
            if isinstance(vars(value)[name], FunctionType):
                yield from _function(vars(value)[name], seen)
    elif isinstance(value, (ModuleType, type, BuiltinFunctionType, FunctionType, np.ufunc)):
        yield str(value.__name__)
    else:
        try:
            yield from list(_parts(value))
        except _Opaque:
            if closed:
                raise


def _code(code: CodeType) -> Iterator[str]:
    yield f"{code.co_code.hex()} {code.co_names} {code.co_varnames} {code.co_freevars}"
    yield f"{code.co_flags} {code.co_argcount} {code.co_posonlyargcount} {code.co_kwonlyargcount}"
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _code(constant)
        elif constant is Ellipsis:
            yield "..."
        else:
            yield from _parts(constant)


def _names(code: CodeType) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield str(instruction.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
