"""Many symbols are certified together, in the table's own form and order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.core.errors import DataProcessingError
from ml_analytics.features import FeatureEngineeringPipeline, certify_function
from ml_analytics.features.under_test import longest_of, read_under_test

Form = Callable[[pd.DataFrame], Any]
FORMS: dict[str, Form] = {
    "symbol by symbol": lambda frame: frame,
    "day by day": lambda frame: frame.sort_index(kind="stable"),
    "in the index": lambda frame: frame.set_index("symbol", append=True).swaplevel(),
    "polars": lambda frame: pl.from_pandas(frame.reset_index()),
}


@pytest.fixture(scope="module")
def both(make_bars: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    """Two symbols: B begins later and ends earlier; C has one bar."""
    a, b = make_bars(300, 1), make_bars(300, 2)[40:250]
    return pd.concat([a.assign(symbol="A"), b.assign(symbol="B"), b[:1].assign(symbol="C")])


def _symbols(frame: pd.DataFrame) -> pd.Series:
    found = frame["symbol"] if "symbol" in frame else frame.index.get_level_values("symbol")
    return pd.Series(np.asarray(found), index=frame.index)


def _times(frame: pd.DataFrame) -> pd.Index:
    return frame.index.get_level_values("timestamp")


def _by_symbol(frame: pd.DataFrame, make: Callable[[pd.Series], Any]) -> pd.Series:
    made = frame["close"].groupby(_symbols(frame).to_numpy()).transform(make)
    return pd.Series(made, index=frame.index)


def _of_the_other(frame: pd.DataFrame, ahead: int) -> pd.Series:
    """The close of A, at the rows of all symbols."""
    close = frame["close"][(_symbols(frame) == "A").to_numpy()]
    values = close.shift(-ahead).set_axis(_times(frame)[(_symbols(frame) == "A").to_numpy()])
    return pd.Series(values.reindex(_times(frame)).to_numpy() / frame["close"].to_numpy(), index=frame.index)


def _ahead_on(frame: pd.DataFrame, symbol: str) -> pd.Series:
    honest = _by_symbol(frame, lambda close: close.rolling(5).mean())
    return honest.mask(_symbols(frame).to_numpy() == symbol, _by_symbol(frame, lambda close: close.shift(-1)))


LEAKS: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "one symbol only": lambda f: _ahead_on(f, "B"),
    "the other's next bar": lambda f: _of_the_other(f, 1),
    "mean of all bars of a symbol": lambda f: f["close"] - _by_symbol(f, lambda close: close.mean()),
    "into the next symbol": lambda f: f["close"].shift(-1),
    "rank in the whole table": lambda f: f["close"].rank(pct=True),
    "how many bars a symbol will have": lambda f: f["close"] * _by_symbol(f, lambda close: close.size),
}
HONEST: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "own mean": lambda f: _by_symbol(f, lambda close: close.rolling(5).mean()),
    "rank among the symbols of the moment": lambda f: f["close"].groupby(_times(f)).rank(pct=True),
    "the other's bar of the moment": lambda f: _of_the_other(f, 0),
}


@pytest.mark.parametrize("form", list(FORMS)[:3])
@pytest.mark.parametrize("name", LEAKS)
def test_leaks_between_and_within_symbols_are_found(both: pd.DataFrame, name: str, form: str) -> None:
    made = certify_function(lambda f: LEAKS[name](f).to_frame("leak"), FORMS[form](both))
    assert made.leaking == ("leak",)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", HONEST)
def test_honest_features_of_many_symbols_are_clean(both: pd.DataFrame, name: str, form: str) -> None:
    made = certify_function(lambda f: HONEST[name](f).to_frame("honest"), FORMS[form](both))
    assert made.clean and made.bars == len(both)


def test_the_first_bar_counts_the_times(both: pd.DataFrame) -> None:
    made = certify_function(lambda f: _ahead_on(f, "B"), both, cuts=[140])
    assert made.verdicts[0].first_bar == 140, "B's hundredth bar is at the time of A's hundred-fortieth"


@pytest.mark.parametrize("form", FORMS)
def test_a_function_sees_the_table_that_was_given(both: pd.DataFrame, form: str) -> None:
    seen: list[pd.DataFrame] = []

    def function(frame: pd.DataFrame) -> pd.DataFrame:
        seen.append(frame)
        return frame[["close"]]

    table = FORMS[form](both)
    certify_function(function, table)
    given = table.to_pandas().set_index("timestamp") if form == "polars" else table
    pd.testing.assert_frame_equal(
        seen[0], given, check_like=True, check_dtype=False, check_freq=False, check_index_type=False
    )


class _Crossed(FeatureEngineeringPipeline):
    """Adds the mean over all symbols of the moment, and of the next one."""

    def generate_features(self, ohlcv: Any) -> Any:
        made = super().generate_features(ohlcv)
        mean = made.iloc[:, 0].groupby(level="timestamp").mean()
        times = made.index.get_level_values("timestamp")
        return made.assign(now=mean.reindex(times).to_numpy(), next=mean.shift(-1).reindex(times).to_numpy())


class _Demanding(FeatureEngineeringPipeline):
    def generate_features(self, ohlcv: Any) -> Any:
        made = super().generate_features(ohlcv)
        return made.assign(own=np.asarray(ohlcv["symbol"] == "A") * made.iloc[:, 0])


def test_a_subclass_is_certified_on_all_symbols(both: pd.DataFrame) -> None:
    config = {"technical_indicators": {"momentum": ["roc_10"]}}
    crossed = _Crossed(config).certify(both)
    assert crossed.leaking == ("next",) and crossed.bars == len(both)
    assert _Demanding(config).certify(both).clean
    plain = FeatureEngineeringPipeline(config).certify(both)
    assert plain.clean and plain.bars == 300, "configured features know no symbol: the longest series will do"


def test_symbols_of_one_bar_each(make_bars: Callable[..., pd.DataFrame]) -> None:
    frame = make_bars(25).assign(symbol=[f"S{at}" for at in range(25)])
    assert certify_function(lambda f: f[["close"]] * 2, frame).clean
    assert certify_function(lambda f: f[["close"]] / f[["close"]].max(), frame).leaking == ("close",)


def test_of_very_many_bars_the_longest_series_are_taken(
    both: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ml_analytics.features.under_test._MOST_ROWS", 510)
    assert read_under_test(both, "test").symbols == ("A", "B")
    monkeypatch.setattr("ml_analytics.features.under_test._MOST_ROWS", 1)
    read = read_under_test(both, "test")
    assert read.symbols == ("A",) and longest_of(read).rows == 300


def test_a_few_series_tell_a_subclass_from_its_base(
    both: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ml_analytics.features.under_test._FEW_ROWS", 510)
    read = read_under_test(both, "test")
    assert [len(one["close"]) for one in read.few()] == [300, 210]
    made = read.call(lambda f: f[["close"]], read.few(), "test")
    np.testing.assert_array_equal(made["close"], both["close"][both["symbol"] != "C"])
    assert _Crossed({"technical_indicators": {"momentum": ["roc_10"]}}).certify(both).leaking == ("next",)


def test_bad_tables(both: pd.DataFrame) -> None:
    with pytest.raises(DataProcessingError, match="one row per bar"):
        certify_function(lambda f: f[["close"]].groupby(level=0).mean(), both)
    with pytest.raises(DataProcessingError, match="at least 20"):
        certify_function(lambda f: f[["close"]], both[both.index < both.index[10]])
    with pytest.raises(DataProcessingError, match="The symbol 'A' has"):
        certify_function(lambda f: f[["close"]], both[::-1])
