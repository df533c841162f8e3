from __future__ import annotations

import pandas as pd

from ml_analytics.use_cases.markets import MarketConfig, outputs


def facts(trials: int) -> dict[str, object]:
    model, up = ({"value": value, "low": value - 0.05, "high": value + 0.05} for value in (0.52, 0.57))
    return {
        "release": {
            "gates": {"production": {"passed": False}},
            "lineage": {"data_hash": "a" * 64, "feature_names": ["x"], "code_version": "0"},
            "model_id": "m",
            "version": "1.0.0",
            "model_type": "logistic",
        },
        "research": {
            "trials": trials,
            "champion": "logistic",
            "best_baseline": "always up",
            "scores": {"logistic": model, "always up": up},
        },
        "live": {
            "performance": {"accuracy": model},
            "best_baseline": "always up",
            "baselines": {"always up": up},
        },
    }


def test_a_position_earns_the_next_bar_and_a_bar_without_answer_is_cash(bars: pd.DataFrame) -> None:
    part = bars.head(40)
    up = {time.isoformat(): 0.9 for time in part.index[5:20]} | {part.index[25].isoformat(): 0.9}
    regimes = pd.Series(0, index=part.index)
    report = outputs.trading_report(MarketConfig(costs_bps=0.0), part, up, regimes, {0: "sideways"}, facts(1))
    returns = part["close"].pct_change().loc[part.index[5] :]
    held = [0.0, *[1.0] * 15, *[0.0] * 5, 1.0, *[0.0] * 13]
    expected = (returns.fillna(0.0) * held).where(lambda one: one.index > part.index[5], 0.0)
    pd.testing.assert_series_equal(report.net, expected, check_names=False, check_freq=False)


def test_the_choice_of_the_model_is_disclosed(bars: pd.DataFrame) -> None:
    part = bars.head(40)
    up = {time.isoformat(): 0.9 for time in part.index}
    regimes = pd.Series(0, index=part.index)
    one, two = (
        outputs.trading_report(MarketConfig(), part, up, regimes, {0: "sideways"}, facts(trials))
        for trials in (1, 2)
    )
    assert "picked from 2 models" in " ".join(two.notes)
    assert "picked" not in " ".join(one.notes)


def test_every_accuracy_stands_beside_its_baseline(bars: pd.DataFrame) -> None:
    part = bars.head(40)
    up = {time.isoformat(): 0.9 for time in part.index}
    regimes = pd.Series(0, index=part.index)
    report = outputs.trading_report(MarketConfig(), part, up, regimes, {0: "sideways"}, facts(1))
    for name in ("Accuracy, folds", "Accuracy, holdout"):
        assert report.facts[name] == "0.520 [0.470, 0.570]; always up 0.570 [0.520, 0.620]"
