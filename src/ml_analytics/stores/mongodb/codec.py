"""How BSON becomes Python values: whole numbers are plain ``int``, whatever their size."""

from __future__ import annotations

from typing import Any

from bson.codec_options import CodecOptions, TypeDecoder, TypeRegistry
from bson.int64 import Int64


class _PlainInt(TypeDecoder):
    # pymongo gives numbers of more than 32 bits as a class of its own.
    bson_type = Int64

    def transform_bson(self, value: Any) -> int:
        """Return the plain number."""
        return int(value)


CODEC: CodecOptions[dict[str, Any]] = CodecOptions(type_registry=TypeRegistry([_PlainInt()]))
"""Dates come without a zone (they are UTC): giving them one here costs more than all the rest."""
