"""Which backend each store has: read off the settings, opened here, imported only when it is the one.

Every address is checked by its scheme before a library sees it, so that a wrong one gets one sentence.
"""

from __future__ import annotations

from ..core.errors import ParameterError, StoreError
from ..core.protocols import ArtifactStore, Cache, DocumentStore, OnlineStore
from ..core.settings import Settings
from .artifacts import LocalArtifactStore
from .cache import MemoryCache
from .documents import SqlDocumentStore
from .online import SqlOnlineStore
from .records import SqlRecordStore

MONGODB = ("mongodb://", "mongodb+srv://")
REDIS_LIKE = "redis://user:password@host:6379/0"
REDIS = ("redis://", "rediss://", "unix://")


def open_documents(settings: Settings, records: SqlRecordStore | None) -> DocumentStore:
    """Return the documents: MongoDB by ``documents_url``, else JSON rows beside the records.

    ``records`` may be ``None`` when they could not be opened and are not needed here.

    Raises:
        ParameterError: the address is of another kind.
        StoreError: the server cannot be reached or refuses us.
        MissingExtraError: MongoDB without the extra ``mongodb``.
    """
    url = settings.documents_url
    if url is None:
        return SqlDocumentStore(_there(records))
    _require_scheme(url, "documents_url", MONGODB, "mongodb://user:password@host/database")
    from .mongodb.documents import MongoDocumentStore

    return MongoDocumentStore.open(url)


def open_cache(settings: Settings) -> Cache:
    """Return the cache: Redis by ``cache_url``, else in this process; errors as :func:`open_documents`."""
    url = settings.cache_url
    if url is None:
        return MemoryCache(settings.cache_bytes)
    _require_scheme(url, "cache_url", REDIS, REDIS_LIKE)
    from .redis.cache import RedisCache

    return RedisCache.open(url)


def open_artifacts(settings: Settings) -> ArtifactStore:
    """Return the artifacts: an object store by ``artifacts_url``, else files in ``home``.

    ``file://`` means files, too. Errors as :func:`open_documents`; the bucket has answered.
    """
    url = settings.artifacts_url
    if url is None:
        return LocalArtifactStore(settings.home / "artifacts")
    from .objects.artifacts import ObjectArtifactStore, local_directory

    directory = local_directory(url)
    if directory is not None:
        return LocalArtifactStore(directory)
    return ObjectArtifactStore.open(url, settings.artifacts_options)


def open_online(
    settings: Settings, records: SqlRecordStore | None, documents: DocumentStore | None
) -> OnlineStore:
    """Return the online features: Redis where there is one, else MongoDB, else a table beside the records."""
    if settings.cache_url is not None:
        _require_scheme(settings.cache_url, "cache_url", REDIS, REDIS_LIKE)
        from .redis.online import RedisOnlineStore

        return RedisOnlineStore.open(settings.cache_url)
    if settings.documents_url is not None:
        if documents is None:
            raise StoreError("The online features lie beside the documents: mend those.")
        from .mongodb.documents import MongoDocumentStore
        from .mongodb.online import MongoOnlineStore

        if isinstance(documents, MongoDocumentStore):
            return MongoOnlineStore(documents)
    return SqlOnlineStore(_there(records))


def _there(records: SqlRecordStore | None) -> SqlRecordStore:
    if records is None:
        raise StoreError("They lie beside the records: mend those.")
    return records


def _require_scheme(url: str, parameter: str, schemes: tuple[str, ...], example: str) -> None:
    if not url.startswith(schemes):
        shown = url.partition("://")[0] + "://…" if "://" in url else "an address without '://'"
        raise ParameterError.of(parameter, "open_stores", f"an address like '{example}'", shown)
