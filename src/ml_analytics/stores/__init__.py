"""Records (SQL, the truth), documents, content-addressed artifacts and cache; migrations. May import
``core``.

``tables`` is the schema, ``columns`` and ``conditions`` the guards at its door, ``engine`` and ``failures`` the
connections and how they fail, ``migrate`` the schema's history, ``records`` the one place of tenant scoping,
``documents``, ``artifacts`` and ``cache`` the others, ``stores`` all together, ``backup`` what
keeps and restores it, ``testing`` the contracts that
every backend passes.
"""

from .artifacts import LocalArtifactStore
from .backup import BackupReport, ContentHash, RestoreReport, TenantContent, backup, content_hash, restore
from .backup import verify as verify_backup
from .cache import MemoryCache
from .documents import SqlDocumentStore
from .health import StoreHealth, check_settings, check_stores
from .records import SqlRecordStore
from .stores import Stores, open_stores

__all__ = [
    "BackupReport",
    "ContentHash",
    "LocalArtifactStore",
    "MemoryCache",
    "RestoreReport",
    "SqlDocumentStore",
    "SqlRecordStore",
    "StoreHealth",
    "Stores",
    "TenantContent",
    "backup",
    "check_settings",
    "check_stores",
    "content_hash",
    "open_stores",
    "restore",
    "verify_backup",
]
