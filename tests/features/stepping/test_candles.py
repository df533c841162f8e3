"""The candlestick steps against TA-Lib itself: the same integer at every bar, also where prices tie."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pytest
import talib
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.features.stepping import Recent
from ml_analytics.features.stepping.candles import PATTERNS, Pattern
from ml_analytics.features.stepping.candles import settings as candle_settings

Bars: TypeAlias = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

TICK = 0.25

every_pattern = pytest.mark.parametrize("pattern", PATTERNS.values(), ids=lambda one: one.name)

# The rare ones as they are drawn in books, open high low close in ticks; upside down they are drawn as well.
DRAWN = {
    "2CROWS": "0 10 -1 9, 14 15 11 12, 13 13 5 6",
    "3BLACKCROWS": "10 14 9 13, 14 15 10 10, 12 13 6 6, 9 10 3 3",
    "3INSIDE": "10 11 -1 0, 3 6 2 5, 6 13 5 12",
    "3LINESTRIKE": "0 5 -1 4, 3 8 2 7, 6 11 5 10, 12 13 -3 -2",
    "3STARSINSOUTH": "20 21 -2 10, 14 15 4 8, 9 9 8 8",
    "3WHITESOLDIERS": "0 5 -1 5, 3 8 2 8, 6 12 5 12",
    "ABANDONEDBABY": "0 11 -1 10, 14 15 13 14, 11 12 1 2",
    "ADVANCEBLOCK": "0 10 0 10, 8 16 7 15, 13 20 12 17",
    "BREAKAWAY": "30 31 19 20, 16 17 12 13, 14 15 10 11, 12 13 8 9, 9 19 8 18",
    "CONCEALBABYSWALL": "20 20 14 14, 15 15 9 9, 7 11 3 4, 12 12 1 2",
    "COUNTERATTACK": "10 11 -1 0, -9 1 -10 0",
    "EVENINGSTAR": "0 11 -1 10, 12 15 11 14, 9 10 2 3",
    "GAPSIDESIDEWHITE": "0 3 -1 2, 6 11 5 10, 6 11 5 10",
    "HIKKAKEMOD": "5 10 0 6, 6 9 1 1, 5 8 2 5, 5 7 1 3, 3 4 0 2, 2 12 1 11",
    "IDENTICAL3CROWS": "20 21 15 15, 15 15 9 9, 9 10 4 4",
    "INNECK": "10 11 -1 0, -4 1 -5 0",
    "KICKING": "20 20 10 10, 24 34 24 34",
    "LADDERBOTTOM": "20 21 16 17, 18 19 14 15, 16 17 12 13, 14 18 11 12, 15 20 14 19",
    "MATHOLD": "0 11 -1 10, 13 14 11 12, 11 12 8 9, 10 11 7 8, 9 17 8 16",
    "PIERCING": "10 11 -1 0, -3 9 -4 8",
    "RISEFALL3METHODS": "0 11 -1 10, 9 10 7 8, 8 9 6 7, 7 8 5 6, 7 14 6 13",
    "SEPARATINGLINES": "10 11 3 4, 10 18 10 17",
    "STALLEDPATTERN": "0 11 -1 10, 9 18 8 18, 17 20 16 19",
    "STICKSANDWICH": "10 11 4 5, 7 12 6 11, 10 11 4 5",
    "TASUKIGAP": "0 4 -1 3, 6 11 5 10, 8 9 3 4",
    "TRISTAR": "5 6 4 5, 9 10 8 9, 5 7 3 5",
    "UNIQUE3RIVER": "20 21 9 10, 16 17 5 12, 8 11 7 10",
    "UPSIDEGAP2CROWS": "0 10 -1 9, 13 14 11 12, 14 15 10 11",
    "XSIDEGAP3METHODS": "0 5 -1 4, 7 12 6 11, 9 10 1 2",
}
PICTURES = [np.array([row.split() for row in rows.split(",")], int) for rows in DRAWN.values()]
PICTURES += [np.column_stack([-one[:, 0], -one[:, 2], -one[:, 1], -one[:, 3]]) for one in PICTURES]

BULLISH = frozenset({
    "3STARSINSOUTH", "3WHITESOLDIERS", "CONCEALBABYSWALL", "DOJI", "DRAGONFLYDOJI", "GRAVESTONEDOJI",
    "HAMMER", "HOMINGPIGEON", "INVERTEDHAMMER", "LADDERBOTTOM", "LONGLEGGEDDOJI", "MATCHINGLOW", "MATHOLD",
    "MORNINGDOJISTAR", "MORNINGSTAR", "PIERCING", "RICKSHAWMAN", "STICKSANDWICH", "TAKURI", "UNIQUE3RIVER",
})  # fmt: skip
BEARISH = frozenset({
    "2CROWS", "3BLACKCROWS", "ADVANCEBLOCK", "DARKCLOUDCOVER", "EVENINGDOJISTAR", "EVENINGSTAR", "HANGINGMAN",
    "IDENTICAL3CROWS", "INNECK", "ONNECK", "SHOOTINGSTAR", "STALLEDPATTERN", "THRUSTING", "UPSIDEGAP2CROWS",
})  # fmt: skip


def values_of(name: str) -> set[int]:
    """What TA-Lib can say of a pattern, besides 0."""
    if name in {"HIKKAKE", "HIKKAKEMOD"}:
        return {-200, -100, 100, 200}
    if name in {"ENGULFING", "HARAMI", "HARAMICROSS"}:
        return {-100, -80, 80, 100}
    return {100 if name in BULLISH else -100, -100 if name in BEARISH else 100}


def tick_bars(seed: int, length: int, tick: float) -> Bars:
    """Candles on ticks: small ones with many doji and ties, runs of like ones, and drawn ones, a bit shaken.

    After like candles the mean sizes are round numbers of ticks, which the drawn ones meet exactly.
    """
    generator = np.random.default_rng(seed)
    drawn: list[np.ndarray] = []
    level = 1000
    while len(drawn) < length:
        makers = GROUPS[generator.integers(len(GROUPS))]
        for group in (make(generator) for make in makers):
            drawn += [np.array([row[0], max(row), min(row), row[3]]) + level for row in group]
            level = int(np.clip(drawn[-1][3] + generator.integers(-4, 5), 300, 3000))
    opened, high, low, close = np.array(drawn[:length], float).T * tick
    return opened, high, low, close


def _candles(generator: np.random.Generator) -> np.ndarray:
    length, size = generator.integers(1, 14), generator.choice([1, 3, 6])
    close = np.cumsum(generator.integers(-size, size + 1, length))
    opened = close + generator.integers(-size, size + 1, length) * (generator.random(length) > 0.2)
    above, below = generator.choice([0, 0, 0, 1, 2, 6], (2, length))
    return np.column_stack(
        [opened, np.maximum(opened, close) + above, np.minimum(opened, close) - below, close]
    )


def _like_candles(generator: np.random.Generator) -> np.ndarray:
    length, body = generator.integers(3, 12), generator.integers(0, 6)
    whole = generator.choice([5, 10, 15, 20, 30])
    low = -generator.integers(0, whole - body + 1, length)
    up = generator.random(length) < 0.5
    return np.column_stack([np.where(up, 0, body), low + whole, low, np.where(up, body, 0)])


def _shaken(generator: np.random.Generator) -> np.ndarray:
    picture = PICTURES[generator.integers(len(PICTURES))] * generator.integers(1, 3)
    for _ in range(generator.integers(0, 4)):
        bar, price, other_bar, other_price = generator.integers(0, (len(picture), 4) * 2)
        if generator.random() < 0.5:
            picture[bar, price] += generator.choice([-2, -1, 1, 2])
        else:
            picture[bar, price] = picture[other_bar, other_price]
    return picture


GROUPS = (
    (_candles,),
    (_shaken,),
    (_like_candles, _shaken),
    (_like_candles, _shaken),
    (_like_candles, _shaken),
)


def edges(pattern: Pattern, bars: Bars, occurrences: int) -> Iterator[Bars]:
    """Bars on both sides of where a pattern ends: one of its prices is moved until TA-Lib changes its mind.

    Ticks are cut into a hundred, so that nearly every mean size can be met exactly.
    """
    found = batch(pattern, bars)
    windows = np.lib.stride_tricks.sliding_window_view(np.stack(bars), pattern.warm_up + 1, axis=1)
    for value in values_of(pattern.name):
        for bar in np.flatnonzero(found == value)[:occurrences]:
            window = windows[:, bar - pattern.warm_up] / TICK * 100
            for price, candle in np.ndindex(4, min(5, window.shape[1])):
                for direction in (-1.0, 1.0):
                    yield from _edge(pattern, window, (price, -1 - candle), direction)


def _edge(pattern: Pattern, window: np.ndarray, place: tuple[int, int], step: float) -> Iterator[Bars]:
    def moved(by: float) -> Bars:
        made = window.copy()
        made[place] += by
        made[1], made[2] = made.max(axis=0), made.min(axis=0)
        return made[0], made[1], made[2], made[3]

    inside, outside = 0.0, step * 4096
    value = batch(pattern, moved(inside))[-1]
    if batch(pattern, moved(outside))[-1] == value:
        return
    while abs(outside - inside) > 1:
        middle = (inside + outside) / 2
        if batch(pattern, moved(middle))[-1] == value:
            inside = middle
        else:
            outside = middle
    yield moved(inside)
    yield moved(outside)


def rows(bars: Bars) -> Iterator[tuple[float, float, float, float, float]]:
    for opened, high, low, close in zip(*(one.tolist() for one in bars), strict=True):
        yield opened, high, low, close, 0.0


def stepped(pattern: Pattern, bars: Bars) -> list[float | tuple[float, ...]]:
    recent, state, made = Recent(pattern.warm_up + 1), None, []
    for row in rows(bars):
        recent.push(row)
        state, value = pattern.step(state, recent)
        made.append(value)
    return made


def batch(pattern: Pattern, bars: Bars) -> np.ndarray:
    values: np.ndarray = getattr(talib, f"CDL{pattern.name}")(*bars)
    return values


def assert_equal(pattern: Pattern, bars: Bars) -> None:
    made, expected = stepped(pattern, bars)[pattern.warm_up :], batch(pattern, bars)[pattern.warm_up :]
    np.testing.assert_array_equal(made, expected, err_msg=pattern.name)


def prices(frame: pd.DataFrame) -> Bars:
    opened, high, low, close = (frame[name].to_numpy(float) for name in ("open", "high", "low", "close"))
    return opened, high, low, close


@pytest.fixture(scope="module")
def many() -> Bars:
    return tick_bars(seed=1, length=20_000, tick=TICK)


def test_they_are_all_that_talib_has() -> None:
    groups: dict[str, list[str]] = talib.get_function_groups()  # type: ignore[no-untyped-call]
    assert {f"CDL{name}" for name in PATTERNS} == set(groups["Pattern Recognition"])


@every_pattern
def test_talib_on_the_sp500(pattern: Pattern, sp500_bars: pd.DataFrame) -> None:
    assert_equal(pattern, prices(sp500_bars))


@pytest.mark.real_data
@every_pattern
def test_talib_on_bitcoin_by_the_hour(pattern: Pattern, btc_bars: pd.DataFrame) -> None:
    assert_equal(pattern, prices(btc_bars))


@every_pattern
def test_talib_on_ticks_where_every_value_occurs(pattern: Pattern, many: Bars) -> None:
    assert_equal(pattern, many)
    assert set(batch(pattern, many).tolist()) == {0, *values_of(pattern.name)}


@every_pattern
def test_talib_where_a_pattern_just_ends(pattern: Pattern, many: Bars) -> None:
    cases = list(edges(pattern, many, occurrences=12))
    assert len(cases) > 20
    for bars in cases:
        assert_equal(pattern, bars)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), tick=st.sampled_from([0.01, 0.1, 0.25, 1.0, 1e-9, 1e9]))
def test_talib_on_any_ticks(seed: int, tick: float) -> None:
    bars = tick_bars(seed, 200, tick)
    for pattern in PATTERNS.values():
        assert_equal(pattern, bars)


@settings(max_examples=40, deadline=None)
@given(length=st.integers(1, 20), seed=st.integers(0, 2**32 - 1))
def test_talib_on_the_first_bars(length: int, seed: int) -> None:
    bars = tick_bars(seed, length, 0.01)
    for pattern in PATTERNS.values():
        assert_equal(pattern, bars)


@every_pattern
def test_a_last_bar_is_corrected_and_a_state_is_written_down(pattern: Pattern) -> None:
    bars, others = tick_bars(7, 150, 0.1), tick_bars(8, 150, 0.1)
    recent, written, made = Recent(pattern.warm_up + 1), "null", []
    for row, other in zip(rows(bars), rows(others), strict=True):
        state = tuples(json.loads(written))
        recent.push(other)
        pattern.step(state, recent)
        recent.replace(row)
        after, value = pattern.step(state, recent)
        assert json.dumps(state) == written, "the state before was changed"
        written = json.dumps(after)
        made.append(value)
    np.testing.assert_array_equal(made[pattern.warm_up :], batch(pattern, bars)[pattern.warm_up :])


def tuples(value: Any) -> Any:
    return tuple(tuples(one) for one in value) if isinstance(value, list) else value


@every_pattern
def test_twice_the_prices_are_the_same_patterns(pattern: Pattern, many: Bars) -> None:
    opened, high, low, close = (one[:3000] for one in many)
    twice = (opened * 2, high * 2, low * 2, close * 2)
    assert stepped(pattern, (opened, high, low, close)) == stepped(pattern, twice)


def test_a_shadow_setting_holds_for_one_of_the_two() -> None:
    opened, high, low, close = [5.0], [9.0], [3.0], [6.0]
    assert candle_settings.shadows(opened, high, low, close, -1) == 3.0 + 2.0
    assert candle_settings.SHORT_SHADOW.factor == 0.5
