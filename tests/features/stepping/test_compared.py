"""The close beside a level."""

from __future__ import annotations

from ml_analytics.features.stepping import Recent
from ml_analytics.features.stepping.compared import from_level, in_closes, over


def test_three_ways_to_compare_and_the_state_is_the_levels() -> None:
    recent = Recent(reach=1)
    recent.push((1.0, 9.0, 1.0, 8.0, 1.0))
    for how, expected in ((over, 3.0), (from_level, 0.75), (in_closes, 0.25)):
        step = how(lambda state, recent: ("next", 2.0))
        assert step(None, recent) == ("next", expected)
