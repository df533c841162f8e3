from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import pytest

from ml_analytics.evaluation import Evidence, Gate, basic_gate, market_gate, table_gate

FACTORIES: list[Callable[[], Gate]] = [market_gate, table_gate, basic_gate]


@pytest.mark.parametrize("factory", FACTORIES)
def test_a_good_candidate_passes(factory: Callable[[], Gate], good: Evidence) -> None:
    assert factory().decide(good).passed


@pytest.mark.parametrize("factory", FACTORIES)
def test_no_evidence_passes_nothing(factory: Callable[[], Gate]) -> None:
    decision = factory().decide(Evidence(metrics={}))
    assert not any(one.passed for one in decision.results)


def test_the_market_gate_refuses_when_one_thing_is_missing(good: Evidence) -> None:
    for lacking in (
        replace(good, advantage=None),
        replace(good, certificate=None),
        replace(good, parity=None),
        replace(good, latency_ms=None),
        replace(good, integrity=False),
    ):
        assert len(market_gate().decide(lacking).reasons) == 1


def test_the_market_gate_calls_a_score_too_good_a_leak(good: Evidence) -> None:
    decision = market_gate().decide(replace(good, metrics={"accuracy": 0.78}))
    assert "sign of a leak" in decision.reasons[0]


def test_tables_have_no_future_to_leak(good: Evidence) -> None:
    assert table_gate().decide(replace(good, certificate=None, metrics={"accuracy": 0.95})).passed


def test_evidence_is_all_optional_but_the_metrics() -> None:
    assert {one.name for one in fields(Evidence)} >= {"advantage", "certificate", "trials", "compiled_note"}
    assert Evidence({"accuracy": 0.5}).production_metrics is None
