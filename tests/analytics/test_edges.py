"""Odd series through every analysis: a value or a sentence, never a warning (an error in tests), never a crash."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.analytics import AdvancedAnalytics
from ml_analytics.core.errors import ParameterError

_NOISE = np.random.default_rng(0)
SERIES: dict[str, list[float]] = {
    "one": [0.01],
    "two": [0.01, -0.02],
    "zeros": [0.0] * 40,
    "constant": [0.01] * 300,
    "winners": list(abs(_NOISE.normal(0, 0.01, 60))),
    "losers": list(-abs(_NOISE.normal(0, 0.01, 60))),
    "total loss": [0.1, -1.0, 0.2] * 20,
    "more than all": [0.1, -1.5, 0.2] * 20,
    "huge": [1e100, -1.0, 1e90] * 20,
    "tiny": list(_NOISE.normal(0, 1e-200, 60)),
    "unobserved": [np.nan] * 50,
    "gaps": [np.nan if i % 7 == 0 else one for i, one in enumerate(_NOISE.normal(0, 0.01, 300))],
    "coin": [0.1, -0.1] * 100,
    "wild": list(np.clip(_NOISE.standard_cauchy(400), -1, 1e6) * 0.01),
}
CLOCKS: dict[str, Any] = {
    "no times": None,
    "weekdays": {"freq": "B"},
    "every hour in Berlin": {"freq": "h", "tz": "Europe/Berlin"},
}


def settled(call: Callable[..., Any], *given: Any, **options: Any) -> Any:
    """Return the answer, or nothing where it is a sentence."""
    try:
        return call(*given, **options)
    except ParameterError as error:
        assert str(error).startswith("The '")
        return None


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("name", SERIES)
def test_every_analysis_answers(name: str, clock: str) -> None:
    values, how = SERIES[name], CLOCKS[clock]
    index = None if how is None else pd.date_range("2020-01-01", periods=len(values), **how)
    rng = np.random.default_rng(1)
    returns: Any = values if index is None else pd.Series(values, index=index)
    analytics = AdvancedAnalytics()
    analytics.add_returns(returns)
    analytics.add_benchmark(pd.Series(rng.normal(0, 0.01, len(values)), index=index))
    analytics.calculate_metrics()
    analytics.analyze_drawdowns()
    assert len(analytics.rolling_analysis(min(5, len(values)))) == len(values)
    json.dumps(analytics.benchmark_analysis(window=1).to_json(), allow_nan=False)
    settled(analytics.backtest_var, 5)
    factors = pd.DataFrame(rng.normal(0, 0.01, (len(values), 2)), columns=["a", "b"], index=index)
    if found := settled(analytics.factor_analysis, factors):
        json.dumps(found.to_json(), allow_nan=False)
    for method in ("historical", "gaussian", "cornish_fisher", "maillard", "evt"):
        if risk := settled(analytics.tail_risk, method=method, interval=0.9, resamples=5):
            json.dumps(risk.to_json(), allow_nan=False)
    for way in ("bootstrap", "block", "normal", "student_t", "shuffle"):
        if futures := settled(analytics.monte_carlo_simulation, 20, 15, method=way):
            assert not np.isnan(futures.total_returns).any()
            assert not np.isnan(futures.max_drawdowns).any()
            futures.summary()
            futures.percentile_paths()
            json.dumps(futures.to_json(), allow_nan=False)
