"""JSON from strangers: no NaN, no infinity, no repeated keys, no bottomless nesting, no endless integers."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from .errors import RequestError


def parse(body: bytes) -> Any:
    """Read one JSON text.

    Numbers too large for a 64-bit float (``1e400``) come back as infinity: whoever takes a number checks
    that it is finite. Text is free of NUL and of lone surrogates, which stores cannot keep.

    Raises:
        RequestError: 400 when it is not JSON that can be read, nests too deep, holds an integer of thousands of
            digits or a key twice; 422 when it holds NaN, an infinity, NUL or half a character.

    >>> parse(b'{"shape": [1, 2]}')
    {'shape': [1, 2]}
    """
    try:
        text = body.decode("utf-8")
        value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique)
    except RecursionError as error:
        raise RequestError(400, "The body must not nest that deep.") from error
    except UnicodeDecodeError as error:
        raise RequestError(400, "The body must be JSON in UTF-8.") from error
    except json.JSONDecodeError as error:
        raise RequestError(400, f"The body must be JSON. It breaks at character {error.pos}.") from error
    except ValueError as error:  # the interpreter's own limit of digits
        raise RequestError(400, "The body must hold integers of at most 4,300 digits.") from error
    if "\\u" in text:  # only an escape can bring in NUL or half a character
        _check_texts(value)
    return value


def _no_constant(name: str) -> NoReturn:
    raise RequestError(422, f"The body must hold finite numbers. Got {name} instead.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise RequestError(400, "The body must not hold the same key twice in one object.")
    return value


def _check_texts(value: Any) -> None:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting.extend(one)
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, str) and not storable(one):
            raise RequestError(422, "The body must hold whole characters other than NUL.")


def storable(text: str) -> bool:
    """Say whether every store can keep ``text``: no NUL, no lone surrogate.

    >>> storable("Zürich"), storable(chr(0)), storable(chr(0xD800))
    (True, False, False)
    """
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False
