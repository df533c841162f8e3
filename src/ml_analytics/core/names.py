"""Identifiers from outside are accepted by allow-list before they touch a path, a key or a query."""

from __future__ import annotations

import re

from .errors import ParameterError

_IDENTIFIER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,98}[A-Za-z0-9_])?")
_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


def identifier(value: object, parameter: str = "model_id", owner: str = "ml_analytics") -> str:
    """Return ``value`` when it is a safe name: letters, digits, ``_ . -``, at most 100, no ``..``.

    >>> identifier("ticket_classifier")
    'ticket_classifier'
    >>> identifier("../../etc/passwd")
    Traceback (most recent call last):
        ...
    ml_analytics.core.errors.ParameterError: The 'model_id' parameter of ml_analytics must be a name \
of 1 to 100 letters, digits, '_', '.' or '-'. Got '../../etc/passwd' instead.
    """
    if isinstance(value, str) and _IDENTIFIER.fullmatch(value) and ".." not in value:
        return value
    raise ParameterError.of(parameter, owner, "a name of 1 to 100 letters, digits, '_', '.' or '-'", value)


def field_name(value: object, parameter: str = "where", owner: str = "find") -> str:
    """Return ``value`` when it is a plain field name; operators (``$ne``) and dotted paths are refused."""
    if isinstance(value, str) and _COLUMN.fullmatch(value):
        return value
    raise ParameterError.of(parameter, owner, "plain field names (letters, digits, '_')", value)
