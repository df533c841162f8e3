"""The conformance suite: every entry of the catalogue is found here and crossed with every law."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import talib
from talib import abstract

from ml_analytics.core.errors import ParameterError
from ml_analytics.features import Indicator, catalogue
from ml_analytics.features.bars import read_bars
from ml_analytics.features.config import read_config
from ml_analytics.features.indicator import Bars
from ml_analytics.features.indicators import GROUPS

ENTRIES = catalogue()
UNITS = {"price", "volume", "fraction", "percent", "signal", "per_currency", "degrees", "index"}
every_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda one: one.columns[0])

# What TA-Lib calls the function behind an entry that is nothing but a TA-Lib call.
OPTIONS = {
    "period": "timeperiod",
    "fast": "fastperiod",
    "slow": "slowperiod",
    "signal": "signalperiod",
    "fast_k": "fastk_period",
    "slow_k": "slowk_period",
    "slow_d": "slowd_period",
    "fast_d": "fastd_period",
    "first": "firstperiod",
    "second": "secondperiod",
    "short": "timeperiod1",
    "medium": "timeperiod2",
    "long": "timeperiod3",
    "average": "wmaperiod",
    "one": "roc1period",
    "other": "roc2period",
    "factor": "vfactor",
    "ranges": "atrperiod",
    "width": "nbdev",
    "acceleration": "acceleration",
    "maximum": "maximum",
}
HELD = "; held in very long standstills: own"
PURE = [
    one
    for one in ENTRIES
    if one.source.startswith("TA-Lib ") and " " not in one.source[7:].removesuffix(HELD)
]


@pytest.fixture(scope="module")
def real(sp500_bars: pd.DataFrame) -> Bars:
    return read_bars(sp500_bars, "test")[0]


def cut(bars: Bars, stop: int) -> Bars:
    return {name: values[:stop].copy() for name, values in bars.items()}


def test_counts_and_unique_names() -> None:
    names = [name for one in ENTRIES for name in one.columns]
    assert len(names) == len(set(names))
    assert len([one for one in ENTRIES if one.source.startswith("TA-Lib CDL")]) == 61
    assert sum(len(one.columns) for one in ENTRIES if one.group != "patterns") >= 60


def test_the_candlesticks_are_all_that_talib_has() -> None:
    sources = {one.source.removeprefix("TA-Lib ") for one in catalogue("patterns")}
    ours = {one for one in sources if one.startswith("CDL")}
    assert ours == set(talib.get_function_groups()["Pattern Recognition"])  # type: ignore[no-untyped-call]


def test_standard_names_exist() -> None:
    names = {name for one in ENTRIES for name in one.columns}
    wanted = """sma_5 sma_200 ema_20 wma_10 macd macd_signal macd_hist psar adx_14 plus_di_14 minus_di_14
        tenkan_9 kijun_26 senkou_a senkou_b rsi_7 rsi_14 rsi_21 stoch_k stoch_d willr_14 cci_20 roc_10
        bb_upper_20 bb_middle_20 bb_lower_20 bb_width_20 bb_percent_20 atr_14 natr_14 std_20 obv vpt ad cmf_20
        vwap_20 mfi_14 log_return_1 log_return_5 log_return_20 parkinson_20 garman_klass_20 amihud_20
        roll_spread_20 corwin_schultz_20 close_to_sma_20 cdl_doji"""
    assert set(wanted.split()) <= names


def test_unknown_group_is_named() -> None:
    with pytest.raises(ParameterError, match="'calendar'"):
        catalogue("calendar")


@every_entry
def test_declaration_is_complete(entry: Indicator) -> None:
    assert entry in GROUPS[entry.group]
    assert entry.unit in UNITS
    assert entry.formula
    assert entry.source
    assert "{" not in entry.formula + "".join(entry.columns)
    assert set(entry.inputs) <= {"open", "high", "low", "close", "volume"}
    assert all(name.isidentifier() for name in entry.columns)


@every_entry
def test_missing_exactly_during_the_warm_up(entry: Indicator, real: Bars) -> None:
    for name, values in entry.values(real).items():
        assert np.isnan(values[: entry.warm_up]).all(), name
        assert np.isfinite(values[entry.warm_up :]).all(), name


@every_entry
def test_compute_knows_its_own_warm_up(entry: Indicator, real: Bars) -> None:
    """The declared warm-up hides nothing: the function itself has no value there (patterns say 0)."""
    result = entry.compute(*(real[name] for name in entry.inputs), **entry.parameters)
    for column in result if isinstance(result, tuple) else (result,):
        early = column[: entry.warm_up]
        assert (
            np.isnan(early).all() or (entry.group == "patterns" and not early.any()) or entry.family == "gap"
        )


@every_entry
def test_a_prefix_gives_the_same_values(entry: Indicator, real: Bars) -> None:
    whole = entry.values(real)
    for stop in (1, entry.warm_up, entry.warm_up + 1, entry.warm_up + 17, 1000, 4000):
        for name, values in entry.values(cut(real, stop)).items():
            np.testing.assert_array_equal(values, whole[name][:stop])


@every_entry
def test_inputs_are_not_written_to(entry: Indicator, real: Bars) -> None:
    frozen = cut(real, 500)
    for values in frozen.values():
        values.setflags(write=False)
    entry.values(frozen)


@every_entry
def test_scale_free_means_scale_free(entry: Indicator, real: Bars) -> None:
    some = cut(real, 1500)
    scaled = {name: values * (7.0 if name == "volume" else 0.125) for name, values in some.items()}
    before, after = entry.values(some), entry.values(scaled)
    for name in entry.columns:
        # far above the rounding of sums, far below the eighth that the level changes by
        size = 1e-7 * np.nanmax(np.abs(before[name]), initial=0)
        same = np.allclose(before[name], after[name], rtol=1e-6, atol=size, equal_nan=True)
        assert same == (entry.scale_free or entry.unit == "index"), name


@every_entry
def test_the_beginning_of_the_series_is_forgotten_unless_cumulative(entry: Indicator, real: Bars) -> None:
    # 1,000: a whole number of the stretches after which a model is fitted anew
    late = {name: values[1000:].copy() for name, values in real.items()}
    whole, begun_late = entry.values(real), entry.values(late)
    for name in entry.columns:
        expected, made = whole[name][4000:], begun_late[name][3000:]
        size = 1e-6 * np.abs(expected).mean()
        assert np.allclose(made, expected, rtol=1e-6, atol=size) != entry.cumulative, name


def test_what_is_cumulative_is_not_scale_free() -> None:
    cumulative = {one for one in ENTRIES if one.cumulative}
    assert {name for one in cumulative for name in one.columns} == {"obv", "vpt", "ad", "nvi", "pvi"}
    assert not any(one.scale_free for one in cumulative)
    kept = {one.columns for one in read_config({"scale_free": True}).indicators}
    assert not kept & {one.columns for one in cumulative}


@pytest.mark.parametrize("entry", PURE, ids=lambda one: one.columns[0])
def test_equals_talib_and_its_lookback(entry: Indicator, real: Bars) -> None:
    name = entry.source.removeprefix("TA-Lib ").removesuffix(HELD)
    options = {OPTIONS[key]: value for key, value in entry.parameters.items() if key in OPTIONS}
    if "deviations" in entry.parameters:
        options |= {"nbdevup": entry.parameters["deviations"], "nbdevdn": entry.parameters["deviations"]}
    result = getattr(talib, name)(*(real[one] for one in entry.inputs), **options)
    for column, expected in zip(
        entry.values(real).values(), result if isinstance(result, tuple) else (result,), strict=True
    ):
        np.testing.assert_array_equal(column[entry.warm_up :], expected[entry.warm_up :])
    assert entry.warm_up == abstract.Function(name, **options).lookback  # type: ignore[attr-defined]


def test_most_columns_are_bare_talib_calls() -> None:
    assert len(PURE) >= 90


def test_odd_bars_give_finite_values_without_a_warning(odd_bars: dict[str, pd.DataFrame]) -> None:
    for case, frame in odd_bars.items():
        arrays, _ = read_bars(frame, "test")
        for entry in ENTRIES:
            for name, values in entry.values(arrays).items():
                assert np.isnan(values[: entry.warm_up]).all(), (case, name)
                assert np.isfinite(values[entry.warm_up :]).all(), (case, name)


def test_neutral_values_where_nothing_moves_or_trades(odd_bars: dict[str, pd.DataFrame]) -> None:
    arrays, _ = read_bars(odd_bars["flat"], "test")
    last = {name: values[-1] for one in ENTRIES for name, values in one.values(arrays).items()}
    expected = {
        "bb_percent_20": 0.5, "bb_width_20": 0, "volatility_ratio_5_20": 1, "atr_ratio_7_28": 1,
        "volume_to_sma_20": 1, "cmf_20": 0, "amihud_20": 0, "roll_spread_20": 0, "parkinson_20": 0, "rsi_14": 0,
        "mfi_14": 0, "stoch_k": 0, "adx_14": 0, "vwap_20": 100.1, "close_to_sma_20": 0,
    }  # fmt: skip
    for name, value in expected.items():
        assert last[name] == pytest.approx(value, abs=1e-9), name


def test_an_entry_is_a_value(real: Bars) -> None:
    entry = ENTRIES[0]
    with pytest.raises(AttributeError):
        entry.warm_up = 3  # type: ignore[misc]
    assert len({*ENTRIES}) == len(ENTRIES)
    assert isinstance(pd.DataFrame(entry.values(real)), pd.DataFrame)
