"""Any period of any indicator: by name, by mapping, streamed as in batch; and what is misspelled is helped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import talib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.features import FeatureEngineeringPipeline, catalogue
from ml_analytics.features.choosing import _templates
from ml_analytics.features.indicators import GROUPS

Make = Callable[..., pd.DataFrame]
TEMPLATES = [pair for group in GROUPS for pair in _templates(group)]


def columns(momentum: Any, group: str = "momentum") -> list[str]:
    pipeline = FeatureEngineeringPipeline({"technical_indicators": {group: momentum}})
    return [str(name) for name in pipeline.get_feature_names_out()]


@pytest.mark.parametrize(
    ("group", "given_", "made"),
    [
        ("momentum", ["rsi_10"], ["rsi_10"]),
        ("momentum", ["rsi_14", "rsi_10", "roc_10"], ["rsi_14", "roc_10", "rsi_10"]),
        ("momentum", ["rsi_10", "rsi_10", "rsi_14", "rsi_14"], ["rsi_14", "rsi_10"]),
        ("momentum", {"rsi": 10}, ["rsi_10"]),
        ("momentum", {"rsi": [10, 10]}, ["rsi_10"]),
        ("momentum", {"rsi": [10, 14, 30]}, ["rsi_14", "rsi_10", "rsi_30"]),
        ("momentum", {"rsi": {"period": [10, 11]}}, ["rsi_10", "rsi_11"]),
        ("momentum", {"rsi": False, "bop": True}, ["bop"]),
        ("volatility", ["bb_upper_14", "bb_lower_14"], ["bb_upper_14", "bb_lower_14"]),
        ("relative", ["sma_10_to_sma_30"], ["sma_10_to_sma_30"]),
        (
            "relative",
            {"sma_to_sma": {"short": [10, 11], "long": 30}},
            ["sma_10_to_sma_30", "sma_11_to_sma_30"],
        ),
    ],
)
def test_any_period_by_name_or_mapping(group: str, given_: Any, made: list[str]) -> None:
    assert columns(given_, group) == made


def test_the_numbers_are_those_of_talib(make_bars: Make) -> None:
    bars = make_bars(300)
    config = {"technical_indicators": {"momentum": ["rsi_10"], "trend": {"sma": 33}}}
    made = FeatureEngineeringPipeline(config).generate_features(bars)
    close = bars["close"].to_numpy()
    np.testing.assert_array_equal(made["rsi_10"], talib.RSI(close, timeperiod=10))
    np.testing.assert_array_equal(made["sma_33"], talib.SMA(close, timeperiod=33))


@pytest.mark.parametrize(
    ("group", "given_", "said"),
    [
        ("momentum", ["sma_20"], "of the group trend"),
        ("momentum", ["rsy"], "did you mean 'rsi'"),
        ("momentum", ["rsi", ["roc"]], "a list of names"),
        ("momentum", [14], "a list of names"),
        ("momentum", ["rsi_1"], "from 2 to 5000"),
        ("momentum", ["rsi_0"], "known names"),
        ("momentum", ["rsi_6000"], "from 2 to 5000"),
        ("momentum", {"rsi": {"length": 10}}, "given period"),
        ("momentum", {"rsi": {"period": 1.5}}, "a whole number"),
        ("momentum", {"rsi": {"period": True}}, "a whole number"),
        ("momentum", {"rsi": "fast"}, "a list of periods"),
        ("momentum", {"rsy": True}, "did you mean"),
        ("momentum", {"bop": 10}, "no parameter to choose"),
        ("relative", {"sma_to_sma": {"short": [1, 2, 3], "long": [4, 5]}}, "lists of one length"),
        ("trend", {"keltner": 5}, "from 11 to 5000"),
    ],
)
def test_what_cannot_be_is_one_sentence(group: str, given_: Any, said: str) -> None:
    with pytest.raises(ParameterError, match=said) as caught:
        columns(given_, group)
    assert "\n" not in str(caught.value)


def test_what_the_catalogue_has_stays_its_own_entry() -> None:
    assert columns({"rsi": [14]}) == ["rsi_14"]
    own = FeatureEngineeringPipeline({"technical_indicators": {"momentum": {"rsi": 14}}}).features.indicators
    assert own[0] is next(one for one in catalogue("momentum") if one.columns == ("rsi_14",))


@pytest.mark.parametrize("pair", TEMPLATES, ids=lambda pair: pair[1].columns[0])
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_parameters_stream_as_in_batch(make_bars: Make, pair: Any, data: st.DataObject) -> None:
    one, template = pair
    names = st.integers(template.least, 70)
    entry = one.with_parameters(**{name: data.draw(names) for name in template.free})
    bars = make_bars(entry.warm_up + 25, seed=data.draw(st.integers(0, 99)))
    config: dict[str, Any] = {"technical_indicators": {entry.group: list(entry.columns)}}
    if entry.group == "microstructure":
        config = {"technical_indicators": False, "market_microstructure": list(entry.columns)}
    pipeline = FeatureEngineeringPipeline(config)
    batch = pipeline.generate_features(bars)
    assert batch.iloc[: entry.warm_up].isna().all().all()
    assert np.isfinite(batch.iloc[entry.warm_up :]).all().all()
    stream, size = pipeline.stream(), batch.abs().mean() * 1e-9
    for row in range(len(bars)):
        made = stream.update(bars.iloc[row])
        if row >= entry.warm_up:
            assert ((made - batch.iloc[row]).abs() <= np.maximum(size, batch.iloc[row].abs() * 1e-9)).all()


def test_a_pipeline_of_other_periods_is_certified(make_bars: Make) -> None:
    config = {"technical_indicators": {"momentum": {"rsi": [9, 33]}, "trend": ["hma_31", "kama_12"]}}
    assert FeatureEngineeringPipeline(config).certify(make_bars(400)).clean
