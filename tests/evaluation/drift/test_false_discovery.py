from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from ml_analytics.evaluation.drift import benjamini_hochberg


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_agrees_with_scipy(values: list[float]) -> None:
    found = benjamini_hochberg(np.array(values))
    assert found == pytest.approx(false_discovery_control(values))
    assert (found >= np.array(values) - 1e-15).all()


def test_nothing_is_nothing() -> None:
    assert benjamini_hochberg(np.array([])).size == 0
