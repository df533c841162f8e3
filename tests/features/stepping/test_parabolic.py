"""The parabolic stop where its rules can be seen."""

from __future__ import annotations

from itertools import pairwise

from ml_analytics.features.stepping import Recent
from ml_analytics.features.stepping.parabolic import parabolic


def stops(bars: list[tuple[float, float]]) -> list[float]:
    push, state, recent, made = parabolic(0.02, 0.2), None, Recent(reach=2), []
    for high, low in bars:
        recent.push((low, high, low, high, 1.0))
        state, stop = push(state, recent)
        made.append(stop)
    return made


def test_it_follows_a_rise_quicker_and_quicker_and_never_into_the_last_two_bars() -> None:
    bars = [(10.0 + t, 9.0 + t) for t in range(30)]
    made = stops(bars)
    assert made[1] == bars[0][1]
    assert all(before < after for before, after in pairwise(made[1:]))
    assert all(stop <= min(bars[t - 1][1], bars[t][1]) for t, stop in enumerate(made) if t > 1)


def test_touched_it_flips_to_the_extreme() -> None:
    made = stops([*((10.0 + t, 9.0 + t) for t in range(10)), (12.0, 5.0)])
    assert made[-1] == 19.0


def test_the_first_direction_is_that_of_the_larger_movement() -> None:
    assert stops([(10.0, 9.0), (9.5, 7.0)])[1] == 10.0
    assert stops([(10.0, 9.0), (13.0, 9.5)])[1] == 9.0
    assert stops([(10.0, 9.0), (13.0, 8.0)])[1] == 13.0, "up, and turned at once"
