"""What kind of file this is, by its first bytes; nothing of it is read further than a zip's table of contents."""

from __future__ import annotations

import io
import zipfile

from ...core.errors import UnsafeArtifactError
from ..archive import MAX_BYTES, MAX_FILES

KINDS = (".mla", "XGBoost (.ubj, .json)", "LightGBM (.txt)", "ONNX", "skops")
"""Kinds of files that can be brought in, in words."""

MOST_INFLATED = 200
"""How many times larger than the file its contents may be."""

_PICKLED = (
    *(bytes([0x80, protocol]) for protocol in range(2, 6)),
    b"\x1f\x8b",  # gzip
    *(bytes([0x78, level]) for level in (0x01, 0x5E, 0x9C, 0xDA)),  # zlib
    b"BZh",
    b"\xfd7zXZ",
    b"\x04\x22\x4d\x18",  # LZ4
)


def kind_of(data: bytes) -> str:
    """Return ``mla``, ``skops``, ``xgboost``, ``lightgbm`` or ``onnx``.

    >>> kind_of(b"tree\\nversion=v4")
    'lightgbm'

    Raises:
        UnsafeArtifactError: another kind, a pickle, or an archive that is larger inside than it may be.
    """
    if len(data) > MAX_BYTES:
        raise UnsafeArtifactError(f"A model file must have at most {MAX_BYTES} bytes. Got {len(data)}.")
    if data[:4] == b"PK\x03\x04":
        return _kind_of_archive(data)
    if data[:5] == b"tree\n" or data[:6] == b"tree\r\n":
        return "lightgbm"
    if data[:1] == b"{":  # JSON, or UBJSON, which is the same in binary
        return "xgboost"
    if data[:1] == b"\x08" and len(data) > 16:
        return "onnx"
    if data.startswith(_PICKLED):
        raise UnsafeArtifactError(
            "The file is a pickle or compressed. Pickles run code when they are read, so it is not read."
        )
    if data[8:10] == b'{"' and int.from_bytes(data[:8], "little") < len(data):
        raise UnsafeArtifactError(
            "The file holds weights (safetensors) without the network they belong to. Save the model as .mla there."
        )
    raise UnsafeArtifactError(
        f"A model file must be one of {', '.join(KINDS)}. Got other bytes, which may be a pickle."
    )


def _kind_of_archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, RuntimeError) as error:
        raise UnsafeArtifactError("The archive has no readable table of contents.") from error
    declared = sum(one.file_size for one in entries)
    if len(entries) > MAX_FILES or declared > min(MAX_BYTES, MOST_INFLATED * len(data)):
        raise UnsafeArtifactError(
            f"An archive must hold at most {MAX_FILES} files, {MOST_INFLATED} times its size. Got {len(entries)} "
            f"files of {declared} bytes in {len(data)}."
        )
    names = {one.filename for one in entries}
    for name, kind in (("manifest.json", "mla"), ("schema.json", "skops")):
        if name in names:
            return kind
    raise UnsafeArtifactError("An archive must hold a model of ml_analytics or skops. Got another.")
