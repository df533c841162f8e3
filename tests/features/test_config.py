"""Both shapes of the configuration, and what is wrong with others."""

from __future__ import annotations

from typing import Any

import pytest

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.yaml import parse_yaml
from ml_analytics.features import catalogue
from ml_analytics.features.config import read_config

FLAT = {
    "technical_indicators": True,
    "market_microstructure": True,
    "feature_selection_method": "mutual_info",
    "n_features": 50,
}
NESTED = {
    "technical_indicators": {
        "trend": ["sma", "ema", "macd", "adx"],
        "momentum": ["rsi", "stoch", "williams_r"],
        "volatility": ["bb", "atr", "std"],
        "volume": ["obv", "vpt", "cmf"],
    },
    "feature_selection": {"method": "mutual_info", "n_features": 50, "threshold": 0.01},
    "preprocessing": {"scaler": "standard", "handle_missing": "ffill", "outlier_detection": True},
}
YAML = """
feature_engineering:
  technical_indicators:
    enabled: True
    trend_indicators: ["sma", "ema", "macd", "adx"]
    momentum_indicators: ["rsi", "stoch", "williams_r"]
    volatility_indicators: ["bb", "atr", "std"]
    volume_indicators: ["obv", "vpt", "cmf"]
  feature_selection: {method: "mutual_info", n_features: 50, threshold: 0.01}
  preprocessing: {scaler: "standard", handle_missing: "ffill", outlier_detection: True}
"""
EVERYTHING = tuple(name for one in catalogue() if not one.optional for name in one.columns)


def test_nothing_means_everything() -> None:
    assert set(read_config(None).columns) == set(EVERYTHING)
    assert read_config(None).warm_up == max(one.warm_up for one in catalogue() if not one.optional)


def test_flat_shape() -> None:
    config = read_config(FLAT)
    assert set(config.columns) == set(EVERYTHING)
    assert (config.method, config.n_features) == ("mutual_info", 50)


def test_ways_to_select() -> None:
    chosen = {"method": ["f_test", "correlation"], "max_correlation": 0.9, "horizon": 5}
    config = read_config({"feature_selection": chosen})
    assert (config.selects, config.method, config.n_features) == (True, ("f_test", "correlation"), None)
    assert dict(config.selection) == {"max_correlation": 0.9, "horizon": 5}
    assert not read_config({"feature_selection_method": "f_test"}).selects
    with pytest.raises(ParameterError, match=r"'max_correlation'.*from 0 to 1"):
        read_config({"feature_selection": {"max_correlation": 2}})


def test_nested_and_yaml_shapes_are_one() -> None:
    config = read_config(NESTED)
    assert config == read_config(parse_yaml(YAML))
    assert {"sma_20", "ema_200", "macd_hist", "plus_di_14", "rsi_7", "stoch_d", "willr_14"} <= set(
        config.columns
    )
    assert {"bb_width_20", "atr_14", "std_20", "obv", "vpt", "cmf_20"} <= set(config.columns)
    assert not {"wma_5", "psar", "cci_20", "amihud_20", "cdl_doji", "ad"} & set(config.columns)
    assert (config.n_features, config.threshold, config.scaler) == (50, 0.01, "standard")
    assert config.fill_forward
    assert config.clip_outliers


def test_switches() -> None:
    assert "amihud_20" not in read_config({"market_microstructure": False}).columns
    only = read_config({"technical_indicators": False}).columns
    assert set(only) == {
        name for one in catalogue("microstructure") if not one.optional for name in one.columns
    }
    groups = {"technical_indicators": {"patterns": True, "momentum": False}, "market_microstructure": True}
    assert set(read_config(groups).columns) == set(only) | {
        name for one in catalogue("patterns") for name in one.columns
    }
    off = {"technical_indicators": {"enabled": False}}
    assert read_config(off).columns == only


def test_columns_may_be_named_one_by_one() -> None:
    config = read_config(
        {"technical_indicators": {"trend": ["macd_hist", "sma_20"], "patterns": ["cdl_doji"]}}
    )
    assert config.columns == ("sma_20", "macd_hist", "cdl_doji")


def test_optional_entries_are_made_when_they_are_named() -> None:
    optional = {name for one in catalogue() if one.optional for name in one.columns}
    assert optional
    assert not optional & set(read_config(None).columns)
    named = read_config({"technical_indicators": {"volatility": ["volatility_percentile_252", "atr_14"]}})
    assert set(named.columns) == {"volatility_percentile_252", "atr_14"}
    both = read_config({"technical_indicators": {"volatility": ["default", "volatility_percentile_252"]}})
    plain = read_config({"technical_indicators": {"volatility": True}})
    assert set(both.columns) == {*plain.columns, "volatility_percentile_252"}


def test_microstructure_may_be_a_list_of_names() -> None:
    config = read_config({"technical_indicators": False, "market_microstructure": ["vpin", "amihud_20"]})
    assert set(config.columns) == {"vpin_50", "amihud_20"}
    with pytest.raises(
        ParameterError, match=r"'market_microstructure'.*did you mean 'roll_spread'.*'spreads'"
    ):
        read_config({"market_microstructure": ["spreads"]})


def test_scale_free_keeps_no_level() -> None:
    config = read_config({"scale_free": True})
    assert "close_to_sma_20" in config.columns
    assert not {"sma_20", "obv", "amihud_20", "atr_14"} & set(config.columns)
    assert all(one.scale_free for one in config.indicators)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"technical": True}, "'technical'"),
        ({"technical_indicators": {"calendar": True}}, "'calendar'"),
        ({"technical_indicators": {"trend": ["smaa"]}}, "'smaa'"),
        ({"technical_indicators": {"trend": "sma"}}, "list of indicator names"),
        ({"technical_indicators": {"trend": True, "trend_indicators": True}}, "twice"),
        ({"technical_indicators": 1}, "mapping"),
        ({"technical_indicators": False, "market_microstructure": False}, "at least one feature"),
        ({"market_microstructure": "yes"}, "'market_microstructure'.*true or false"),
        ({"feature_selection": {"k": 3}}, "'k'"),
        ({"feature_selection": {"method": "magic"}}, "'magic'"),
        ({"feature_selection": {"threshold": "low"}}, "'threshold'"),
        ({"feature_selection": {"n_features": 3}, "n_features": 3}, "given once"),
        ({"n_features": 0}, "'n_features'.*positive"),
        ({"n_features": True}, "'n_features'"),
        ({"preprocessing": {"scaler": "log"}}, "'log'"),
        ({"preprocessing": {"handle_missing": "interpolate"}}, "'ffill'.*reads the future"),
        ({"preprocessing": {"handle_missing": "bfill"}}, "'ffill'"),
        ({"preprocessing": {"impute": "mean"}}, "'impute'"),
        ([1], "mapping"),
    ],
)
def test_bad_values_are_named(config: Any, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        read_config(config)
