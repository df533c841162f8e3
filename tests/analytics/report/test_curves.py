from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics.report.curves import MOST_POINTS, profit_by_side


def test_profit_so_far_begins_at_zero_and_the_sides_add_up_to_all() -> None:
    trades = pd.DataFrame({"pnl": [1.0, -2.0, 5.0], "side": ["long", "short", "long"]})
    found = {name: values for name, _, values, _ in profit_by_side(trades)}
    assert list(found) == ["all trades", "long", "short"]
    assert found["all trades"].tolist() == [0.0, 1.0, -1.0, 4.0]
    np.testing.assert_array_equal(found["long"] + found["short"], found["all trades"])


@pytest.mark.parametrize(
    "sides", [["long"], ["a", "b", "c", "d"]], ids=["one", "more than can be told apart"]
)
def test_sides_are_drawn_only_where_they_tell_something(sides: list[str]) -> None:
    trades = pd.DataFrame({"pnl": 1.0, "side": sides})
    assert [name for name, *_ in profit_by_side(trades)] == ["all trades"]


def test_of_thousands_of_trades_the_curve_keeps_its_ends_and_its_numbers() -> None:
    pnl = np.random.default_rng(0).normal(size=50_000)
    ((_, at, values, _),) = profit_by_side(pd.DataFrame({"pnl": pnl}))
    assert len(at) <= MOST_POINTS
    assert (at[0], at[-1], values[0]) == (0.0, 50_000.0, 0.0)
    so_far = np.concatenate(([0.0], np.cumsum(pnl)))
    np.testing.assert_array_equal(values, so_far[at.astype(int)])
