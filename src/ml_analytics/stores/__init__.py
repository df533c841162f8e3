"""Records (SQL, the truth), documents, content-addressed artifacts and cache; migrations. May import
``core``.

``tables`` is the schema, ``columns`` and ``conditions`` the guards at its door, ``engine`` and ``failures`` the
connections and how they fail, ``migrate`` the schema's history, ``records`` the one place of tenant scoping,
``documents``, ``artifacts``, ``cache`` and ``online`` the others; ``mongodb``, ``redis`` and ``objects`` are their
second backends, chosen in ``backends``; ``bulk`` is whole tables as Arrow, ``external`` anyone's database;
``stores`` is all together, ``backup`` keeps and restores it, ``testing`` holds the contracts that every backend passes.
"""

from .artifacts import LocalArtifactStore
from .backup import BackupReport, ContentHash, RestoreReport, TenantContent, backup, content_hash, restore
from .backup import verify as verify_backup
from .cache import MemoryCache
from .document_rows import DocumentTooLargeError
from .documents import SqlDocumentStore
from .external.query import read_query
from .external.write import write_table
from .health import StoreHealth, check_settings, check_stores
from .records import SqlRecordStore
from .stores import Stores, open_stores

__all__ = [
    "BackupReport",
    "ContentHash",
    "DocumentTooLargeError",
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
    "read_query",
    "restore",
    "verify_backup",
    "write_table",
]
