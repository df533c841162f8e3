"""The container of a model file: one canonical, uncompressed zip, read with suspicion.

Equal files give equal bytes (sorted names, fixed times, nothing compressed), so an archive that is not
byte for byte the canonical archive of its own contents was not written here and is refused. Nothing is
ever extracted to disk.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

from ..core.errors import IntegrityError, UnsafeArtifactError

MAX_BYTES = 2 << 30
"""The largest model file that is read."""

MAX_FILES = 4096
"""The most files one model may have."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(?:/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){0,3}")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ZIP_FAULTS = (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, KeyError)


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the one archive of ``files``.

    >>> pack({"b": b"2", "a": b"1"}) == pack({"a": b"1", "b": b"2"})
    True
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def unpack(data: bytes, must_hold: str, *, max_bytes: int = MAX_BYTES) -> dict[str, bytes]:
    """Return the files of an archive that :func:`pack` wrote, ``must_hold`` among them.

    Raises:
        UnsafeArtifactError: not such an archive (a pickle, a compressed or oversized member, a name that
            leaves the archive).
        IntegrityError: it was one, and its bytes were changed.
    """
    if len(data) > max_bytes:
        raise UnsafeArtifactError(f"A model file must have at most {max_bytes} bytes. Got {len(data)}.")
    if data[:4] != b"PK\x03\x04":
        raise UnsafeArtifactError(
            "A model file must be an archive written by ml_analytics. "
            "Got other bytes, which may be a pickle, so they are not loaded."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries, len(data))
            if all(entry.filename != must_hold for entry in entries):
                raise UnsafeArtifactError(
                    f"A model file must hold a {must_hold}. Got an archive without one."
                )
            files = {entry.filename: archive.read(entry) for entry in entries}
    except _ZIP_FAULTS as error:
        raise IntegrityError(f"The model file is damaged: {_reason(error)}.") from error
    if pack(files) != data:
        raise IntegrityError("The model file is damaged: its bytes are not the ones that were written.")
    return files


def _check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MAX_FILES:
        raise UnsafeArtifactError(f"A model file must hold at most {MAX_FILES} files. Got {len(entries)}.")
    names = [entry.filename for entry in entries]
    for name in names:
        if _NAME.fullmatch(name) is None or ".." in name:
            raise UnsafeArtifactError(f"A file in a model file must have a plain name. Got {name[:80]!r}.")
    if len(set(names)) != len(names):
        raise UnsafeArtifactError("The files in a model file must have different names. Got one twice.")
    for entry in entries:
        if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
            raise UnsafeArtifactError(
                f"The files in a model file must not be compressed. Got '{entry.filename}', which is."
            )
    declared = sum(entry.file_size for entry in entries)
    if declared > size:
        raise UnsafeArtifactError(
            f"The files in a model file must fit into its {size} bytes. Got {declared} declared."
        )


def _reason(error: BaseException) -> str:
    return str(error).rstrip(".") or type(error).__name__
