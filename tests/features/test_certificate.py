"""The certificate finds planted leaks and cries no wolf."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pandas as pd
import polars as pl
import pytest

import ml_analytics.features.certificate as certificate_module
from ml_analytics.core.errors import DataProcessingError, ParameterError
from ml_analytics.core.values import LeakCertificate
from ml_analytics.features import FeatureEngineeringPipeline, certify, certify_function
from ml_analytics.features.config import read_config


def _interpolated(close: pd.Series) -> pd.Series:
    holed = close.where(np.arange(len(close)) % 3 == 0)
    return holed.interpolate()


def _smoothed_outliers(close: pd.Series) -> pd.Series:
    moves = close.pct_change().abs()
    return close.mask(moves > 0.045).interpolate()


def _smoothed_regime(frame: pd.DataFrame) -> pd.Series:
    """Probability of the wilder of two regimes given all bars (forward and backward), as hindsight has it."""
    moves = frame["close"].pct_change().fillna(0.0).to_numpy()
    like = np.stack([np.exp(-0.5 * (moves / width) ** 2) / width for width in (0.006, 0.02)], axis=1)
    stay = np.array([[0.97, 0.03], [0.03, 0.97]])
    forward, backward = np.ones_like(like), np.ones_like(like)
    for bar in range(len(like)):
        seen = (forward[bar - 1] @ stay if bar else np.full(2, 0.5)) * like[bar]
        forward[bar] = seen / seen.sum()
    for bar in range(len(like) - 2, -1, -1):
        seen = stay @ (like[bar + 1] * backward[bar + 1])
        backward[bar] = seen / seen.sum()
    both = forward * backward
    return pd.Series(both[:, 1] / both.sum(axis=1), index=frame.index)


def _filtered_regime(frame: pd.DataFrame) -> pd.Series:
    """The same probability given the bars so far: what may be used."""
    moves = frame["close"].pct_change().fillna(0.0).to_numpy()
    like = np.stack([np.exp(-0.5 * (moves / width) ** 2) / width for width in (0.006, 0.02)], axis=1)
    stay = np.array([[0.97, 0.03], [0.03, 0.97]])
    seen, made = np.full(2, 0.5), np.empty(len(like))
    for bar in range(len(like)):
        seen = (seen @ stay if bar else seen) * like[bar]
        seen = seen / seen.sum()
        made[bar] = seen[1]
    return pd.Series(made, index=frame.index)


def _target_encoded(frame: pd.DataFrame) -> pd.Series:
    """Each weekday's mean of the next return, over all rows."""
    target = frame["close"].pct_change().shift(-1)
    return target.groupby(frame.index.day_of_week).transform("mean")  # type: ignore[attr-defined]


def _weekly_close(frame: pd.DataFrame, label: Literal["left", "right"]) -> pd.Series:
    """The week's close at each day; labelled by the left edge it is known before the week is over."""
    weeks = frame["close"].resample("7D", label=label, closed="left").last()
    return weeks.reindex(frame.index, method="ffill")


