"""Universal Binary JSON (https://ubjson.org, draft 12), read only: to look into a file before its owner does."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from ..core.errors import UnsafeArtifactError

_NUMBERS = {"i": "b", "U": "B", "I": ">h", "l": ">i", "L": ">q", "d": ">f", "D": ">d"}
_DTYPES = {
    key: np.dtype(code if code.startswith(">") else "i1" if code == "b" else "u1")
    for key, code in _NUMBERS.items()
}
_CONSTANTS = {"Z": None, "T": True, "F": False}
_MAX_DEPTH = 32


def read_ubjson(data: bytes) -> Any:
    """Return the value in ``data``; arrays of one numeric type come as NumPy arrays.

    >>> read_ubjson(b"{U\\x01a[$U#U\\x02\\x05\\x06}")
    {'a': array([5, 6], dtype=uint8)}

    Raises:
        UnsafeArtifactError: not UBJSON, deeper than 32 levels, or something after the value.
    """
    reader = _Reader(data)
    try:
        value = reader.value(reader.marker(), 0)
    except (struct.error, IndexError, KeyError, ValueError, RecursionError) as error:
        raise UnsafeArtifactError("The stored trees must be readable UBJSON. Got other bytes.") from error
    if reader.position != len(data):
        raise UnsafeArtifactError("The stored trees must be one UBJSON value. Got bytes after it.")
    return value


class _Reader:
    """A position in the bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0

    def marker(self) -> str:
        self.position += 1
        return chr(self._data[self.position - 1])

    def value(self, marker: str, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise ValueError("too deep")
        if marker in _NUMBERS:
            return self._number(marker)
        if marker in _CONSTANTS:
            return _CONSTANTS[marker]
        if marker == "S":
            return self._text()
        if marker == "[":
            return self._array(depth)
        if marker == "{":
            return self._object(depth)
        raise ValueError(f"marker {marker!r}")

    def _number(self, marker: str) -> int | float:
        layout = _NUMBERS[marker]
        (value,) = struct.unpack_from(layout, self._data, self.position)
        self.position += struct.calcsize(layout)
        return value  # type: ignore[no-any-return]

    def _length(self) -> int:
        length = self._number(self.marker())
        if not isinstance(length, int) or not 0 <= length <= len(self._data) - self.position:
            raise ValueError("a length beyond the end")
        return length

    def _text(self) -> str:
        length = self._length()
        self.position += length
        return self._data[self.position - length : self.position].decode()

    def _array(self, depth: int) -> Any:
        kind, count = self._header()
        if kind is not None and count is not None:
            if kind not in _DTYPES:
                return [self.value(kind, depth + 1) for _ in range(count)]
            dtype = _DTYPES[kind]
            values = np.frombuffer(self._data, dtype, count, self.position)
            self.position += count * dtype.itemsize
            return values.astype(dtype.newbyteorder("="))
        if count is not None:
            return [self.value(self.marker(), depth + 1) for _ in range(count)]
        found = []
        while (marker := self.marker()) != "]":
            found.append(self.value(marker, depth + 1))
        return found

    def _object(self, depth: int) -> dict[str, Any]:
        kind, count = self._header()
        if kind is not None or count is not None:
            raise ValueError("typed objects are not expected")
        found: dict[str, Any] = {}
        while chr(self._data[self.position]) != "}":
            key = self._text()
            if key in found:
                raise ValueError("a key stands twice")
            found[key] = self.value(self.marker(), depth + 1)
        self.position += 1
        return found

    def _header(self) -> tuple[str | None, int | None]:
        kind: str | None = None
        if self._data[self.position] == ord("$"):
            self.position += 1
            kind = self.marker()
        if self._data[self.position] == ord("#"):
            self.position += 1
            return kind, self._length()
        if kind is not None:
            raise ValueError("a type without a count")
        return None, None
