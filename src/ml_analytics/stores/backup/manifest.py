"""The manifest: what a backup holds, said last. A directory without one is no backup."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ...core.canonical import fingerprint
from ...core.errors import IntegrityError, NotFoundError, ParameterError, StoreError
from ...core.files import write_atomically
from ...core.names import identifier
from .content import ContentHash
from .files import FileEntry
from .layout import MANIFEST, artifact_path, collection_path, table_path
from .snapshot import TABLES

FORMAT = 1
"""The form of a backup; a higher one is refused."""

KIND = "ml_analytics backup"
_HEX = re.compile(r"[0-9a-f]{64}")
_MOST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class TenantEntry:
    """What a backup holds of one tenant; ``artifacts`` are sizes by digest."""

    tables: dict[str, FileEntry]
    collections: dict[str, FileEntry]
    queued: tuple[str, ...]
    artifacts: dict[str, int]
    content: ContentHash

    @property
    def rows(self) -> int:
        """How many rows of tables."""
        return sum(entry.lines for entry in self.tables.values())

    @property
    def documents(self) -> int:
        """How many documents."""
        return sum(entry.lines for entry in self.collections.values())

    @property
    def bytes(self) -> int:
        """How many bytes its files have."""
        files = [*self.tables.values(), *self.collections.values()]
        return sum(entry.bytes for entry in files) + sum(self.artifacts.values())


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole backup, tenant by tenant."""

    created_at: datetime
    package: str
    schema: str
    tenants: dict[str, TenantEntry]

    def paths(self) -> set[str]:
        """Return the relative path of every file that the backup must have, beside the manifest."""
        found: set[str] = set()
        for name, entry in self.tenants.items():
            found.update(table_path(name, table) for table in entry.tables)
            found.update(collection_path(name, collection) for collection in entry.collections)
            found.update(artifact_path(name, digest) for digest in entry.artifacts)
        return found

    def write(self, root: Path) -> None:
        """Write it durably, at once."""
        write_atomically(root / MANIFEST, _render(self._body()))

    def _body(self) -> dict[str, Any]:
        return {
            "kind": KIND,
            "format": FORMAT,
            "package": self.package,
            "schema": self.schema,
            "created_at": self.created_at.isoformat(),
            "tenants": {name: asdict(entry) for name, entry in self.tenants.items()},
        }


def read_manifest(root: Path) -> Manifest:
    """Read and check the manifest of a backup.

    Raises:
        NotFoundError: there is none, so the directory is no (complete) backup.
        IntegrityError: it was changed.
        StoreError: it is of a newer format, or cannot be read.
    """
    body = _load(root / MANIFEST)
    if body.get("kind") != KIND:
        raise IntegrityError(f"The file '{MANIFEST}' of '{root}' is not the manifest of a backup.")
    made = body.get("format")
    if not isinstance(made, int) or isinstance(made, bool) or made < 1:
        raise IntegrityError(f"The backup's file '{MANIFEST}' was changed: it names no format.")
    if made > FORMAT:
        raise StoreError(
            f"The backup's file '{MANIFEST}' is of format {made}, this version of ml_analytics knows only up to "
            f"{FORMAT}: install a newer ml_analytics."
        )
    claimed = body.pop("sha256", None)
    if claimed != fingerprint(body):
        raise IntegrityError(f"The backup's file '{MANIFEST}' was changed: its SHA-256 is another.")
    try:
        tenants = {identifier(name): _tenant(entry) for name, entry in body["tenants"].items()}
        moment = datetime.fromisoformat(body["created_at"])
        return Manifest(moment, str(body["package"]), str(body["schema"]), tenants)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise IntegrityError(f"The backup's file '{MANIFEST}' has entries that make no sense.") from error


def _load(path: Path) -> dict[str, Any]:
    try:
        if path.is_symlink():
            raise IntegrityError(f"The backup holds '{MANIFEST}', which is no plain file.")
        if path.stat().st_size > _MOST_BYTES:
            raise IntegrityError(f"The backup's file '{MANIFEST}' is too large.")
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFoundError(
            f"There is no complete backup in '{path.parent}': it has no '{MANIFEST}'."
        ) from error
    except OSError as error:
        raise StoreError(f"Cannot read '{path}': {error.strerror or error}.") from error
    try:
        body = json.loads(data)
        if isinstance(body, dict) and _text(body) == data:
            return body
    except (ValueError, RecursionError):
        pass
    raise IntegrityError(f"The backup's file '{MANIFEST}' was changed: it is not as it was written.")


def _render(body: dict[str, Any]) -> bytes:
    return _text({**json.loads(json.dumps(body)), "sha256": fingerprint(body)})


def _text(body: dict[str, Any]) -> bytes:
    return json.dumps(body, indent=1, sort_keys=True).encode() + b"\n"


def _tenant(entry: dict[str, Any]) -> TenantEntry:
    known = {table.name for table in TABLES}
    tables = {_one_of(name, known): _file(one) for name, one in entry["tables"].items()}
    collections = {identifier(name): _file(one) for name, one in entry["collections"].items()}
    return TenantEntry(
        tables=tables,
        collections=collections,
        queued=tuple(_one_of(name, set(collections)) for name in entry["queued"]),
        artifacts={_hex(digest): _whole(size) for digest, size in entry["artifacts"].items()},
        content=ContentHash(**{name: _hex(value) for name, value in entry["content"].items()}),
    )


def _file(entry: dict[str, Any]) -> FileEntry:
    return FileEntry(
        _whole(entry["lines"]), _whole(entry["bytes"]), _hex(entry["sha256"]), _whole(entry["unpacked"])
    )


def _one_of(name: str, known: set[str]) -> str:
    if name not in known:
        raise ParameterError.of("name", "manifest", f"one of {', '.join(sorted(known))}", name)
    return name


def _hex(value: object) -> str:
    if isinstance(value, str) and _HEX.fullmatch(value):
        return value
    raise ParameterError.of("digest", "manifest", "64 hexadecimal digits", value)


def _whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise ParameterError.of("size", "manifest", "a whole number of at least 0", value)
