from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.evaluation import CheckResult, Evidence, Gate, IntegrityCheck, LatencyCheck


@dataclass(frozen=True)
class Fixed:
    """A check whose verdict is given."""

    name: str
    passes: bool

    def run(self, evidence: Evidence) -> CheckResult:
        return CheckResult(self.name, self.passes, f"{self.name} said so.")


class Broken:
    """A check that cannot run."""

    name = "broken"

    def run(self, evidence: Evidence) -> CheckResult:
        raise ZeroDivisionError("no rows")


VERDICTS = st.lists(st.booleans(), min_size=1, max_size=8)


def _gate(verdicts: list[bool]) -> Gate:
    return Gate([Fixed(f"check {i}", one) for i, one in enumerate(verdicts)])


@given(VERDICTS)
def test_all_must_pass_and_all_are_run(verdicts: list[bool]) -> None:
    decision = _gate(verdicts).decide(Evidence({}))
    assert decision.passed == all(verdicts)
    assert [one.passed for one in decision.results] == verdicts
    assert len(decision.reasons) == verdicts.count(False)


@given(VERDICTS, st.booleans())
def test_one_more_check_never_opens_the_gate(verdicts: list[bool], extra: bool) -> None:
    before = _gate(verdicts).decide(Evidence({})).passed
    after = _gate([*verdicts, extra]).decide(Evidence({})).passed
    assert after <= before


def test_a_broken_check_refuses_and_hides_nothing() -> None:
    decision = Gate([Fixed("a", True), Broken(), Fixed("b", False)]).decide(Evidence({}))
    assert not decision.passed
    assert decision.reasons == (
        "The check 'broken' could not be run: ZeroDivisionError: no rows",
        "b said so.",
    )


def test_a_gate_needs_checks_of_different_names() -> None:
    with pytest.raises(ParameterError, match="at least one check"):
        Gate([])
    with pytest.raises(ParameterError, match="different names"):
        Gate([IntegrityCheck(), IntegrityCheck()])


def test_the_decision_is_plain_json(good: Evidence) -> None:
    decision = Gate([IntegrityCheck(), LatencyCheck()]).decide(replace(good, latency_ms=80.0))
    value = json.loads(json.dumps(decision.to_json()))
    assert value["passed"] is False
    assert [one["name"] for one in value["results"]] == ["integrity", "latency"]
    assert value["reasons"] == list(decision.reasons)
    assert "FAIL  latency" in str(decision)
