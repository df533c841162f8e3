"""The stream as a user drives it: history, bars, corrections, gaps, restarts, refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import DataProcessingError, IntegrityError, ParameterError, StoreError
from ml_analytics.features import FeatureEngineeringPipeline, FeatureStream

Make = Callable[..., pd.DataFrame]
CONFIG = {
    "technical_indicators": {
        "trend": ["sma", "ema_10", "macd", "psar", "adx"],
        "momentum": ["rsi", "stoch"],
        "patterns": True,
        "volume": ["obv"],
    }
}


SHORT = {"technical_indicators": {"trend": ["sma_5", "ema_10"], "momentum": ["rsi_7"]}}


def assert_same(vector: pd.Series, batch: pd.Series) -> None:
    assert vector.name == batch.name
    pd.testing.assert_series_equal(vector, batch, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("known", [0, 1, 150, 299])
def test_from_any_history_on_each_bar_is_as_in_batch(make_bars: Make, known: int) -> None:
    bars = make_bars(300)
    pipeline = FeatureEngineeringPipeline(CONFIG)
    batch = pipeline.generate_features(bars)
    stream = pipeline.stream(bars.iloc[:known] if known else None)
    assert stream.bars == known
    for row in range(known, len(bars)):
        assert_same(stream.update(bars.iloc[row]), batch.iloc[row])
    assert_same(stream.vector, batch.iloc[-1])
    assert stream.feature_names == list(batch.columns)
    assert stream.time == bars.index[-1]


def test_the_default_pipeline_on_the_sp500(sp500_bars: pd.DataFrame) -> None:
    pipeline = FeatureEngineeringPipeline()
    bars = sp500_bars.iloc[-700:]
    batch = pipeline.generate_features(bars)
    stream = pipeline.stream(bars.iloc[:600])
    size = batch.abs().mean() * 1e-9
    for row in range(600, 700):
        difference = (stream.update(bars.iloc[row]) - batch.iloc[row]).abs()
        assert (difference <= np.maximum(size, batch.iloc[row].abs() * 1e-9)).all()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**31), corrections=st.lists(st.integers(0, 59), min_size=1, max_size=8))
def test_a_corrected_bar_counts_as_if_it_had_come_so(
    make_bars: Make, seed: int, corrections: list[int]
) -> None:
    bars, wrong = make_bars(60, seed=seed), make_bars(60, seed=seed + 1)
    pipeline = FeatureEngineeringPipeline(CONFIG)
    batch = pipeline.generate_features(bars)
    stream = pipeline.stream()
    for row in range(60):
        for _ in range(corrections.count(row)):
            stream.update(wrong.iloc[row])
        assert_same(stream.update(bars.iloc[row]), batch.iloc[row])


@pytest.mark.parametrize("at", [0, 1, 30, 250])
def test_a_restart_goes_on_with_the_very_same_numbers(make_bars: Make, tmp_path: Path, at: int) -> None:
    bars = make_bars(300)
    pipeline = FeatureEngineeringPipeline(CONFIG)
    going, file = pipeline.stream(), tmp_path / "stream.json"
    for row in range(at):
        going.update(bars.iloc[row])
    going.save(file)
    restored = FeatureEngineeringPipeline(CONFIG).load_stream(file)
    assert (restored.bars, restored.time) == (going.bars, going.time)
    pd.testing.assert_series_equal(restored.vector, going.vector)
    if at:  # a correction right after the restart needs the state before the last bar
        corrected = bars.iloc[at - 1] * 1.001
        corrected.name = bars.index[at - 1]
        pd.testing.assert_series_equal(restored.update(corrected), going.update(corrected), rtol=0, atol=0)
    for row in range(at, len(bars)):
        one, other = restored.update(bars.iloc[row]), going.update(bars.iloc[row])
        pd.testing.assert_series_equal(one, other, rtol=0, atol=0)


def test_a_saved_stream_stays_small(make_bars: Make, tmp_path: Path) -> None:
    pipeline = FeatureEngineeringPipeline(CONFIG)
    sizes = []
    for length in (300, 1500):
        pipeline.stream(make_bars(length)).save(tmp_path / "stream.json")
        sizes.append((tmp_path / "stream.json").stat().st_size)
    assert sizes[1] < 1.2 * sizes[0] < 200_000


def test_after_a_gap_bars_are_counted_as_in_batch(make_bars: Make) -> None:
    bars = make_bars(120).drop(index=make_bars(120).index[50:70])
    pipeline = FeatureEngineeringPipeline(CONFIG)
    batch = pipeline.generate_features(bars)
    stream = pipeline.stream(bars.iloc[:40])
    for row in range(40, 100):
        assert_same(stream.update(bars.iloc[row]), batch.iloc[row])


def test_a_bar_out_of_order_is_refused_and_changes_nothing(make_bars: Make) -> None:
    bars = make_bars(60)
    pipeline = FeatureEngineeringPipeline(CONFIG)
    stream = pipeline.stream(bars.iloc[:50])
    with pytest.raises(DataProcessingError, match="must not lie before the last one"):
        stream.update(bars.iloc[48])
    assert_same(stream.update(bars.iloc[50]), pipeline.generate_features(bars).iloc[50])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"close": np.nan}, "'close'.*nan"),
        ({"high": np.inf}, "'high'.*inf"),
        ({"volume": -1.0}, "'volume'.*-1.0"),
        ({"open": 0.0}, "'open'.*0.0"),
        ({"open": "much"}, "'open'.*'much'"),
        ({"open": None}, "'open'.*nan"),
        ({"timestamp": None}, "must have a time"),
        ({"timestamp": "soon"}, "must have a time"),
        ({"timestamp": 17}, "must have a time"),
    ],
)
def test_an_impossible_bar_is_refused_and_changes_nothing(
    make_bars: Make, change: dict[str, object], said: str
) -> None:
    bars = make_bars(60)
    pipeline = FeatureEngineeringPipeline(CONFIG)
    stream = pipeline.stream(bars.iloc[:50])
    with pytest.raises(DataProcessingError, match=said):
        stream.update({"timestamp": bars.index[50], **bars.iloc[50], **change})
    assert_same(stream.update(bars.iloc[50]), pipeline.generate_features(bars).iloc[50])


def test_a_column_that_is_not_there(make_bars: Make) -> None:
    with pytest.raises(DataProcessingError, match="none named volume"):
        FeatureEngineeringPipeline(CONFIG).stream().update(make_bars(1).iloc[0].drop("volume"))


def test_bars_come_as_mappings_in_any_case_and_any_zone(make_bars: Make) -> None:
    bars = make_bars(30)
    pipeline = FeatureEngineeringPipeline(CONFIG)
    batch = pipeline.generate_features(bars)
    stream = pipeline.stream(bars.iloc[:27])
    first = {str(name).title(): value for name, value in bars.iloc[27].items()}
    assert_same(stream.update({**first, "Timestamp": bars.index[27].isoformat()}), batch.iloc[27])
    elsewhere = bars.iloc[28].rename(bars.index[28].tz_convert("Asia/Tokyo"))
    assert_same(stream.update(elsewhere), batch.iloc[28])
    with pytest.warns(UserWarning, match="UTC"):
        assert_same(stream.update(bars.iloc[29].rename(bars.index[29].tz_localize(None))), batch.iloc[29])


def test_missing_values_are_carried_forward_where_configured(make_bars: Make) -> None:
    bars = make_bars(60)
    bars.iloc[20, 3] = bars.iloc[40, 0] = bars.iloc[41, 0] = np.nan
    pipeline = FeatureEngineeringPipeline({**CONFIG, "preprocessing": {"handle_missing": "ffill"}})
    batch = pipeline.generate_features(bars)
    stream = pipeline.stream(bars.iloc[:30])
    for row in range(30, 60):
        stream.update(bars.iloc[row] * 1.5)  # corrected at once: what is carried is the bar before
        assert_same(stream.update(bars.iloc[row]), batch.iloc[row])


def test_a_fitted_pipeline_streams_what_it_transforms(make_bars: Make, tmp_path: Path) -> None:
    bars = make_bars(400)
    config = {**CONFIG, "n_features": 5, "preprocessing": {"scaler": "standard", "outlier_detection": True}}
    pipeline = FeatureEngineeringPipeline(config)
    target = (bars["close"].shift(-1) > bars["close"]).astype(int)
    transformed = pipeline.fit(bars.iloc[:300], target.iloc[:300]).transform(bars)
    stream = pipeline.stream(bars.iloc[:300])
    for row in range(300, 350):
        assert_same(stream.update(bars.iloc[row]), transformed.iloc[row])
    stream.save(tmp_path / "stream.json")
    restored = pipeline.load_stream(tmp_path / "stream.json")
    assert_same(restored.update(bars.iloc[350]), transformed.iloc[350])


def test_a_file_that_is_no_stream_is_one_sentence(make_bars: Make, tmp_path: Path) -> None:
    pipeline, file = FeatureEngineeringPipeline(CONFIG), tmp_path / "stream.json"
    with pytest.raises(StoreError, match="Cannot read"):
        pipeline.load_stream(file)
    for content, said in (("{", "no JSON"), ("[]", "this format"), ('{"format": "other"}', "this format")):
        file.write_text(content)
        with pytest.raises(DataProcessingError, match=said):
            pipeline.load_stream(file)
    pipeline.stream(make_bars(30)).save(file)
    with pytest.raises(DataProcessingError, match="this pipeline's features"):
        FeatureEngineeringPipeline({"technical_indicators": {"trend": ["sma_5"]}}).load_stream(file)
    filling = FeatureEngineeringPipeline({**CONFIG, "preprocessing": {"handle_missing": "ffill"}})
    with pytest.raises(DataProcessingError, match="this pipeline's features"):
        filling.load_stream(file)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 0.999), character=st.characters(codec="ascii"))
def test_a_changed_file_is_never_taken(make_bars: Make, tmp_path: Path, place: float, character: str) -> None:
    pipeline, file = FeatureEngineeringPipeline(SHORT), tmp_path / "stream.json"
    pipeline.stream(make_bars(30)).save(file)
    written = file.read_text()
    at = int(place * len(written))
    if written[at] == character or at == len(written) - 1:
        return
    file.write_text(written[:at] + character + written[at + 1 :])
    with pytest.raises((DataProcessingError, IntegrityError)):
        pipeline.load_stream(file)


def test_the_stream_of_another_fit_or_other_code_is_refused(
    make_bars: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bars, file = make_bars(200), tmp_path / "stream.json"
    config = {**SHORT, "preprocessing": {"scaler": "standard"}}
    FeatureEngineeringPipeline(config).fit(bars.iloc[:100]).stream(bars).save(file)
    with pytest.raises(DataProcessingError, match="begin it anew"):
        FeatureEngineeringPipeline(config).fit(bars.iloc[:150]).load_stream(file)
    same = FeatureEngineeringPipeline(config).fit(bars.iloc[:100])
    assert same.load_stream(file).bars == 200
    monkeypatch.setattr("ml_analytics.features.stream.code_hash", lambda: "another version")
    with pytest.raises(DataProcessingError, match="begin it anew"):
        same.load_stream(file)


@pytest.mark.parametrize("value", [True, np.True_, "101.5", b"1", [1.0], 1 + 0j])
def test_what_is_no_number_is_refused_as_in_batch(make_bars: Make, value: object) -> None:
    bars = make_bars(20)
    stream = FeatureEngineeringPipeline(SHORT).stream(bars)
    with pytest.raises(DataProcessingError, match=r"'close'.*must hold numbers"):
        stream.update({**bars.iloc[-1], "timestamp": "2030-01-01T00:00Z", "close": value})
    assert stream.bars == 20


def test_a_stream_is_one_symbol(make_bars: Make, tmp_path: Path) -> None:
    bars = make_bars(40).assign(symbol="AAA")
    pipeline = FeatureEngineeringPipeline(SHORT)
    expected = pipeline.generate_features(bars.drop(columns="symbol"))
    with pytest.raises(DataProcessingError, match=r"one symbol.*2, such as 'AAA' and 'BBB'"):
        pipeline.stream(pd.concat([bars, bars.assign(symbol="BBB")]))
    stream = pipeline.stream(bars.iloc[:30])
    stream.save(tmp_path / "stream.json")
    for one in (stream, pipeline.load_stream(tmp_path / "stream.json")):
        with pytest.raises(DataProcessingError, match=r"of the symbol 'AAA'.*'BBB'"):
            one.update({**bars.iloc[30], "timestamp": bars.index[30], "symbol": "BBB"})
        assert_same(one.update(bars.iloc[30]), expected.iloc[30])
        assert_same(one.update(bars.iloc[31].drop("symbol")), expected.iloc[31])


def test_a_gap_at_the_first_bar_has_nothing_to_carry(make_bars: Make, tmp_path: Path) -> None:
    config = {
        "technical_indicators": {"relative": ["bar_range"]},
        "preprocessing": {"handle_missing": "ffill"},
    }
    bars, pipeline = make_bars(5), FeatureEngineeringPipeline(config)
    holed = bars.iloc[0].copy()
    holed["close"] = np.nan
    stream = pipeline.stream()
    stream.update(bars.iloc[0])
    with pytest.raises(DataProcessingError, match="'close'"):
        stream.update(holed)  # a correction of the very first bar
    stream.update(bars.iloc[1])
    stream.save(tmp_path / "stream.json")
    again, holed = pipeline.load_stream(tmp_path / "stream.json"), bars.iloc[1].copy()
    holed["close"] = np.nan
    expected = bars.iloc[:2].copy()
    expected.loc[bars.index[1], "close"] = bars["close"].iloc[0]
    assert_same(again.update(holed), pipeline.generate_features(expected).iloc[1])


def test_a_bar_is_a_mapping_or_a_series(make_bars: Make) -> None:
    stream = FeatureEngineeringPipeline(SHORT).stream(make_bars(20))
    with pytest.raises(ParameterError, match="a mapping or a Series"):
        stream.update((1, 2, 3))  # type: ignore[arg-type]


def test_an_entry_without_a_step_streams_too(make_bars: Make) -> None:
    """Slowly: the whole series is kept and computed anew at each bar."""
    config = FeatureEngineeringPipeline(SHORT).features
    slow = replace(config, indicators=tuple(replace(one, stepper=None) for one in config.indicators))
    bars = make_bars(200)
    batch = FeatureEngineeringPipeline(SHORT).generate_features(bars)
    stream = FeatureStream(slow, bars.iloc[:5])
    for row in range(5, 200):
        pd.testing.assert_series_equal(stream.update(bars.iloc[row]), batch.iloc[row], rtol=0, atol=0)
