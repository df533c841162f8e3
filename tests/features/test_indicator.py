"""A new indicator is one declaration."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ml_analytics.features.indicator import Array, declare, periods, ratio


def span(high: Array, low: Array, period: int) -> Any:
    return high - low, np.arange(len(high), dtype=np.int32) * period


DECLARED = declare(
    "span",
    "volatility",
    ["span_{period}", "count_{period}"],
    ["high", "low"],
    span,
    warm_up=lambda period: period + 1,
    unit="price",
    formula="high - low, {period}",
    source="test",
    aliases=["width"],
    over=periods(1, 2),
)


def test_a_family_becomes_one_entry_per_parameter_set() -> None:
    assert [one.columns for one in DECLARED] == [("span_1", "count_1"), ("span_2", "count_2")]
    assert [one.warm_up for one in DECLARED] == [2, 3]
    assert DECLARED[1].formula == "high - low, 2"
    with pytest.raises(TypeError):
        DECLARED[0].parameters["period"] = 9  # type: ignore[index]


def test_values_have_the_warm_up_and_are_doubles() -> None:
    bars = {"close": np.ones(5), "high": np.full(5, 3.0), "low": np.ones(5)}
    made = DECLARED[1].values(bars)
    np.testing.assert_array_equal(made["span_2"], [np.nan, np.nan, np.nan, 2, 2])
    np.testing.assert_array_equal(made["count_2"], [np.nan, np.nan, np.nan, 6, 8])
    assert made["count_2"].dtype == np.float64


def test_compute_is_not_called_within_the_warm_up() -> None:
    def never(close: Array) -> Array:
        raise AssertionError

    (one,) = declare("x", "trend", ["x"], ["close"], never, warm_up=3, unit="price", formula="x", source="x")
    assert np.isnan(one.values({"close": np.ones(3)})["x"]).all()


def test_ratio_has_a_neutral_value() -> None:
    made = ratio(np.array([1.0, 1.0, np.nan]), np.array([2.0, 0.0, 1.0]), neutral=7.0)
    np.testing.assert_array_equal(made, [0.5, 7.0, np.nan])
