"""What object stores and their libraries complain about, as one sentence without keys."""

from __future__ import annotations

from collections.abc import Iterable

_AWAY = ("EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "FSTimeoutError",
         "ClientConnectorError", "ConnectionClosedError", "ConnectionError", "HTTPClientError")  # fmt: skip
_NO_KEYS = ("NoCredentialsError", "PartialCredentialsError", "DefaultCredentialsError", "TokenRetrievalError")


def reason(location: str, error: BaseException, secrets: Iterable[str] = ()) -> str:
    """Say in one sentence what is wrong and how to mend it.

    >>> reason("s3://bucket", PermissionError("The key AKIA1 does not exist."))
    "The artifacts at 's3://bucket' refuse these keys: check 'artifacts_options' and the rights they give."
    """
    names = {one.__name__ for one in type(error).__mro__}
    place = f"The artifacts at '{location}'"
    if isinstance(error, PermissionError):
        return f"{place} refuse these keys: check 'artifacts_options' and the rights they give."
    if names & set(_NO_KEYS):
        return f"{place} need keys: give 'key' and 'secret' in 'artifacts_options'."
    if names & set(_AWAY) or isinstance(error, (ConnectionError, TimeoutError)):
        return f"{place} cannot be reached: check the network and 'endpoint_url' in 'artifacts_options'."
    if isinstance(error, FileNotFoundError):
        return f"{place} do not exist: create the bucket or check 'artifacts_url'."
    if isinstance(error, TypeError):
        return f"{place} cannot be opened: an option in 'artifacts_options' is unknown to their file system."
    if isinstance(error, OSError) and error.errno and error.strerror:
        return f"{place} failed: {_without(secrets, error.strerror)}."
    return f"{place} failed: {_without(secrets, str(error)) or type(error).__name__}."


def _without(secrets: Iterable[str], text: str) -> str:
    first = next(iter(text.splitlines()), "").strip().rstrip(".")[:200]
    for secret in secrets:
        first = first.replace(secret, "…")
    return first
