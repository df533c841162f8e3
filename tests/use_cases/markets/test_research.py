from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.errors import DataProcessingError, ParameterError, SettingsError
from ml_analytics.use_cases.markets import MarketConfig, research


@pytest.fixture(scope="module")
def features(bars: pd.DataFrame) -> pd.DataFrame:
    made: pd.DataFrame = research.make_pipeline(MarketConfig()).generate_features(bars)
    return made


def test_no_training_label_reaches_the_holdout(
    bars: pd.DataFrame, features: pd.DataFrame, config: MarketConfig
) -> None:
    data = research.build_dataset(bars, features, config)
    last, first = data.X.index[data.train][-1], data.X.index[data.holdout][0]
    assert (
        bars.index.get_indexer(pd.Index([last]))[0] + config.horizon
        < bars.index.get_indexer(pd.Index([first]))[0]
    )
    assert data.X.notna().all().all()
    assert not (data.train & data.holdout).any()


def test_labels_are_the_direction_of_the_bars(
    bars: pd.DataFrame, features: pd.DataFrame, config: MarketConfig
) -> None:
    data = research.build_dataset(bars, features, config)
    close = bars["close"].to_numpy()
    for time in data.X.index[::97]:
        at = int(bars.index.get_indexer(pd.Index([time]))[0])
        if at + config.horizon < len(close):
            assert data.y[time] == float(close[at + config.horizon] > close[at])
    assert data.y.iloc[-config.horizon :].isna().all()


def test_a_model_with_the_answer_is_seen_to_win_and_noise_is_not(
    bars: pd.DataFrame, features: pd.DataFrame, config: MarketConfig
) -> None:
    data = research.build_dataset(bars, features, config)
    truth = data.y[data.train]
    noise = pd.Series(np.random.default_rng(0).random(len(truth)), truth.index)
    good = pd.Series(np.where(np.arange(len(truth)) % 4 == 0, 1 - truth, truth), truth.index)
    assert research.compare({"m": good}, data, config)["advantages"]["m"].low > 0
    assert research.compare({"m": noise}, data, config)["advantages"]["m"].low < 0


def test_too_few_bars_for_the_warm_up_says_how_long_it_is(bars: pd.DataFrame, config: MarketConfig) -> None:
    few = bars.tail(60)
    pipeline = research.make_pipeline(config)
    warm_up = pipeline.features.warm_up
    made: pd.DataFrame = pipeline.generate_features(few)
    with pytest.raises(DataProcessingError, match=rf"warm-up of its features, {warm_up} bars. Got 60 bars"):
        research.build_dataset(few, made, config)


def test_out_of_fold_rows_are_made_once_and_repeatably(
    bars: pd.DataFrame, features: pd.DataFrame, config: MarketConfig
) -> None:
    data = research.build_dataset(bars, features, config)
    first, again = (research.out_of_fold("logistic", data, config) for _ in range(2))
    assert first.index.is_unique
    assert first.index.is_monotonic_increasing
    assert first.equals(again)
    assert first.between(0, 1).all()


def test_an_answer_does_not_depend_on_later_bars(
    bars: pd.DataFrame, features: pd.DataFrame, config: MarketConfig
) -> None:
    data = research.build_dataset(bars, features, config)
    whole = research.out_of_fold("logistic", data, config)
    rng = np.random.default_rng(0)
    changed = data.y.copy()
    later = data.y.index > whole.index[len(whole) // config.splits - 1]
    changed[later & changed.notna()] = rng.integers(0, 2, int((later & changed.notna()).sum()))
    other = research.out_of_fold(
        "logistic", research.Dataset(data.X, changed, data.close, data.train, data.holdout), config
    )
    block = whole.index[: len(whole) // config.splits - config.horizon]
    assert whole[block].equals(other[block])


def test_too_few_bars_is_one_sentence(bars: pd.DataFrame, config: MarketConfig) -> None:
    few = bars.tail(520)
    features = research.make_pipeline(config).generate_features(few)
    with pytest.raises(DataProcessingError, match="more bars"):
        research.build_dataset(few, features, config)


def test_what_no_fold_would_learn_by_itself_is_refused() -> None:
    for features in ({"n_features": 20}, {"preprocessing": {"scaler": "standard"}}):
        with pytest.raises(SettingsError, match="'features'"):
            research.make_pipeline(MarketConfig(features=features))


def test_parameters_that_a_library_refuses_are_one_sentence(
    bars: pd.DataFrame, features: pd.DataFrame, config: MarketConfig
) -> None:
    data = research.build_dataset(bars, features, config)
    wrong = config.model_copy(update={"parameters": {"logistic": {"C": "many"}}})
    with pytest.raises(ParameterError, match="'C' parameter of LogisticModel must be a number"):
        research.out_of_fold("logistic", data, wrong)
