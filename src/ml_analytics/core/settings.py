"""Settings: arguments over environment (``ML_ANALYTICS_*``) over a YAML file over defaults; then fixed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSetting

from .errors import ParameterError, SettingsError
from .names import identifier
from .yaml import read_yaml

_PREFIX = "ML_ANALYTICS_"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MongoSection(_Section):
    """Which documents live in which collections (``database_config.yaml``)."""

    collections: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class SqlSection(_Section):
    """Which records live in which tables (``database_config.yaml``)."""

    tables: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class MLflowSection(_Section):
    """Where the MLflow mirror goes; read by the experiment-tracking room once it is built."""

    tracking_uri: str = "sqlite:///mlflow.db"
    registry_uri: str | None = None
    experiment_name: str = "default"
    artifacts_dir: str = "mlruns"
    auto_log: bool = False


class ServerSection(_Section):
    """The HTTP edge; ``allowed_hosts`` are the names it answers to besides this machine's own."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    max_body_bytes: int = Field(default=8 << 20, ge=1024)
    max_rows: int = Field(default=10_000, ge=1)
    allowed_hosts: tuple[str, ...] = ()


class Settings(BaseSettings):
    """Everything that can be configured; immutable once read.

    ``home`` holds all that is embedded (database, artifacts). ``database_url`` moves records and documents
    to another database, for example ``postgresql://user:password@host/name``; ``database_owner_url`` is then
    the address with the role that owns the tables, used only to create and upgrade them. ``documents_url``
    (``mongodb://host/name``) moves the documents to MongoDB, ``cache_url`` (``redis://host``) the cache and
    the online features to Redis, ``artifacts_url`` (``s3://bucket/prefix``) the artifacts to an object
    store; ``artifacts_options`` are given to its fsspec file system (``endpoint_url``, ``key``, ``secret``).

    >>> Settings(home="/tmp/here").tenant_id
    'default'
    """

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    home: Path = Path(".ml_analytics")
    database_url: str | None = Field(default=None, repr=False)  # it may hold a password
    database_owner_url: str | None = Field(default=None, repr=False)
    documents_url: str | None = Field(default=None, repr=False)
    cache_url: str | None = Field(default=None, repr=False)
    artifacts_url: str | None = Field(default=None, repr=False)
    artifacts_options: dict[str, Any] = Field(default_factory=dict, repr=False)
    tenant_id: str = "default"
    cache_bytes: int = Field(default=64 << 20, ge=0)
    max_memory_mb: int = Field(default=2048, ge=1)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    server: ServerSection = ServerSection()
    mongodb: MongoSection = MongoSection()
    sql: SqlSection = SqlSection()
    mlflow: MLflowSection = MLflowSection()
    feature_engineering: dict[str, Any] = Field(default_factory=dict)
    training: dict[str, Any] = Field(default_factory=dict)

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SettingsError(_sentence(error)) from error
        except UnreadableSetting as error:
            raise SettingsError(_unreadable(error)) from error

    @field_validator("tenant_id")
    @classmethod
    def _tenant_is_a_name(cls, value: str) -> str:
        return identifier(value, parameter="tenant_id", owner="Settings")

    @classmethod
    def read(cls, file: Path | str | None = None, **arguments: Any) -> Settings:
        """Read settings; ``file`` (or ``ML_ANALYTICS_CONFIG``) names a YAML file.

        Raises:
            SettingsError: names the key and the value that cannot be used.
        """
        named = file if file is not None else os.environ.get("ML_ANALYTICS_CONFIG")
        from_file = read_yaml(Path(named)) if named else {}
        for path in _environment_paths():
            if path[0] not in cls.model_fields:
                named = f"{_PREFIX}{'__'.join(path)}".upper()
                raise SettingsError(
                    f"The setting '{path[0]}' is unknown. Got it from the environment as {named}."
                )
            _drop(from_file, path)
        return cls(**{**from_file, **{key: value for key, value in arguments.items() if value is not None}})

    @property
    def resolved_database_url(self) -> str:
        """The database's address: the one given, or SQLite in ``home``."""
        return self.database_url or f"sqlite:///{(self.home / 'ml_analytics.db').resolve()}"


def _environment_paths() -> list[list[str]]:
    """Return the path of every setting that the environment gives: ``["server", "port"]``."""
    names = (name.upper() for name in os.environ)
    return [
        name.removeprefix(_PREFIX).lower().split("__")
        for name in sorted(names)
        if name.startswith(_PREFIX) and name != f"{_PREFIX}CONFIG"
    ]


def _drop(values: dict[str, Any], path: list[str]) -> None:
    """Take out of the file's values what the environment says, and nothing beside it."""
    for part in path[:-1]:
        inner = values.get(part)
        if not isinstance(inner, dict):
            return
        values = inner
    values.pop(path[-1], None)


def _unreadable(error: UnreadableSetting) -> str:
    key = str(error).partition('field "')[2].partition('"')[0]
    got = os.environ.get(f"{_PREFIX}{key}".upper())
    return f"The setting '{key}' must be JSON in the environment. Got {got!r} instead."


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"The setting '{key}' is unknown. Got {first['input']!r}."
    if isinstance(cause := first.get("ctx", {}).get("error"), ParameterError):
        return f"The setting '{key}' cannot be used. {cause}"
    return f"The setting '{key}' cannot be used: {first['msg'].lower()}. Got {first['input']!r} instead."
