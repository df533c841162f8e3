"""Signs by the tick rule against going through the bars."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.features.indicators.microstructure.tick_rule import newest_sign, tick_signs
from ml_analytics.features.stepping import Recent


@given(st.lists(st.integers(1, 4), min_size=1, max_size=60))
def test_signs(prices: list[int]) -> None:
    sign, expected, stepped, recent = 0.0, [], [0.0], Recent(reach=2)
    for place, price in enumerate(prices):
        if place and price != prices[place - 1]:
            sign = 1.0 if price > prices[place - 1] else -1.0
        expected.append(sign)
        recent.push((price, price, price, price, 1.0))
        stepped.append(newest_sign(stepped[-1], recent))
    assert tick_signs(np.array(prices, float)).tolist() == expected == stepped[1:]
