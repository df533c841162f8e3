"""Settings: argument over environment over file over default; unknown is refused; fixed once read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ml_analytics.core.errors import MLFrameworkError, SettingsError
from ml_analytics.core.settings import Settings

DATABASE_CONFIG = """\
mongodb:
  collections:
    training_data:
      - text_corpus
      - market_data
      - social_content
    model_outputs:
      - embeddings
      - predictions
      - intermediate_results

sql:
  tables:
    metrics:
      - model_performance
      - validation_results
    structured_data:
      - market_metrics
      - user_interactions
"""
PIPELINE_CONFIG = """\
mlflow:
  tracking_uri: "sqlite:///mlflow.db"
  registry_uri: "sqlite:///mlflow.db"
  experiment_name: "crypto_trading"
  artifacts_dir: "mlruns"
  auto_log: True

feature_engineering:
  technical_indicators:
    enabled: True
    trend_indicators: ["sma", "ema", "macd", "adx"]
  feature_selection:
    method: "mutual_info"
    n_features: 50

training:
  model_type: "xgboost"
  validation:
    method: "time_series_split"
    n_splits: 5
"""


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("ML_ANALYTICS_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings.yaml"
    path.write_text(
        "tenant_id: from_file\ncache_bytes: 1\nmax_memory_mb: 1\nserver: {host: 0.0.0.0, port: 1}\n"
    )
    return path


def test_without_anything_the_defaults_stand() -> None:
    settings = Settings.read()
    assert settings == Settings()
    assert (settings.tenant_id, settings.home, settings.server.port) == (
        "default",
        Path(".ml_analytics"),
        8080,
    )
    assert settings.server.host == "127.0.0.1"


def test_argument_over_environment_over_file_over_default(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ML_ANALYTICS_CACHE_BYTES", "2")
    monkeypatch.setenv("ML_ANALYTICS_MAX_MEMORY_MB", "2")
    settings = Settings.read(file, max_memory_mb=3)
    assert settings.tenant_id == "from_file"
    assert settings.cache_bytes == 2
    assert settings.max_memory_mb == 3
    assert settings.log_level == "WARNING"


def test_the_environment_replaces_one_key_of_a_section_and_nothing_beside_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ML_ANALYTICS_SERVER__PORT", "9000")
    server = Settings.read(file).server
    assert (server.host, server.port) == ("0.0.0.0", 9000)


def test_an_argument_of_none_says_nothing(file: Path) -> None:
    assert Settings.read(file, tenant_id=None).tenant_id == "from_file"


def test_the_file_can_be_named_by_the_environment(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ML_ANALYTICS_CONFIG", str(file))
    assert Settings.read().tenant_id == "from_file"


@pytest.mark.parametrize("text", [DATABASE_CONFIG, PIPELINE_CONFIG, DATABASE_CONFIG + PIPELINE_CONFIG])
def test_the_sections_people_have_already_are_accepted(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    settings = Settings.read(path)
    if text.startswith("mongodb"):
        assert settings.mongodb.collections["model_outputs"] == (
            "embeddings",
            "predictions",
            "intermediate_results",
        )
        assert settings.sql.tables["structured_data"] == ("market_metrics", "user_interactions")
    if "mlflow" in text:
        assert settings.mlflow.experiment_name == "crypto_trading"
        assert settings.mlflow.auto_log is True
        assert settings.feature_engineering["feature_selection"]["n_features"] == 50
        assert settings.training["validation"] == {"method": "time_series_split", "n_splits": 5}


@pytest.mark.parametrize(
    ("values", "key", "got"),
    [
        ({"tennant_id": "acme"}, "tennant_id", "acme"),
        ({"server": {"prot": 80}}, "server.prot", "80"),
        ({"server": {"port": 70_000}}, "server.port", "70000"),
        ({"server": {"port": "many"}}, "server.port", "many"),
        ({"cache_bytes": -1}, "cache_bytes", "-1"),
        ({"max_memory_mb": 0}, "max_memory_mb", "0"),
        ({"log_level": "LOUD"}, "log_level", "LOUD"),
        ({"tenant_id": "../x"}, "tenant_id", "../x"),
        ({"tenant_id": 5}, "tenant_id", "5"),
        ({"mlflow": {"auto_log": "perhaps"}}, "mlflow.auto_log", "perhaps"),
        ({"mongodb": {"collections": ["a"]}}, "mongodb.collections", "a"),
        ({"training": "xgboost"}, "training", "xgboost"),
    ],
)
def test_an_unusable_setting_is_named_with_its_value(values: dict[str, Any], key: str, got: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read(**values)
    assert f"'{key}'" in str(caught.value)
    assert got in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_key_of_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("homes: /tmp\n")
    with pytest.raises(SettingsError, match=r"The setting 'homes' is unknown. Got '/tmp'"):
        Settings.read(path)


@pytest.mark.parametrize(
    "name", ["ML_ANALYTICS_TENNANT_ID", "ml_analytics_tennant_id", "ML_ANALYTICS_TENNANT_ID__X"]
)
def test_an_unknown_name_in_the_environment_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "acme")
    with pytest.raises(SettingsError, match=r"'tennant_id' is unknown.*environment"):
        Settings.read()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ML_ANALYTICS_TRAINING", "xgboost", "'training' must be JSON in the environment. Got 'xgboost'"),
        ("ML_ANALYTICS_SERVER__PORT", "many", "'server.port' cannot be used.*Got 'many'"),
        ("ML_ANALYTICS_SERVER__PROT", "1", "'server.prot' is unknown"),
        ("ML_ANALYTICS_CACHE_BYTES", "64MB", "'cache_bytes' cannot be used.*Got '64MB'"),
    ],
)
def test_an_unusable_environment_is_one_sentence(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=said):
        Settings.read()


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"absent\.yaml"):
        Settings.read(tmp_path / "absent.yaml")


def test_settings_cannot_be_changed_once_read() -> None:
    settings = Settings.read()
    for target, name in ((settings, "tenant_id"), (settings.server, "port"), (settings.mlflow, "auto_log")):
        with pytest.raises((ValidationError, MLFrameworkError)):
            setattr(target, name, getattr(target, name))


def test_the_database_lies_in_home_unless_it_is_named(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).resolved_database_url == f"sqlite:///{tmp_path.resolve()}/ml_analytics.db"
    assert Settings(database_url="postgresql://h/n").resolved_database_url == "postgresql://h/n"


def test_a_password_in_the_address_is_not_shown() -> None:
    assert "secret" not in repr(Settings(database_url="postgresql://user:secret@host/name"))
