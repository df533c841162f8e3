"""Backup and restore of one tenant or of everything, from any backend onto any other.

``writing`` makes a backup, ``verifying`` reads it to the last byte, ``restoring`` brings it back, ``content`` is the
hash by which two stores are compared, ``canonical`` the forms of a row, ``snapshot`` what belongs to a tenant,
``manifest``, ``layout`` and ``files`` the form of the directory (see docs/adr/0020-backup-format.md).
"""

from .content import ContentHash, content_hash
from .report import BackupReport, RestoreReport, TenantContent
from .restoring import restore
from .verifying import verify
from .writing import RAW, backup

__all__ = [
    "RAW",
    "BackupReport",
    "ContentHash",
    "RestoreReport",
    "TenantContent",
    "backup",
    "content_hash",
    "restore",
    "verify",
]
