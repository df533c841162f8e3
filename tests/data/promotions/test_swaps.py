from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_analytics.data import DataLoader
from ml_analytics.data.promotions.swaps import right_volume

_NAMES = ("low", "high", "close", "volume")


def _bars(n: int = 120, price: float = 500.0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    close = price * np.exp(np.cumsum(rng.normal(0, 0.003, n)))
    volume = rng.lognormal(3, 0.5, n)
    value = volume * close * rng.uniform(0.99, 1.01, n)
    bars = {"low": close * 0.99, "high": close * 1.01, "close": close, "volume": volume}
    return {**bars, "volume usd": value}


def _swap(bars: dict[str, np.ndarray], rows: np.ndarray) -> dict[str, np.ndarray]:
    volume, value = bars["volume"], bars["volume usd"]
    swapped = {"volume": np.where(rows, value, volume), "volume usd": np.where(rows, volume, value)}
    return {**bars, **swapped}


def _right(low: float, high: float, close: float, volume: float, value: float) -> float:
    """The right volume of one bar."""
    cells = {"low": low, "high": high, "close": close, "volume": volume, "volume usd": value}
    return float(right_volume({name: np.array([cell]) for name, cell in cells.items()})[0])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=120, max_size=120), st.sampled_from([0.01, 30.0, 40_000.0]))
def test_exactly_the_swapped_volumes_are_put_right(flags: list[bool], price: float) -> None:
    bars, rows = _bars(price=price), np.array(flags)
    swapped = _swap(bars, rows)
    np.testing.assert_array_equal(right_volume(swapped), np.where(rows, bars["volume"], np.nan))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.booleans(), min_size=20, max_size=20), st.permutations(range(20)))
def test_the_verdict_on_a_bar_is_its_own(flags: list[bool], order: list[int]) -> None:
    swapped = _swap(_bars(20), np.array(flags))
    alone = [right_volume({name: column[[row]] for name, column in swapped.items()})[0] for row in order]
    together = right_volume(swapped)[order]
    np.testing.assert_array_equal(np.array(alone), together)


def test_without_proof_nothing_is_put_right() -> None:
    bars = _bars()
    assert np.isnan(right_volume({name: bars[name] for name in _NAMES})).all(), "no second column"
    part = {**{name: bars[name] for name in _NAMES}, "taker buy volume": bars["volume"] * 0.5}
    assert np.isnan(right_volume(part)).all(), "a second volume that is no value"
    everywhere = _swap(bars, np.ones(120, dtype=bool))
    denied = {**everywhere, "turnover": everywhere["volume"] * bars["close"]}
    assert np.isnan(right_volume(denied)).all(), "another column says that the volume is right"
    assert _right(499.0, 501.0, 500.0, 5000.0, 10.0) == 10.0
    assert np.isnan(_right(499.0, 501.0, 500.0, 7000.0, 10.0)), "a price that the bar never had"
    assert np.isnan(_right(0.99, 1.01, 1.0, 10.1, 10.0)), "near 1 it cannot be told"
    assert np.isnan(_right(499.0, 501.0, 500.0, 0.0, 0.0)), "no volume"


@pytest.mark.real_data
def test_the_hourly_file(real_data: Path) -> None:
    frame = DataLoader().load(real_data / "btcusd_1h_bitfinex_raw.csv.gz")
    values = {name: frame[name].to_numpy(float) for name in _NAMES}
    value = frame["Volume USD"].to_numpy(float)
    right = right_volume({**values, "volume usd": value})
    oracle = np.minimum(values["volume"], value)  # the price was above 1 all the time
    np.testing.assert_array_equal(right, np.where(values["volume"] > value, oracle, np.nan))
    assert np.isfinite(right).sum() == 20_143