def _right_edge_early(frame: pd.DataFrame) -> pd.Series:
    """Two-day bars whose right-edge label is set one bar too early."""
    return frame["close"].groupby(np.arange(len(frame)) // 2).transform("last")


def _some_bars_ahead(frame: pd.DataFrame, which: np.ndarray) -> pd.Series:
    """A mean that reads the next close at some bars only."""
    return frame["close"].rolling(5).mean().mask(which, frame["close"].shift(-1))


def _last_of(frame: pd.DataFrame, period: Literal["W", "M"]) -> np.ndarray:
    numbers = pd.DatetimeIndex(frame.index).tz_localize(None).to_period(period).asi8
    return np.append(np.diff(numbers) != 0, False)


LEAKS: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "centred window": lambda f: f["close"].rolling(5, center=True).mean(),
    "one bar ahead": lambda f: f["close"].shift(-1),
    "back-filled warm-up": lambda f: f["close"].rolling(20).mean().bfill(),
    "back-filled difference": lambda f: f["close"].diff().bfill(),
    "interpolation": lambda f: _interpolated(f["close"]),
    "interpolated outliers": lambda f: _smoothed_outliers(f["close"]),
    "full-sample scaling": lambda f: (f["close"] - f["close"].mean()) / f["close"].std(),
    "global maximum": lambda f: f["close"] / f["close"].max(),
    "global minimum": lambda f: f["close"] / f["close"].min(),
    "global volume maximum": lambda f: f["volume"] / f["volume"].max(),
    "rank in the whole series": lambda f: f["close"].rank(pct=True),
    "distance to the end": lambda f: pd.Series(np.arange(len(f))[::-1], index=f.index),
    "the future's sign": lambda f: (f["close"].shift(-1) > f["close"]).astype(float),
    "full-sample quantile bin": lambda f: pd.qcut(f["close"], 4, labels=False).astype(float),
    "smoothed regimes": _smoothed_regime,
    "target encoding on all rows": _target_encoded,
    "resampling labelled by the left edge": lambda f: _weekly_close(f, "left"),
    "resampled bars one bar early": _right_edge_early,
    "mean of all bars of its month": lambda f: f["close"].groupby(f.index.month).transform("mean"),  # type: ignore[attr-defined]
    "rows shifted by dropping a hole": lambda f: pd.Series(
        np.append(f["close"].pct_change().dropna().to_numpy(), np.nan), index=f.index
    ),
    "sum from the end": lambda f: f["volume"][::-1].cumsum()[::-1],
    "scaled by the length": lambda f: f["close"] * len(f),
    "line through all bars": lambda f: (
        f["close"] - np.polyval(np.polyfit(np.arange(len(f)), f["close"], 1), np.arange(len(f)))
    ),
    "only after bar 700": lambda f: _some_bars_ahead(f, np.arange(len(f)) > 700),
    "only at the last bars": lambda f: _some_bars_ahead(f, np.arange(len(f)) > 990),
    "only at the last but one": lambda f: _some_bars_ahead(f, np.arange(len(f)) == len(f) - 2),
    "only on the last day of a week": lambda f: _some_bars_ahead(f, _last_of(f, "W")),
    "only on the last day of a month": lambda f: _some_bars_ahead(f, _last_of(f, "M")),
    "smoothing both ways": lambda f: f["close"][::-1].ewm(span=5).mean()[::-1],
}
HONEST: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "mean": lambda f: f["close"].rolling(20).mean(),
    "deviation": lambda f: f["close"].rolling(20).std(),
    "exponential": lambda f: f["close"].ewm(span=10).mean(),
    "expanding maximum": lambda f: f["close"].cummax(),
    "expanding scaling": lambda f: (
        (f["close"] - f["close"].expanding().mean()) / f["close"].expanding().std()
    ),
    "filtered regimes": _filtered_regime,
    "resampling labelled by the right edge": lambda f: _weekly_close(f, "right"),
    "filled forward": lambda f: f["close"].where(np.arange(len(f)) % 3 == 0).ffill(),
    "constant": lambda f: f["close"] * 0,
    "booleans": lambda f: f["close"] > f["open"],
}


@pytest.fixture(scope="module")
def market(sp500_bars: pd.DataFrame) -> pd.DataFrame:
    return sp500_bars.iloc[2000:3000]


