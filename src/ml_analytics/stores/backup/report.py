"""What was backed up, verified or restored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .content import ContentHash
from .manifest import Manifest, TenantEntry


@dataclass(frozen=True, slots=True)
class TenantContent:
    """How much there is of one tenant, and its :class:`ContentHash`."""

    rows: int
    documents: int
    artifacts: int
    bytes: int
    content: ContentHash

    @classmethod
    def of(cls, entry: TenantEntry) -> TenantContent:
        """Count what a manifest says of a tenant."""
        return cls(entry.rows, entry.documents, len(entry.artifacts), entry.bytes, entry.content)


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A backup that is complete: where it is, when it was begun, of which schema, and each tenant's content."""

    path: Path
    created_at: datetime
    schema: str
    tenants: dict[str, TenantContent]

    @classmethod
    def of(cls, path: Path, manifest: Manifest) -> BackupReport:
        """Report what a manifest says."""
        tenants = {name: TenantContent.of(entry) for name, entry in manifest.tenants.items()}
        return cls(path, manifest.created_at, manifest.schema, tenants)


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What a restore brought back, by the name of the tenant it was restored as.

    ``there_already`` names those whose content was found equal, as after a restore that was killed at its end.
    """

    path: Path
    tenants: dict[str, TenantContent]
    there_already: tuple[str, ...] = ()
