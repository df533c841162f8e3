"""Settings: arguments over environment (``ML_ANALYTICS_*``) over a YAML file over defaults; then fixed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from .errors import SettingsError
from .names import identifier
from .yaml import read_yaml


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
    to another database, for example ``postgresql://user:password@host/name``.

    >>> Settings(home="/tmp/here").tenant_id
    'default'
    """

    model_config = SettingsConfigDict(
        env_prefix="ML_ANALYTICS_", env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    home: Path = Path(".ml_analytics")
    database_url: str | None = None
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
        from_environment = _environment_keys()
        kept = {key: value for key, value in from_file.items() if key not in from_environment}
        return cls(**{**kept, **{key: value for key, value in arguments.items() if value is not None}})

    @property
    def resolved_database_url(self) -> str:
        """The database's address: the one given, or SQLite in ``home``."""
        return self.database_url or f"sqlite:///{(self.home / 'ml_analytics.db').resolve()}"


def _environment_keys() -> set[str]:
    prefix = "ML_ANALYTICS_"
    return {
        name.removeprefix(prefix).lower().split("__")[0]
        for name in os.environ
        if name.startswith(prefix) and name != "ML_ANALYTICS_CONFIG"
    }


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"The setting '{key}' is unknown. Got {first['input']!r}."
    return f"The setting '{key}' cannot be used: {first['msg'].lower()}. Got {first['input']!r} instead."
