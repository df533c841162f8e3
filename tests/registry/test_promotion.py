from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.clock import ManualClock
from ml_analytics.core.errors import ModelNotFoundError, ParameterError, PromotionRefused
from ml_analytics.core.protocols import Records
from ml_analytics.core.tenant import Tenant
from ml_analytics.core.values import FeatureVerdict, LeakCertificate, Lineage, Score
from ml_analytics.evaluation import market_gate
from ml_analytics.models import ModelFactory
from ml_analytics.registry import ModelRegistry
from ml_analytics.stores import open_stores


@pytest.fixture
def registry(tmp_path: Path) -> ModelRegistry:
    registry = ModelRegistry(open_stores(tmp_path))
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(80, 2)), columns=["a", "b"])
    model = ModelFactory.create("logistic").fit(X, (X["a"] > 0).astype(int))
    clean = LeakCertificate((FeatureVerdict("a", True), FeatureVerdict("b", True)), 80)
    registry.register_model(
        "m",
        model,
        metrics={"validation": {"accuracy": 0.56}},
        lineage=Lineage(certificate=clean, trials=2),
        sample=X,
    )
    return registry


def evidence(registry: ModelRegistry, low: float):  # type: ignore[no-untyped-def]
    return replace(
        registry.evidence("m", "1.0.0"),
        scores={"accuracy": Score("accuracy", 0.56, 0.53, 0.59)},
        advantage=Score("advantage", 0.02, low, 0.05, level=0.975, n=500),
        baseline="always up",
        latency_ms=1.0,
    )


def test_the_registry_knows_lineage_parity_and_integrity(registry: ModelRegistry) -> None:
    found = registry.evidence("m", "1.0.0")
    assert found.integrity
    assert found.compiled
    assert found.parity is not None
    assert found.parity < 1e-4
    assert found.certificate is not None
    assert found.certificate.clean
    assert found.trials == 2


def test_the_market_gate_lets_a_better_model_through(registry: ModelRegistry) -> None:
    decision = registry.promote_version("m", "1.0.0", gate=market_gate(), evidence=evidence(registry, 0.001))
    assert decision.passed
    assert registry.served_version("m").stages == ("production",)


def test_the_market_gate_refuses_one_that_may_be_chance(registry: ModelRegistry) -> None:
    with pytest.raises(PromotionRefused) as refusal:
        registry.promote_version("m", "1.0.0", gate=market_gate(), evidence=evidence(registry, -0.001))
    assert len(refusal.value.reasons) == 1
    assert "always up" in refusal.value.reasons[0]


def test_environments_are_enumerated(registry: ModelRegistry) -> None:
    with pytest.raises(ParameterError, match="environment"):
        registry.promote_version("m", "1.0.0", "../prod")


def test_decision_stage_history_and_outbox_stand_together(registry: ModelRegistry) -> None:
    registry.promote_version("m", "1.0.0", gate=market_gate(), evidence=evidence(registry, 0.001))
    with registry.stores.records.read(registry.tenant) as records:
        assert records.count("stages") == 1
        promotions = records.find("promotions")
        events = records.find("outbox")
    assert promotions[0]["decision"]["passed"] is True
    assert events[0]["payload"]["version"] == "1.0.0"
    assert events[0]["id"] == promotions[0]["id"]


def test_what_is_archived_or_deleted_while_it_is_judged_does_not_go_live(registry: ModelRegistry) -> None:
    found = registry.get_model_version("m", "1.0.0")

    judged = evidence(registry, 0.001)
    known = registry.stores.records
    registry_of_another = ModelRegistry(registry.stores)

    class Store:
        """Lets another process delete the version just before the promotion's transaction begins."""

        def __getattr__(self, name: str) -> object:
            return getattr(known, name)

        def begin(self, tenant: Tenant) -> AbstractContextManager[Records]:
            registry_of_another.delete("m", found.version)
            return known.begin(tenant)

    slow = ModelRegistry(replace(registry.stores, records=Store()))  # type: ignore[arg-type]
    with pytest.raises(ModelNotFoundError):
        slow.promote_version("m", "1.0.0", evidence=judged)
    assert registry.live_version("m") is None


def test_history_has_the_order_in_which_promotions_happened(registry: ModelRegistry) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    clock = ManualClock(start)
    timed = ModelRegistry(registry.stores, clock=clock)
    known = registry.stores.records

    class Store:
        """Lets a minute pass while the promotion waits for the lock."""

        def __getattr__(self, name: str) -> object:
            return getattr(known, name)

        def begin(self, tenant: Tenant) -> AbstractContextManager[Records]:
            clock.advance(timedelta(minutes=1))
            return known.begin(tenant)

    slow = ModelRegistry(replace(registry.stores, records=Store()), clock=clock)  # type: ignore[arg-type]
    slow.promote_version("m", "1.0.0")
    assert timed.production_at("m", start + timedelta(seconds=59)) is None
    assert timed.production_at("m", start + timedelta(minutes=1)) == "1.0.0"


def test_a_score_on_training_rows_does_not_replace_one_on_held_out_rows(registry: ModelRegistry) -> None:
    registry.promote_version("m", "1.0.0")
    model = registry.get_model("m", "1.0.0")
    registry.register_model("m", model, metrics={"train": {"accuracy": 1.0}})
    with pytest.raises(PromotionRefused, match="'accuracy' of the candidate is None"):
        registry.promote_version("m", "1.1.0")
    for accuracy in (0.8, 0.9):
        registry.register_model("unheld", model, metrics={"train": {"accuracy": accuracy}})
    registry.promote_version("unheld", "1.0.0")
    assert registry.promote_version("unheld", "1.1.0").passed
