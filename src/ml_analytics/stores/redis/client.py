"""Redis connections: short timeouts, no retries, and failures as one sentence without user and password."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ...core.errors import ParameterError, StoreError
from ...core.optional import available, require

if TYPE_CHECKING:
    from redis import Redis

TIMEOUT_SECONDS = 1.0
"""How long one answer may take before Redis counts as away."""


def open_client(url: str) -> tuple[Redis, str]:
    """Return a client that has been answered, and its address for messages.

    Raises:
        ParameterError: the address cannot be read.
        StoreError: the server cannot be reached or refuses us.
        MissingExtraError: without the extra ``redis``.
    """
    redis = require("redis", "redis", "Redis")
    must_be = "an address like 'redis://user:password@host:6379/0'"
    try:
        _require_database_number(url)
        client = redis.Redis.from_url(
            url,
            protocol=2,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=require("redis.retry", "redis", "Redis").Retry(_no_backoff(), 0),
            **_without_notifications(),
        )
    except (ValueError, TypeError):  # its message may hold a password
        raise ParameterError(f"The 'cache_url' parameter of open_stores must be {must_be}.") from None
    shown = _shown(client.connection_pool.connection_kwargs)
    try:
        with failures_as_store_errors(shown):
            client.ping()
    except TypeError:  # only the first connection looks at the options
        client.close()
        must_be += " with known options"
        raise ParameterError(f"The 'cache_url' parameter of open_stores must be {must_be}.") from None
    except BaseException:
        client.close()
        raise
    return client, shown


@contextlib.contextmanager
def failures_as_store_errors(shown: str) -> Iterator[None]:
    """Raise :class:`StoreError` for what redis-py raises; ``shown`` is the address without its password."""
    from redis import exceptions

    try:
        yield
    except exceptions.RedisError as error:
        raise StoreError(reason(shown, error)) from error


def reason(shown: str, error: Exception) -> str:
    """Say in one sentence what is wrong and, where we know, how to mend it."""
    from redis import exceptions

    said = str(error).lower()
    if isinstance(error, exceptions.NoPermissionError) or said.startswith("noperm"):
        return f"Redis at '{shown}' lets this user do too little: grant it all commands on ml_analytics/*."
    if isinstance(error, exceptions.AuthenticationError) or said.startswith(("noauth", "wrongpass")):
        return f"Redis at '{shown}' refuses the user or the password: check the setting 'cache_url'."
    if isinstance(error, exceptions.BusyLoadingError):
        return f"Redis at '{shown}' is still loading its data: try again in a moment."
    if isinstance(error, exceptions.TimeoutError):
        return f"Redis at '{shown}' did not answer in time: check that it runs and is not overloaded."
    if isinstance(error, exceptions.ConnectionError):
        return f"Redis at '{shown}' cannot be reached: check that it runs and the setting 'cache_url'."
    if "oom command not allowed" in said:
        return f"Redis at '{shown}' is full: raise its maxmemory or set maxmemory-policy to 'volatile-lru'."
    first = next(iter(str(error).splitlines()), "").strip().rstrip(".")
    return f"Redis at '{shown}' failed: {first[:200] or type(error).__name__}."


def describe(client: Redis, shown: str) -> str:
    """Return the server's name and version.

    Raises:
        StoreError: it does not answer, or it may push out online features when its memory is full.
    """
    with failures_as_store_errors(shown):
        info: dict[str, Any] = client.info()
    policy = str(info.get("maxmemory_policy", "noeviction"))
    if policy.startswith("allkeys") and info.get("maxmemory"):
        raise StoreError(
            f"Redis at '{shown}' may push online features out when its memory is full: set its "
            "maxmemory-policy to 'volatile-lru', which spares what does not expire."
        )
    return f"Redis {info.get('redis_version', 'of unknown version')}"


def _require_database_number(url: str) -> None:
    parts = urlsplit(url)
    database = parts.path.strip("/")
    if parts.scheme in ("redis", "rediss") and database and not database.isdecimal():
        raise ValueError("redis-py would take database 0")


def _without_notifications() -> dict[str, Any]:
    # While these are on, redis-py (since 6.5) does not notice that a pooled connection was closed.
    if not available("redis.maint_notifications"):
        return {}
    maintenance = require("redis.maint_notifications", "redis", "Redis")
    return {"maint_notifications_config": maintenance.MaintNotificationsConfig(enabled=False)}


def _no_backoff() -> Any:
    return require("redis.backoff", "redis", "Redis").NoBackoff()


def _shown(settings: dict[str, Any]) -> str:
    if "path" in settings:
        return f"unix://{settings['path']}"
    host = settings.get("host", "localhost")
    return f"redis://{host}:{settings.get('port', 6379)}/{settings.get('db', 0)}"
