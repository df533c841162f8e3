"""Columns kept by content: never another's, never a damaged one, and never a surprise in the result."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from ml_analytics.core.errors import ParameterError, StoreError
from ml_analytics.features import FeatureCache, FeatureEngineeringPipeline, catalogue
from ml_analytics.features.cache import content_hash

SMALL = {"technical_indicators": {"trend": ["sma_5", "macd"], "momentum": ["rsi_7"]}}
LARGER = {"technical_indicators": {"trend": ["sma_5", "macd", "ema_10"], "momentum": ["rsi_7"]}}
Make = Callable[..., pd.DataFrame]


def sources(pipeline: FeatureEngineeringPipeline) -> dict[str, str]:
    return {str(name): str(source) for name, source in pipeline.explain()["source"].items()}


def test_the_second_time_nothing_is_computed(make_bars: Make, tmp_path: Path) -> None:
    bars = make_bars(100)
    plain = FeatureEngineeringPipeline(LARGER).generate_features(bars)
    first = FeatureEngineeringPipeline(SMALL, cache=FeatureCache(tmp_path))
    first.generate_features(bars)
    assert set(sources(first).values()) == {"computed"}
    again = FeatureEngineeringPipeline(LARGER, cache=first.cache)
    pd.testing.assert_frame_equal(again.generate_features(bars), plain)
    assert sources(again) == {
        "sma_5": "memory", "ema_10": "computed", "macd": "memory", "macd_signal": "memory",
        "macd_hist": "memory", "rsi_7": "memory",
    }  # fmt: skip
    elsewhere = FeatureEngineeringPipeline(LARGER, cache=FeatureCache(tmp_path))  # as another process would
    pd.testing.assert_frame_equal(elsewhere.generate_features(bars), plain)
    assert set(sources(elsewhere).values()) == {"disk"}


@pytest.mark.parametrize("column", ["open", "high", "low", "close", "volume"])
def test_another_bar_is_another_content(make_bars: Make, column: str) -> None:
    cache = FeatureCache()
    pipeline = FeatureEngineeringPipeline(SMALL, cache=cache)
    bars = make_bars(100)
    pipeline.generate_features(bars)
    bars = bars.copy()
    bars.loc[bars.index[50], column] *= 1 + 1e-12
    made = pipeline.generate_features(bars)
    assert set(sources(pipeline).values()) == {"computed"}
    pd.testing.assert_frame_equal(made, FeatureEngineeringPipeline(SMALL).generate_features(bars))


def test_symbols_are_part_of_the_content(make_bars: Make) -> None:
    cache = FeatureCache()
    bars = make_bars(100)
    pipeline = FeatureEngineeringPipeline(SMALL, cache=cache)
    pipeline.generate_features(bars)
    panel = bars.assign(symbol=["A"] * 40 + ["B"] * 60)
    made = pipeline.generate_features(panel)
    pd.testing.assert_frame_equal(made, FeatureEngineeringPipeline(SMALL).generate_features(panel))


def test_what_is_written_into_a_result_does_not_reach_the_cache(make_bars: Make) -> None:
    pipeline = FeatureEngineeringPipeline(SMALL, cache=FeatureCache())
    first = pipeline.generate_features(make_bars(50))
    expected = first.copy()
    first.iloc[:, :] = -1.0
    second = pipeline.generate_features(make_bars(50))
    pd.testing.assert_frame_equal(second, expected)
    second.iloc[:, :] = -1.0
    pd.testing.assert_frame_equal(pipeline.generate_features(make_bars(50)), expected)


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 5000])
def test_a_damaged_file_is_computed_again(make_bars: Make, tmp_path: Path, damage: bytes) -> None:
    bars = make_bars(50)
    expected = FeatureEngineeringPipeline(SMALL, cache=FeatureCache(tmp_path)).generate_features(bars)
    for file in tmp_path.glob("*/*"):
        file.write_bytes(damage)
    pipeline = FeatureEngineeringPipeline(SMALL, cache=FeatureCache(tmp_path))
    pd.testing.assert_frame_equal(pipeline.generate_features(bars), expected)
    assert set(sources(pipeline).values()) == {"computed"}
    mended = FeatureEngineeringPipeline(SMALL, cache=FeatureCache(tmp_path))
    mended.generate_features(bars)
    assert set(sources(mended).values()) == {"disk"}


def test_a_directory_that_goes_away_takes_only_the_cache(make_bars: Make, tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path / "kept")
    (tmp_path / "kept").rmdir()
    pipeline = FeatureEngineeringPipeline(SMALL, cache=cache)
    expected = FeatureEngineeringPipeline(SMALL).generate_features(make_bars(50))
    pd.testing.assert_frame_equal(pipeline.generate_features(make_bars(50)), expected)


def test_memory_and_disk_are_bounded_and_the_oldest_goes(tmp_path: Path) -> None:
    block = np.ones((100, 1))
    cache = FeatureCache(tmp_path, memory_bytes=2_000, disk_bytes=3_000)
    keys = [cache.key(f"content {number}", catalogue()[0]) for number in range(6)]
    for key in keys:
        cache.put(key, block)
    fresh = FeatureCache(tmp_path, memory_bytes=1)
    for key in keys[:2]:
        assert fresh.get(key) is not None  # used again: the third is the oldest now
    cache.trim()
    assert sum(file.stat().st_size for file in tmp_path.glob("*/*")) <= 3_000
    assert [fresh.get(key) is not None for key in keys].count(True) == 3
    assert [(found := cache.get(key)) is not None and found[1] == "memory" for key in keys[-2:]] == [True] * 2


def test_the_directory_is_looked_through_once_in_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trimmed: list[int] = []
    monkeypatch.setattr(FeatureCache, "trim", lambda _: trimmed.append(1))
    cache = FeatureCache(tmp_path, disk_bytes=160_000)  # a sixteenth is 10,000
    cache.trim_if_grown()
    assert not trimmed
    for number in range(30):
        cache.put(cache.key(f"content {number}", catalogue()[0]), np.ones((100, 1)))
        cache.trim_if_grown()
    assert len(trimmed) == 3  # after 800, 11,200 and 21,600 bytes


def test_a_key_covers_the_declaration_and_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = catalogue()[0]
    key = FeatureCache.key("content", entry)
    assert key == FeatureCache.key("content", entry)
    others = {
        FeatureCache.key("other", entry),
        FeatureCache.key("content", catalogue()[1]),
        FeatureCache.key("content", replace(entry, parameters={"period": 6})),
        FeatureCache.key("content", replace(entry, warm_up=5)),
    }
    monkeypatch.setattr("ml_analytics.features.cache.code_hash", lambda: "changed")
    others.add(FeatureCache.key("content", entry))
    assert key not in others
    assert len(others) == 5


def test_copies_share_the_cache_and_pickles_keep_its_directory(tmp_path: Path) -> None:
    pipeline = FeatureEngineeringPipeline(SMALL, cache=FeatureCache(tmp_path))
    assert clone(pipeline).cache is pipeline.cache
    sent = pickle.loads(pickle.dumps(pipeline))  # as joblib sends it to its workers
    assert sent.cache.directory == tmp_path
    assert FeatureEngineeringPipeline(SMALL, cache=str(tmp_path)).generate_features is not None


def test_a_directory_by_name(make_bars: Make, tmp_path: Path) -> None:
    for expected in ("computed", "memory"):
        pipeline = FeatureEngineeringPipeline(SMALL, cache=str(tmp_path / "kept"))
        pipeline.generate_features(make_bars(50))
        assert set(sources(pipeline).values()) == {expected}


def test_what_is_wrong_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="memory_bytes"):
        FeatureCache(memory_bytes=0)
    with pytest.raises(ParameterError, match="'cache'"):
        FeatureEngineeringPipeline(SMALL, cache=7)  # type: ignore[arg-type]
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="Cannot keep features"):
        FeatureCache(tmp_path / "file")


def test_content_tells_arrays_apart() -> None:
    a, b = np.ones(4), np.zeros(2)
    hashes = {
        content_hash([a, b]), content_hash([b, a]), content_hash([a]), content_hash([a.astype("f4"), b]),
        content_hash([a.reshape(2, 2), b]), content_hash([np.concatenate([a, b])]),
    }  # fmt: skip
    assert len(hashes) == 6


def test_explain_is_empty_before_the_first_call() -> None:
    assert FeatureEngineeringPipeline(SMALL).explain().empty


SELECTING = {**LARGER, "feature_selection": {"method": "mutual_info", "n_features": 3}}


def test_a_selection_is_kept_too(make_bars: Make, tmp_path: Path) -> None:
    bars = make_bars(200)
    target = (bars["close"].shift(-1) > bars["close"]).astype(int)
    plain = FeatureEngineeringPipeline(SELECTING)
    expected = plain.fit_transform(bars, target)
    warm = FeatureCache(tmp_path)
    for source, cache in (("computed", warm), ("disk", FeatureCache(tmp_path)), ("memory", warm)):
        pipeline = FeatureEngineeringPipeline(SELECTING, cache=cache)
        pd.testing.assert_frame_equal(pipeline.fit_transform(bars, target), expected)
        steps = pipeline.explain().set_index("step")["source"]
        assert steps["selection"] == source
        pd.testing.assert_frame_equal(pipeline.selection_.table, plain.selection_.table)
        assert pipeline.selection_.as_dict() == plain.selection_.as_dict()


def test_another_target_or_option_selects_anew(make_bars: Make) -> None:
    bars, cache = make_bars(200), FeatureCache()
    target = (bars["close"].shift(-1) > bars["close"]).astype(int)
    tries = [
        (SELECTING, target), (SELECTING, 1 - target), (SELECTING, target.astype(float)),
        (SELECTING, target.astype(str)), (SELECTING, bars["close"].shift(-1)),
        ({**LARGER, "feature_selection": {"method": "f_test", "n_features": 3}}, target),
        ({**LARGER, "feature_selection": {"method": "mutual_info", "n_features": 2}}, target),
    ]  # fmt: skip
    for config, some in tries:
        pipeline = FeatureEngineeringPipeline(config, cache=cache).fit(bars, some)
        assert pipeline.explain().set_index("step")["source"]["selection"] == "computed"


def test_a_target_of_other_times_is_refused_with_a_cache_too(make_bars: Make) -> None:
    bars, pipeline = make_bars(200), FeatureEngineeringPipeline(SELECTING, cache=FeatureCache())
    target = (bars["close"].shift(-1) > bars["close"]).astype(int)
    pipeline.fit(bars, target)
    with pytest.raises(ParameterError, match="target"):
        pipeline.fit(bars, target.set_axis(target.index + pd.Timedelta(days=1)))


def test_a_cache_that_may_only_be_read_is_read(
    make_bars: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FeatureEngineeringPipeline(SMALL, cache=FeatureCache(tmp_path)).generate_features(make_bars(50))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "touch", refuse)
    reading = FeatureEngineeringPipeline(SMALL, cache=FeatureCache(tmp_path))
    reading.generate_features(make_bars(50))
    assert set(sources(reading).values()) == {"disk"}


def test_the_directory_is_where_a_user_means(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert FeatureCache("~/kept").directory == tmp_path / "kept"
    for nothing in ("", "  "):
        with pytest.raises(ParameterError, match="'cache'"):
            FeatureEngineeringPipeline(SMALL, cache=nothing)