@pytest.mark.parametrize("name", LEAKS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_planted_leaks_are_found(market: pd.DataFrame, name: str, seed: int) -> None:
    made = certify_function(lambda f: LEAKS[name](f).to_frame("leak"), market, seed=seed)
    assert made.leaking == ("leak",)
    assert made.verdicts[0].first_bar is not None
    assert made.verdicts[0].check in made.checks


@pytest.mark.parametrize("name", HONEST)
def test_honest_features_are_clean(market: pd.DataFrame, name: str) -> None:
    assert certify_function(lambda f: HONEST[name](f).to_frame("honest"), market).clean


def test_the_whole_catalogue_is_clean(sp500_bars: pd.DataFrame) -> None:
    made = FeatureEngineeringPipeline().certify(sp500_bars)
    assert made.clean, made.leaking
    assert [one.feature for one in made.verdicts] == list(
        FeatureEngineeringPipeline().get_feature_names_out()
    )
    assert made.bars == 5031
    assert all(one.first_bar is None for one in made.verdicts)
    assert LeakCertificate.from_json(made.to_json()).digest == made.digest


def test_one_leak_among_many(market: pd.DataFrame) -> None:
    def function(frame: pd.DataFrame) -> pd.DataFrame:
        made = FeatureEngineeringPipeline({"technical_indicators": {"momentum": True}}).generate_features(
            frame
        )
        return pd.DataFrame(made).assign(tomorrow=frame["close"].shift(-1))

    made = certify_function(function, market)
    assert made.leaking == ("tomorrow",)
    assert not made.clean


def test_first_bar_is_where_the_value_first_changed(market: pd.DataFrame) -> None:
    made = certify_function(lambda f: f["close"].rolling(5, center=True).mean(), market, cuts=[500])
    assert made.verdicts[0].first_bar == 499
    assert made.cuts == (500,)


def test_same_seed_same_certificate(market: pd.DataFrame) -> None:
    one, two = (FeatureEngineeringPipeline().certify(market, seed=3) for _ in range(2))
    assert one.digest == two.digest
    assert one.digest != FeatureEngineeringPipeline().certify(market, seed=4).digest


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_is_not_made_of_the_bars_is_not_proven(market: pd.DataFrame, seed: int) -> None:
    tomorrow = market["close"].pct_change().shift(-1)
    days = market.index
    assert isinstance(days, pd.DatetimeIndex)
    elsewhere = {
        "looked up by time": lambda f: tomorrow.reindex(f.index),
        "looked up by place": lambda f: pd.Series(tomorrow.to_numpy()[: len(f)], index=f.index),
        "looked up by nearest time": lambda f: tomorrow.reindex(f.index, method="ffill"),
        "weekday": lambda f: pd.Series(f.index.day_of_week, index=f.index),
        "counter": lambda f: pd.Series(np.arange(len(f)), index=f.index),
    }
    made = certify_function(
        lambda f: pd.DataFrame({name: one(f) for name, one in elsewhere.items()}),  # type: ignore[no-untyped-call]
        market,
        seed=seed,
    )
    assert made.untested == tuple(elsewhere) and made.leaking == () and not made.clean
    assert "does not depend on the bars" in made.verdicts[0].check
    assert "another series" in made.checks


def test_rare_and_constant_features_are_not_called_untested(market: pd.DataFrame) -> None:
    largest = market["close"].pct_change().abs().max()

    def function(frame: pd.DataFrame) -> pd.DataFrame:
        moves = frame["close"].pct_change().abs()
        return pd.DataFrame({"rare": (moves >= largest).astype(float), "never": moves * 0 + 1})

    assert certify_function(function, market).clean


def test_what_a_function_brings_along_is_found_when_the_function_computes_it(market: pd.DataFrame) -> None:
    """The stated limit, and the way round it."""
    mean, std = market["close"].mean(), market["close"].std()
    assert certify_function(lambda f: (f["close"] - mean) / std, market).clean
    inside = certify_function(lambda f: (f["close"] - f["close"].mean()) / f["close"].std(), market)
    assert inside.leaking == ("close",)


def test_one_wild_value_does_not_hide_a_leak(market: pd.DataFrame) -> None:
    def function(frame: pd.DataFrame) -> pd.DataFrame:
        ahead = frame["close"].pct_change().shift(-1).fillna(0.0)
        return pd.DataFrame({"leak": ahead.mask(np.arange(len(frame)) == 3, 1e15)})

    assert certify_function(function, market).leaking == ("leak",)


def test_noise_of_rounding_is_no_leak_in_a_function(market: pd.DataFrame) -> None:
    def noisy(size: float) -> Callable[[pd.DataFrame], pd.DataFrame]:
        return lambda f: f[["close"]] * (1 + size * f["close"].mean() / f["close"].iloc[0])

    assert certify_function(noisy(1e-13), market).clean
    assert certify_function(noisy(1e-6), market).leaking == ("close",)


def test_the_pipeline_is_compared_bit_for_bit(market: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    original = certificate_module.compute_columns  # type: ignore[attr-defined]

    def last_bit(bars: Any, *args: Any) -> np.ndarray:
        made = original(bars, *args)
        made[5, 0] = np.nextafter(made[5, 0], np.inf) if len(made) < 1000 else made[5, 0]
        return made

    monkeypatch.setattr(certificate_module, "compute_columns", last_bit)
    made = certify(_OneColumn(), market)
    assert made.leaking == ("sma_5",)
    assert (made.verdicts[0].first_bar, made.verdicts[0].check) == (5, "cut-off series")


class _OneColumn:
    """No generate_features: the configured columns are all there is."""

    features = read_config({"technical_indicators": {"trend": ["sma_5"]}})


class _Ahead(FeatureEngineeringPipeline):
    def generate_features(self, ohlcv: Any) -> Any:
        return super().generate_features(ohlcv).shift(-3)


class _More(FeatureEngineeringPipeline):
    def generate_features(self, ohlcv: Any) -> Any:
        made = super().generate_features(ohlcv)
        return made.assign(twice=made.iloc[:, 0] * 2, centred=made.iloc[:, 0].rolling(3, center=True).mean())


class _Named(FeatureEngineeringPipeline):
    def generate_features(self, ohlcv: Any) -> Any:
        """Only says so."""
        return super().generate_features(ohlcv)


def test_a_subclass_is_certified_on_what_it_makes(market: pd.DataFrame, tmp_path: Any) -> None:
    config = {"technical_indicators": {"trend": ["sma_5", "ema_10"]}}
    assert _Ahead(config).certify(market).leaking == ("sma_5", "ema_10")
    more = _More(config, cache=tmp_path).certify(market)
    assert [one.feature for one in more.verdicts] == ["sma_5", "ema_10", "twice", "centred"]
    assert more.leaking == ("centred",)
    assert not list(tmp_path.iterdir()), "bars that never were are not kept"
    assert _Named(config).certify(market) == FeatureEngineeringPipeline(config).certify(market)
    stacked = pd.concat([market.assign(symbol="A"), market[:500].assign(symbol="B")])
    assert _Ahead(config).certify(stacked).leaking == ("sma_5", "ema_10")
    replaced = FeatureEngineeringPipeline(config)
    replaced.generate_features = _Ahead(config).generate_features  # type: ignore[method-assign]
    assert replaced.certify(market).leaking == ("sma_5", "ema_10")


def test_certifying_leaves_no_trace_in_explain(market: pd.DataFrame) -> None:
    pipeline = FeatureEngineeringPipeline({"technical_indicators": {"trend": ["sma_5"]}})
    pipeline.certify(market)
    assert pipeline.explain().empty


def test_the_subject_says_what_was_certified(market: pd.DataFrame) -> None:
    def subject(columns: list[str], bars: pd.DataFrame) -> str:
        return FeatureEngineeringPipeline({"technical_indicators": {"trend": columns}}).certify(bars).subject

    known = subject(["sma_5"], market)
    assert len(known) == 64 and known == subject(["sma_5"], market.copy())
    moved = market.set_axis(market.index + pd.Timedelta("1h"))
    other = market.assign(volume=market["volume"] + 1)
    different = {subject(["sma_10"], market), subject(["sma_5"], moved), subject(["sma_5"], other), known}
    assert len(different) == 4
    functions = (lambda f: f[["close"]].diff(), lambda f: f[["close"]].diff(2))
    assert len({certify_function(one, market).subject for one in functions}) == 2


def test_a_feature_without_values_is_not_proven(make_bars: Callable[..., pd.DataFrame]) -> None:
    made = certify(
        FeatureEngineeringPipeline({"technical_indicators": {"trend": ["sma_200"]}}), make_bars(150)
    )
    assert (made.leaking, made.untested, made.clean) == ((), ("sma_200",), False)
    assert made.verdicts[0].check.startswith("untested: no value")
    assert made.verdicts[0].first_bar is None


def test_columns_that_come_with_the_future_leak(market: pd.DataFrame) -> None:
    def function(frame: pd.DataFrame) -> pd.DataFrame:
        made = frame[["close"]].copy()
        return made.assign(late=1.0) if len(made) > 900 else made

    assert certify_function(function, market).leaking == ("late",)


def test_flat_and_untraded_bars(make_bars: Callable[..., pd.DataFrame]) -> None:
    flat = np.full(400, 5.0)
    frame = make_bars(400, open=flat, high=flat, low=flat, close=flat, volume=np.zeros(400))
    assert FeatureEngineeringPipeline().certify(frame).clean
    assert not certify_function(lambda f: f["close"] / f["close"].max(), frame).clean
    assert not certify_function(lambda f: f["close"].shift(-1), frame).clean


def test_polars_bars_are_certified_too(market: pd.DataFrame) -> None:
    table = pl.from_pandas(market.reset_index())
    assert (
        FeatureEngineeringPipeline().certify(table).digest
        == FeatureEngineeringPipeline().certify(market).digest
    )


@pytest.mark.parametrize("bad", [0, -1, True, [], [-1], [999], "5", [1.5], [True], [[1]], ["1"], None])
def test_bad_cuts(market: pd.DataFrame, bad: Any) -> None:
    with pytest.raises(ParameterError, match="'cuts'"):
        FeatureEngineeringPipeline().certify(market, cuts=bad)


def test_bad_input(market: pd.DataFrame) -> None:
    with pytest.raises(ParameterError, match="'seed'"):
        FeatureEngineeringPipeline().certify(market, seed=-1)
    with pytest.raises(DataProcessingError, match="at least 20"):
        FeatureEngineeringPipeline().certify(market.iloc[:10])
    with pytest.raises(DataProcessingError, match="one row per bar"):
        certify_function(lambda f: f[["close"]].iloc[5:], market)
    with pytest.raises(DataProcessingError, match="'text'"):
        certify_function(lambda f: f[["close"]].astype(str).set_axis(["text"], axis=1), market)


def test_a_function_that_answers_otherwise_each_time_is_refused(market: pd.DataFrame) -> None:
    """Unseeded noise would look like a leak."""
    generator = np.random.default_rng(0)
    with pytest.raises(DataProcessingError, match="other values of 'noisy' the second time"):
        certify_function(
            lambda f: f[["open"]].assign(noisy=f["close"] + generator.random(len(f)), fine=f["low"]), market
        )
    with pytest.raises(ParameterError, match="'function'"):
        certify_function("close", market)  # type: ignore[arg-type]


def test_cuts_are_numbers_of_any_kind(market: pd.DataFrame) -> None:
    pipeline = FeatureEngineeringPipeline({"technical_indicators": {"trend": ["sma_5"]}})
    for given in ([7, 5, 5], np.array([5, 7]), [np.int64(5), 7]):
        assert pipeline.certify(market, cuts=given).cuts == (5, 7)  # type: ignore[arg-type]


def test_a_function_cannot_reach_the_bars(market: pd.DataFrame) -> None:
    before = market.copy()

    def spoil(frame: pd.DataFrame) -> pd.DataFrame:
        frame["close"] = 0.0
        return frame[["close"]]

    certify_function(spoil, market)
    assert market.equals(before)


@pytest.mark.parametrize("length", [20, 21, 33, 64])
@pytest.mark.parametrize("cuts", [1, 5, 40])
def test_short_series(make_bars: Callable[..., pd.DataFrame], length: int, cuts: int) -> None:
    bars = make_bars(length)
    made = certify_function(lambda f: f[["close"]].diff(), bars, cuts=cuts)
    assert made.clean
    assert max(made.cuts) <= length - 2
    assert not certify_function(lambda f: f[["close"]].diff(-1), bars, cuts=cuts).clean
