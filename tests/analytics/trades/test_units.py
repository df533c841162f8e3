from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.analytics.trades.units import SLACK, in_units

QUANTITIES = st.lists(st.decimals(-(10**6), 10**6, places=6, allow_nan=False), min_size=1, max_size=20)


@given(QUANTITIES)
def test_decimals_are_exact(values: list[Decimal]) -> None:
    units = in_units(np.array([float(one) for one in values]))
    assert units.slack == 0.0
    assert [Decimal(int(one)) / Decimal(int(units.per_one)) for one in units.count] == values
    assert units.amount(units.count).tolist() == [float(one) for one in values]


@pytest.mark.parametrize("values", [[1 / 3], [1e-30], [1e17, 0.1], [1e99, 1.0], [np.pi, -np.e]])
def test_others_are_as_fine_as_they_can(values: list[float]) -> None:
    units = in_units(np.array(values))
    np.testing.assert_allclose(units.amount(units.count), values, rtol=1e-15, atol=max(values) * 1e-17)
    assert units.slack in (0.0, SLACK)
    assert int(np.abs(units.count.astype(object)).sum()) < 2**62


def test_nothing() -> None:
    assert in_units(np.empty(0)).count.size == 0
    assert in_units(np.zeros(3)).count.tolist() == [0, 0, 0]
