from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.analytics import metrics as m

returns = st.lists(st.floats(-0.5, 1.0), min_size=1, max_size=50)


@given(returns)
def test_wealth_ends_at_the_total_return(values: list[float]) -> None:
    assert m.wealth(values)[-1] == pytest.approx(1 + m.total_return(values), rel=1e-9)
    np.testing.assert_allclose(m.wealth(values), np.cumprod(1 + np.array(values)), rtol=1e-9)


@given(returns)
def test_cagr_over_as_many_periods_as_a_year_has_is_the_total_return(values: list[float]) -> None:
    assert m.cagr(values, len(values)) == pytest.approx(m.total_return(values), rel=1e-9, abs=1e-12)


@given(st.floats(-0.5, 0.5), st.integers(1, 500))
def test_cagr_of_a_constant_rate_is_the_compounded_rate(rate: float, n: int) -> None:
    assert m.cagr([rate] * n, 12) == pytest.approx((1 + rate) ** 12 - 1, rel=1e-9, abs=1e-12)


def test_more_than_floats_hold_is_infinite() -> None:
    assert m.total_return([1e99] * 10) == float("inf")
