from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ml_analytics.core.errors import ParameterError, SettingsError
from ml_analytics.core.settings import MongoSection, Settings, SqlSection
from ml_analytics.data.routing import Accepts, Routing

SEED = Settings(
    mongodb=MongoSection(
        collections={
            "training_data": ("text_corpus", "market_data", "social_content"),
            "model_outputs": ("embeddings", "predictions", "intermediate_results"),
        }
    ),
    sql=SqlSection(
        tables={
            "metrics": ("model_performance", "validation_results"),
            "structured_data": ("market_metrics", "user_interactions", "churn"),
        }
    ),
)


SEED_YAML = """\
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


def test_the_database_config_of_the_seed_reads(tmp_path: Path) -> None:
    (tmp_path / "database_config.yaml").write_text(SEED_YAML)
    routing = Routing(Settings.read(tmp_path / "database_config.yaml"))
    homes = {
        "training_data": ("text_corpus", "market_data", "social_content"),
        "model_outputs": ("embeddings", "predictions", "intermediate_results"),
        "ml_records": ("model_performance", "validation_results", "user_interactions"),
        "market_metrics": ("market_metrics",),
    }
    for place, names in homes.items():
        assert {routing.of(name, "test").place for name in names} == {place}


def test_what_may_be_promoted_to_what() -> None:
    routing = Routing(SEED)
    assert routing.promoted("raw_market", "market_metrics", "promote").place == "market_metrics"
    assert routing.promoted("text", "churn", "promote").data_type == "churn"
    for source, target in (
        ("raw_market", "churn"),
        ("text", "market_metrics"),
        ("text", "predictions"),
        ("text", "nope"),
        ("text", {"$ne": None}),
    ):
        with pytest.raises(ParameterError, match="The 'to' parameter of promote"):
            routing.promoted(source, target, "promote")


def test_built_in_and_configured_types() -> None:
    routing = Routing(SEED)
    assert routing.of("raw_market", "t").store == "documents"
    assert routing.of("market_metrics", "t").place == "market_metrics"
    assert routing.of("predictions", "t").place == "model_outputs"
    assert routing.of("text_corpus", "t").place == "training_data"
    assert (routing.of("churn", "t").store, routing.of("churn", "t").place) == ("records", "ml_records")
    assert set(Routing(Settings()).data_types) < set(routing.data_types)


@pytest.mark.parametrize(
    "name",
    [
        "nope",
        "models",
        "api_keys",
        "",
        None,
        3,
        {"$ne": None},
        ["text"],
        "text; DROP TABLE models",
        "../text",
    ],
)
def test_only_listed_names_are_known(name: Any) -> None:
    with pytest.raises(ParameterError, match="The 'data_type' parameter of fetch must be one of"):
        Routing(SEED).of(name, "fetch")


def test_every_type_has_its_way_in() -> None:
    routing = Routing(SEED)
    assert routing.for_writing("text", Accepts.RAW, "ingest").place == "text"
    assert routing.for_writing("text_corpus", Accepts.RESULTS, "store").place == "training_data"
    for name, way in (
        ("market_metrics", Accepts.RESULTS),
        ("prediction_log", Accepts.RESULTS),
        ("metrics", Accepts.RAW),
    ):
        with pytest.raises(ParameterError, match=f"'{name}' gets in by"):
            routing.for_writing(name, way, "store")


def test_configuration_that_cannot_be() -> None:
    with pytest.raises(SettingsError, match=r"sql\.tables.*'text'"):
        Routing(Settings(sql=SqlSection(tables={"a": ("text",)})))
    with pytest.raises(SettingsError, match=r"mongodb\.collections.*'metrics'"):
        Routing(Settings(mongodb=MongoSection(collections={"a": ("metrics",)})))
    with pytest.raises(SettingsError, match="plain names"):
        Routing(Settings(mongodb=MongoSection(collections={"../a": ("b",)})))
    with pytest.raises(SettingsError, match="plain names"):
        Routing(Settings(sql=SqlSection(tables={"a": ("b; DROP",)})))
