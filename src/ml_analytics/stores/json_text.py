"""JSON as text that comes back from ``jsonb`` as it was: a float stays a float."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

_LARGE = re.compile(r'"(?:[^"\\]|\\.)*"|(-?\d+(?:\.\d+)?e\+\d+)')
"""A text, whatever it says, or a float with a positive exponent."""


def json_text(value: Any) -> str:
    """Return JSON in which a float from 1e16 on is written out with a fraction.

    ``jsonb`` keeps numbers as decimals: ``1e+16`` comes back as ``10000000000000000``, a whole number, but
    ``10000000000000000.0`` as it is. (It has no negative zero; :func:`~ml_analytics.core.canonical.plain` makes
    that 0.0 on every backend.)

    >>> json_text({"a": 1e16, "b": 10**16, "c": "1e+16", "d": 1.5})
    '{"a": 10000000000000000.0, "b": 10000000000000000, "c": "1e+16", "d": 1.5}'
    """
    text = json.dumps(value)
    return _LARGE.sub(_in_full, text) if "e+" in text else text


def _in_full(found: re.Match[str]) -> str:
    number = found.group(1)
    return found.group(0) if number is None else f"{int(Decimal(number))}.0"
