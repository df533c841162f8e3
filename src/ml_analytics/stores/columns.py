"""What may go into a column: values are checked and made plain before any database sees them.

Databases disagree (SQLite takes text of any length, PostgreSQL refuses NUL, one keeps NaN, the other does
not), so the rules are ours and the same everywhere.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, Column, Float, Integer, String, Table
from sqlalchemy.types import JSON

from ..core.canonical import plain
from ..core.errors import ParameterError
from .tables import UtcDateTime

Convert = Callable[[Any], Any]


def clean_text(value: str, parameter: str, owner: str) -> str:
    """Return ``value``; NUL and lone surrogates are refused, because not every database can hold them."""
    if value.isascii() and "\x00" not in value:
        return value
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise ParameterError.of(parameter, owner, "text without NUL and lone surrogates", value)
    return value


def clean_json(value: Any, parameter: str, owner: str) -> Any:
    """Return ``value`` as plain JSON values (see :func:`~ml_analytics.core.canonical.plain`)."""
    try:
        result = plain(dict(value) if isinstance(value, Mapping) else value)
        written = json.dumps(result)
    except ParameterError as error:
        must_be = "made of JSON values, NumPy scalars or dataclasses"
        raise ParameterError.of(parameter, owner, must_be, value) from error
    except (RecursionError, ValueError) as error:
        raise ParameterError(
            f"The '{parameter}' parameter of {owner} must be JSON of ordinary depth and size."
        ) from error
    # The written form tells cheaply whether anything suspicious may be inside; only then look closely.
    if "\\u0000" in written or "\\ud" in written:
        _check_texts(result, parameter, owner)
    return result


def _check_texts(value: Any, parameter: str, owner: str) -> None:
    if isinstance(value, str):
        clean_text(value, parameter, owner)
    elif isinstance(value, dict):
        for key, item in value.items():
            clean_text(key, parameter, owner)
            _check_texts(item, parameter, owner)
    elif isinstance(value, list):
        for item in value:
            _check_texts(item, parameter, owner)


def aware_time(value: Any, parameter: str, owner: str) -> datetime:
    """Return ``value`` when it is a timezone-aware datetime."""
    if isinstance(value, datetime) and value.tzinfo is not None and value.utcoffset() is not None:
        return value
    raise ParameterError.of(parameter, owner, "a timezone-aware datetime", value)


def _text_converter(name: str, owner: str, length: int | None) -> Convert:
    def convert(value: Any) -> str:
        if not isinstance(value, str):
            raise ParameterError.of(name, owner, "text", value)
        if length is not None and len(value) > length:
            raise ParameterError.of(name, owner, f"text of at most {length} characters", value)
        return clean_text(value, name, owner)

    return convert


def _int_converter(name: str, owner: str, bits: int) -> Convert:
    bound = 1 << (bits - 1)

    def convert(value: Any) -> int:
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
            raise ParameterError.of(name, owner, "a whole number", value)
        if not -bound <= value < bound:
            raise ParameterError.of(name, owner, f"a whole number of {bits} bits", value)
        return int(value)

    return convert


def _float_converter(name: str, owner: str) -> Convert:
    def convert(value: Any) -> float | None:
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.number)):
            raise ParameterError.of(name, owner, "a number", value)
        try:
            number = float(value)
        except (OverflowError, TypeError) as error:
            raise ParameterError.of(name, owner, "a real number of 64 bits", value) from error
        return number if math.isfinite(number) else None

    return convert


def converter(column: Column[Any], owner: str) -> Convert:
    """Return the function that checks a value for ``column``; ``None`` passes where the column allows it."""
    name, kind = column.name, column.type
    if isinstance(kind, UtcDateTime):
        inner: Convert = lambda value: aware_time(value, name, owner)  # noqa: E731
    elif isinstance(kind, JSON):
        inner = lambda value: clean_json(value, name, owner)  # noqa: E731
    elif isinstance(kind, Float):
        inner = _float_converter(name, owner)
    elif isinstance(kind, Integer):
        inner = _int_converter(name, owner, 64 if isinstance(kind, BigInteger) else 32)
    elif isinstance(kind, String):
        inner = _text_converter(name, owner, kind.length)
    else:  # pragma: no cover - a new kind of column needs its rule here
        raise TypeError(f"No rule for column {name} of type {kind!r}")

    if column.nullable:
        return lambda value: None if value is None else inner(value)

    def required(value: Any) -> Any:
        if value is None:
            raise ParameterError.of(name, owner, "given", value)
        return inner(value)

    return required


class RowRules:
    """The rules of one table: which columns a row may have, and what each may hold."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.owner = f"the table '{table.name}'"
        self.columns = {column.name: column for column in table.columns if column.name != "tenant_id"}
        self.convert = {name: converter(column, self.owner) for name, column in self.columns.items()}
        self.unsearchable = {name for name, column in self.columns.items() if isinstance(column.type, JSON)}
        self.key = tuple(column.name for column in table.primary_key if column.name != "tenant_id")
        self._defaults = {name: _default(column) for name, column in self.columns.items()}

    def column(self, name: object, parameter: str) -> Column[Any]:
        """Return the column of that name; anything else is refused before it comes near a statement."""
        if isinstance(name, str) and name in self.columns:
            return self.columns[name]
        allowed = ", ".join(self.columns)
        raise ParameterError.of(parameter, self.owner, f"made of the columns {allowed}", name)

    def full_row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return every column of a new row; absent ones take their default."""
        if not row.keys() <= self.columns.keys():
            for name in row:
                self.column(name, "row")
        return {
            name: convert(row[name] if name in row else self._defaults[name])
            for name, convert in self.convert.items()
        }

    def changes(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Return the checked values of an update."""
        if not changes:
            raise ParameterError.of("changes", self.owner, "at least one column", changes)
        return {
            self.column(name, "changes").name: self.convert[name](value) for name, value in changes.items()
        }


def _default(column: Column[Any]) -> Any:
    return getattr(column.default, "arg", None)  # tables.py gives scalars only
