"""Thousands of bars without a movement: averages that fade below 1e-308 leave no noise behind.

The ratio of two averages that fade alike does not change, so it is what it was before the noise.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from ml_analytics.features import Indicator, catalogue
from ml_analytics.features.bars import read_bars
from ml_analytics.features.indicator import Bars
from ml_analytics.features.stepping import Recent

NAMES = ("adx_14", "adxr_14", "dx_14", "plus_di_14", "minus_di_14", "cmo_14", "smi", "cvi_10")
HELD = [one for one in catalogue() if one.columns[0] in NAMES]
BEFORE, STILL, AFTER = 300, 13_000, 400
each = pytest.mark.parametrize("entry", HELD, ids=lambda one: one.columns[0])


def stand_still(bars: Bars, scale: float = 1.0) -> Bars:
    """Return the bars with a standstill after the first 300 of them."""
    price = bars["close"][BEFORE - 1]
    still = {name: np.full(STILL, price) for name in bars} | {"volume": np.full(STILL, 1000.0)}
    return {
        name: np.concatenate((some[:BEFORE], still[name], some[BEFORE:]))
        * (1.0 if name == "volume" else scale)
        for name, some in bars.items()
    }


@pytest.fixture(scope="module", params=[(0, 1.0), (1, 1.0), (2, 1e-12), (3, 1e12)], ids=str)
def stood(request: pytest.FixtureRequest, make_bars: Callable[..., pd.DataFrame]) -> Bars:
    seed, scale = request.param
    return stand_still(read_bars(make_bars(BEFORE + AFTER, seed), "test")[0], scale)


def stepped(entry: Indicator, bars: Bars) -> np.ndarray:
    assert entry.looks_at is not None
    step, recent, state, made = entry.step(), Recent(entry.looks_at), None, []
    for values in zip(
        *(bars[name].tolist() for name in ("open", "high", "low", "close", "volume")), strict=True
    ):
        recent.push(values)
        state, value = step(state, recent)
        made.append(value)
    return np.array(made).reshape(-1, len(entry.columns))


@each
def test_the_stream_gives_the_same(entry: Indicator, stood: Bars) -> None:
    made = stepped(entry, stood)
    for position, (name, batch) in enumerate(entry.values(stood).items()):
        warm = slice(entry.warm_up, None)
        assert np.isfinite(batch[warm]).all()
        size = 1e-9 * np.abs(batch[warm]).mean()
        np.testing.assert_allclose(made[warm, position], batch[warm], rtol=1e-9, atol=size, err_msg=name)


@each
def test_nothing_changes_while_nothing_moves(entry: Indicator, stood: Bars) -> None:
    for values in entry.values(stood).values():
        settled = values[BEFORE + 3000 : BEFORE + STILL]
        np.testing.assert_allclose(settled, settled[0], rtol=1e-9, atol=1e-9)


@each
def test_after_it_every_value_is_within_its_bounds(entry: Indicator, stood: Bars) -> None:
    for values in entry.values(stood).values():
        assert np.nanmin(values) >= -100 - 1e-9
        assert entry.family == "cvi" or np.nanmax(values) <= 100 + 1e-9


@each
def test_up_to_there_it_is_as_without_the_standstill(entry: Indicator, stood: Bars) -> None:
    short = entry.values({name: values[: BEFORE + 1000] for name, values in stood.items()})
    for name, values in entry.values(stood).items():
        np.testing.assert_array_equal(values[: BEFORE + 1000], short[name])


@each
def test_a_standstill_at_the_very_beginning(entry: Indicator, make_bars: Callable[..., pd.DataFrame]) -> None:
    bars = stand_still(read_bars(make_bars(BEFORE + AFTER), "test")[0])
    late = {name: values[BEFORE:] for name, values in bars.items()}
    for position, (name, batch) in enumerate(entry.values(late).items()):
        size = 1e-9 * float(np.nanmean(np.abs(batch)))
        made = stepped(entry, late)[entry.warm_up :, position]
        np.testing.assert_allclose(made, batch[entry.warm_up :], rtol=1e-9, atol=size, err_msg=name)
