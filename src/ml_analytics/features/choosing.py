"""Which features a group's configuration names: families, columns, and columns of other parameters."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Any

from ..core.errors import ParameterError
from .catalogue import catalogue
from .indicator import Indicator, Template

DEFAULT = "default"
"""In a list of names: what ``true`` makes, which is all but the optional entries."""

Wanted = tuple[Indicator, tuple[str, ...]]
"""An entry and the columns to keep of it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a group shall make: names of the catalogue, and entries of other parameters."""

    names: frozenset[str]
    others: tuple[Wanted, ...] = ()


def read_choice(group: str, choice: Any, owner: str, shown: str) -> Choice:
    """Read ``true``, ``false``, a list of names, or a mapping of families to parameters.

    A name is a family (``rsi``), a column (``rsi_14``), also one that is not in the catalogue (``rsi_10``), or
    ``default``. A mapping says for each family ``true``, ``false``, a period, a list of periods, or its
    parameters: ``{rsi: [10, 30], sma_to_sma: {short: 10, long: 30}}``.

    Raises:
        ParameterError: a name or a parameter is not known, or a value is of the wrong kind.
    """
    if isinstance(choice, bool):
        return Choice(frozenset({DEFAULT} if choice else ()))
    if isinstance(choice, Mapping):
        return _of_mapping(group, choice, owner, shown)
    if isinstance(choice, str) or not isinstance(choice, Iterable):
        must_be = "true or false, a list of indicator names, or a mapping of them to their parameters"
        raise ParameterError.of(shown, owner, must_be, choice)
    given = list(choice)
    odd = next((one for one in given if not isinstance(one, str)), None)
    if odd is not None:
        raise ParameterError.of(shown, owner, "a list of names", odd)
    names = list(dict.fromkeys(given))
    others: dict[tuple[str, ...], tuple[Indicator, list[str]]] = {}
    for name in names:
        if name in _known(group):
            continue
        made = _by_name(group, name)
        if made is None:
            raise ParameterError.of(shown, owner, f"a list of known names{_hint(group, name)}", name)
        others.setdefault(made.columns, (made, []))[1].append(name)
    return Choice(
        frozenset(names) & _known(group), tuple((one, tuple(some)) for one, some in others.values())
    )


def chosen(one: Indicator, choice: Choice) -> tuple[str, ...]:
    """Return which columns of an entry of the catalogue are chosen."""
    if DEFAULT in choice.names and not one.optional:
        return one.columns
    if one.family in choice.names or not choice.names.isdisjoint(one.aliases):
        return one.columns
    return tuple(name for name in one.columns if name in choice.names)


@cache
def _known(group: str) -> frozenset[str]:
    entries = catalogue(group)
    return frozenset(
        {DEFAULT, *(name for one in entries for name in (one.family, *one.aliases, *one.columns))}
    )


def _hint(group: str, name: Any) -> str:
    """Say where the name stands, or what is spelled like it."""
    if not isinstance(name, str):
        return ""
    elsewhere = next((one.group for one in catalogue() if name in (one.family, *one.columns)), None)
    if elsewhere is not None:
        return f" (that one is of the group {elsewhere})"
    near = difflib.get_close_matches(name, _known(group), n=3)
    meant = f"; did you mean {' or '.join(repr(one) for one in near)}" if near else ""
    return f" (see catalogue({group!r}){meant})"


def _templates(group: str, family: str | None = None) -> Iterator[tuple[Indicator, Template]]:
    """Yield the first entry of each template."""
    seen = set()
    for one in catalogue(group):
        fits = family is None or family == one.family or family in one.aliases
        if fits and one.template is not None and one.template.free and one.template.columns not in seen:
            seen.add(one.template.columns)
            yield one, one.template


def _by_name(group: str, name: str) -> Indicator | None:
    """Return the entry with a column of that name, or ``None``."""
    for one, template in _templates(group):
        for pattern in template.columns:
            if found := re.fullmatch(_expression(pattern), name):
                values = {key: int(value) for key, value in found.groupdict().items()}
                if set(values) == set(template.free):
                    return one.with_parameters(**values)
    return None


@cache
def _expression(pattern: str) -> str:
    """Return what reads a pattern such as ``sma_{short}_to_sma_{long}`` backwards."""
    made = ""
    for literal, field, _, _ in Formatter().parse(pattern):
        made += re.escape(literal) + (f"(?P<{field}>[1-9][0-9]*)" if field else "")
    return made


def _of_mapping(group: str, choice: Mapping[Any, Any], owner: str, shown: str) -> Choice:
    names: set[str] = set()
    others: dict[tuple[str, ...], Wanted] = {}
    for family, value in choice.items():
        if family not in _known(group):
            raise ParameterError.of(shown, owner, f"a mapping of known names{_hint(group, family)}", family)
        if isinstance(value, bool):
            names |= {family} if value else set()
            continue
        for parameters in _parameters(family, value, owner):
            for one in _with(group, family, parameters, owner):
                others[one.columns] = (one, one.columns)
    # What the catalogue has under the very same names is its own entry.
    mine = {one.columns for one in catalogue(group)}
    names |= {name for columns in others if columns in mine for name in columns}
    return Choice(frozenset(names), tuple(one for columns, one in others.items() if columns not in mine))


def _parameters(family: str, value: Any, owner: str) -> list[dict[str, Any]]:
    if isinstance(value, Mapping):
        lists = {key: one if isinstance(one, (list, tuple)) else [one] for key, one in value.items()}
        if len({len(one) for one in lists.values()} - {1}) > 1:
            raise ParameterError.of(family, owner, "lists of one length", value)
        count = max((len(one) for one in lists.values()), default=0)
        return [{key: one[at % len(one)] for key, one in lists.items()} for at in range(count)]
    if isinstance(value, (list, tuple)):
        return [{"period": one} for one in value]
    if isinstance(value, int):
        return [{"period": value}]
    raise ParameterError.of(
        family, owner, "true, false, a period, a list of periods, or a mapping of parameters", value
    )


def _with(group: str, family: str, parameters: dict[str, Any], owner: str) -> list[Indicator]:
    free = {one: template.free for one, template in _templates(group, family)}
    fitting = [one for one, names in free.items() if set(parameters) <= set(names)]
    if not fitting:
        has = sorted({name for names in free.values() for name in names})
        must_be = f"given {', '.join(has)}" if has else "true or false: it has no parameter to choose"
        raise ParameterError.of(family, owner, must_be, parameters)
    return [one.with_parameters(**parameters) for one in fitting]
