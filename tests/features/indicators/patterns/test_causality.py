"""Nothing here reads a later bar, and what a step remembers can be written down."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.ohlcv import OHLCV
from ml_analytics.features import FeatureEngineeringPipeline, Indicator, catalogue
from ml_analytics.features.indicator import Bars
from ml_analytics.features.stepping import Recent

FAMILIES = ["swing", "swing_structure", "support_resistance", "trend_line", "chart_pattern"]
ENTRIES = [one for one in catalogue("patterns") if one.family in FAMILIES]


@pytest.mark.parametrize("seed", [0, 1])
def test_certified_on_the_sp500(seed: int, sp500_bars: pd.DataFrame) -> None:
    pipeline = FeatureEngineeringPipeline({"technical_indicators": {"patterns": FAMILIES}})
    certificate = pipeline.certify(sp500_bars, cuts=12, seed=seed)
    assert certificate.clean, certificate.leaking
    assert len(certificate.verdicts) == sum(len(one.columns) for one in ENTRIES)
    assert len(certificate.verdicts) >= 35


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda one: one.family)
def test_a_state_is_plain_values_and_never_changed(entry: Indicator, walk: Callable[..., Bars]) -> None:
    bars = walk(13, 600)
    assert entry.looks_at is not None
    step, recent, state = entry.step(), Recent(entry.looks_at), None
    for values in zip(*(bars[name].tolist() for name in OHLCV), strict=True):
        recent.push(values)
        before = json.dumps(state)
        again = step(tuples(json.loads(before)), recent)
        state_after, value = step(state, recent)
        assert json.dumps(state) == before
        assert again == (state_after, value)
        state = state_after
    assert np.isfinite(value).all()


def tuples(value: Any) -> Any:
    return tuple(tuples(one) for one in value) if isinstance(value, list) else value
