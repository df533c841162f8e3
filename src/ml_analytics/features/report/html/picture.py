"""A matrix of correlations as a small PNG: a pixel per pair, the stronger the more opaque."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode

import numpy as np

from ...indicator import Array

POSITIVE, NEGATIVE = (47, 125, 209), (226, 112, 28)
_STEPS = 32
_MOST_PIXELS = 800


def correlation_png(matrix: Array) -> str:
    """Return the picture as a data address; unknown pairs are transparent.

    >>> correlation_png(np.eye(2)).startswith("data:image/png;base64,iVBOR")
    True
    """
    every = -(-len(matrix) // _MOST_PIXELS)
    small = matrix[::every, ::every]
    pixels = np.round(np.nan_to_num(small) * _STEPS).astype(np.int64) + _STEPS
    colors = np.array([NEGATIVE if at < _STEPS else POSITIVE for at in range(2 * _STEPS + 1)], np.uint8)
    opacity = np.round(np.abs(np.arange(-_STEPS, _STEPS + 1)) / _STEPS * 255).astype(np.uint8)
    rows = np.concatenate([np.zeros((len(small), 1), np.uint8), pixels.astype(np.uint8)], axis=1)
    header = struct.pack(">IIBBBBB", small.shape[1], small.shape[0], 8, 3, 0, 0, 0)  # a palette of bytes
    chunks = (
        (b"IHDR", header),
        (b"PLTE", colors.tobytes()),
        (b"tRNS", opacity.tobytes()),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    )
    data = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)
    return f"data:image/png;base64,{b64encode(data).decode('ascii')}"


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
