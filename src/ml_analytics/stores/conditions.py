"""Conditions from outside become SQL here: names by enumeration, values bound, operators refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from ..core.clock import TimeRange
from ..core.errors import ParameterError
from .columns import RowRules
from .tables import UtcDateTime

MOST_VALUES = 20_000
"""How many values *one of* takes: databases bound the number of parameters of a statement."""


def plain_value(value: object, parameter: str, owner: str) -> object:
    """Return ``value`` unless it is a collection (``{"$ne": null}`` is no value)."""
    if isinstance(value, (Mapping, list, tuple, set, frozenset, bytes)):
        raise ParameterError.of(parameter, owner, "a plain value, a list of plain values or None", value)
    return value


def where_conditions(rules: RowRules, where: Mapping[str, Any] | None) -> list[ColumnElement[bool]]:
    """Return the equality tests of ``where``."""
    conditions = []
    for name, value in (where or {}).items():
        column = rules.column(name, "where")
        if name in rules.unsearchable:
            raise ParameterError.of("where", rules.owner, "made of columns that hold plain values", name)
        conditions.append(_test(rules, column, name, value))
    return conditions


def _test(rules: RowRules, column: Any, name: str, value: Any) -> ColumnElement[bool]:
    if not isinstance(value, (list, tuple)):
        plain_value(value, name, rules.owner)
        test: ColumnElement[bool] = (
            column.is_(None) if value is None else column == rules.convert[name](value)
        )
        return test
    if len(value) > MOST_VALUES:
        raise ParameterError.of(name, rules.owner, f"at most {MOST_VALUES} values", len(value))
    given = [rules.convert[name](plain_value(item, name, rules.owner)) for item in value if item is not None]
    among: ColumnElement[bool] = column.in_(given)
    return or_(among, column.is_(None)) if None in value else among


def between_conditions(rules: RowRules, between: Mapping[str, TimeRange] | None) -> list[ColumnElement[bool]]:
    """Return the half-open ranges of ``between``; only time columns have one."""
    conditions = []
    for name, span in (between or {}).items():
        column = rules.column(name, "between")
        if not isinstance(column.type, UtcDateTime):
            raise ParameterError.of("between", rules.owner, "made of time columns", name)
        conditions.append(range_condition(column, span))
    return conditions


def range_condition(column: ColumnElement[Any], span: object) -> ColumnElement[bool]:
    """Return ``start <= column < end`` for the sides that are given."""
    if not isinstance(span, TimeRange):
        raise ParameterError.of("time_range", "find", "a TimeRange", span)
    sides: list[ColumnElement[bool]] = []
    if span.start is not None:
        sides.append(column >= span.start)
    if span.end is not None:
        sides.append(column < span.end)
    return and_(True, *sides)


def ordering(rules: RowRules, order_by: Sequence[str]) -> list[ColumnElement[Any]]:
    """Return the order: the columns asked for, then the key, so that the order is always the same."""
    if isinstance(order_by, str):
        raise ParameterError.of("order_by", rules.owner, "a sequence of column names", order_by)
    order: list[ColumnElement[Any]] = []
    for asked in order_by:
        descending = isinstance(asked, str) and asked.startswith("-")
        name = asked[1:] if descending else asked
        column = rules.column(name, "order_by")
        if name in rules.unsearchable:
            raise ParameterError.of("order_by", rules.owner, "made of columns that hold plain values", name)
        direction = column.desc() if descending else column.asc()
        if column.nullable:  # NULL sorts as the smallest everywhere: SQLite's habit, not PostgreSQL's
            direction = direction.nulls_last() if descending else direction.nulls_first()
        order.append(direction)
    taken = {asked.removeprefix("-") for asked in order_by}
    return [*order, *(rules.columns[name].asc() for name in rules.key if name not in taken)]


def at_most(limit: object, owner: str) -> int | None:
    """Return ``limit`` when it is ``None`` or a whole number of at least zero."""
    if limit is None or (isinstance(limit, int) and not isinstance(limit, bool) and 0 <= limit < 1 << 62):
        return limit
    raise ParameterError.of("limit", owner, "a whole number of at least 0 or None", limit)
