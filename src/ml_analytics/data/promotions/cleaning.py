"""Text put into one form, whatever it is nested in."""

from __future__ import annotations

import unicodedata
from typing import Any

_KEPT = "\n\t"


def cleaned(value: Any) -> Any:
    """Return ``value`` with every text in NFC, without control characters, stripped; empty texts and keys stay.

    Line ends become ``\\n``; line ends and tabs are the only control characters kept.

    >>> cleaned({"title": "  Cafe\\u0301\\x07 ", "tags": ["a\\r\\nb"], "score": 0.5})
    {'title': 'Café', 'tags': ['a\\nb'], 'score': 0.5}
    """
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return {name: cleaned(item) for name, item in value.items()}
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    return value


def says_something(value: Any) -> bool:
    """Say whether anything is left: a text that is not empty, a number, a truth value.

    >>> says_something({"title": "", "tags": [None]}), says_something({"score": 0})
    (False, True)
    """
    if isinstance(value, dict):
        return any(says_something(item) for item in value.values())
    if isinstance(value, list):
        return any(says_something(item) for item in value)
    return value is not None and value != ""


def _text(value: str) -> str:
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(one for one in lines if one in _KEPT or unicodedata.category(one) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", kept).strip()
