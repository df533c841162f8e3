"""One canonical text for a value, so that equal values have equal hashes everywhere."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

import numpy as np

from .errors import ParameterError


def plain(value: Any) -> Any:
    """Turn NumPy scalars, tuples, dataclasses, enums and times into plain JSON values.

    Not-a-number and infinities have no JSON form and become ``None``, a negative zero becomes 0.0 (they are equal,
    and not every database keeps the sign); aware times are written in UTC. Keys are written as text.

    Raises:
        ParameterError: a value without a JSON form, or two keys of one mapping with the same text.
    """
    if value is None or (isinstance(value, (bool, str, int)) and not isinstance(value, Enum)):
        return value
    if isinstance(value, (float, np.floating)):
        return float(value) + 0.0 if np.isfinite(value) else None  # -0.0 + 0.0 is 0.0
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat()
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return _mapping(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=repr)
    raise ParameterError.of("value", "plain", "made of JSON values, NumPy scalars or dataclasses", value)


def _mapping(value: dict[Any, Any]) -> dict[str, Any]:
    made = {str(key): plain(item) for key, item in value.items()}
    if len(made) != len(value):  # 1 and "1" would silently become one
        raise ParameterError.of(
            "value", "plain", "a mapping whose keys differ as text", sorted(map(repr, value))
        )
    return made


def canonical_json(value: Any) -> str:
    """Return the one JSON text of ``value``: sorted keys, no spaces, no NaN.

    >>> canonical_json({"b": np.float64(1.5), "a": (1, 2)})
    '{"a":[1,2],"b":1.5}'
    """
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def sha256(data: bytes) -> str:
    """Return the SHA-256 of ``data`` as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def fingerprint(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON of ``value``."""
    return sha256(canonical_json(value).encode())
