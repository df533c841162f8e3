"""The feature pipeline beside bare TA-Lib calls for the same columns, on 10,000 bars.

Ours is the whole ``generate_features``: reading and checking the bars, every column, a pandas table with a
UTC index. The peer is TA-Lib called on ready arrays, its results kept in a dict. Only columns that are one
TA-Lib call are compared (most of the catalogue); both run in turn, and the median counts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import talib

from ml_analytics.features import FeatureEngineeringPipeline, Indicator, catalogue

BARS = 10_000
ROUNDS = 40
OPTIONS = {
    "period": "timeperiod",
    "fast": "fastperiod",
    "slow": "slowperiod",
    "signal": "signalperiod",
    "fast_k": "fastk_period",
    "slow_k": "slowk_period",
    "slow_d": "slowd_period",
    "acceleration": "acceleration",
    "maximum": "maximum",
    "deviations": "nbdevup",
}


def market(bars: int = BARS) -> pd.DataFrame:
    """Make random valid bars."""
    generator = np.random.default_rng(0)
    close = 100 * np.exp(np.cumsum(generator.normal(0, 0.01, bars)))
    open_ = close * np.exp(generator.normal(0, 0.005, bars))
    return pd.DataFrame(
        {
            "open": open_,
            "high": np.maximum(open_, close) * np.exp(np.abs(generator.normal(0, 0.005, bars))),
            "low": np.minimum(open_, close) / np.exp(np.abs(generator.normal(0, 0.005, bars))),
            "close": close,
            "volume": generator.uniform(1e3, 1e5, bars),
        },
        index=pd.date_range("2000-01-01", periods=bars, freq="h", tz="UTC"),
    )


def bare_calls(entries: list[Indicator], frame: pd.DataFrame) -> Callable[[], dict[str, Any]]:
    """Prepare the peer: arrays ready, options translated, nothing left to do but call."""
    arrays = {name: np.ascontiguousarray(frame[name].to_numpy()) for name in frame.columns}
    calls = []
    for one in entries:
        options = {OPTIONS[name]: value for name, value in one.parameters.items()}
        function = getattr(talib, one.source.removeprefix("TA-Lib "))
        calls.append((one.columns[0], function, [arrays[name] for name in one.inputs], options))
    return lambda: {name: function(*inputs, **options) for name, function, inputs, options in calls}


def median_ms(*functions: Callable[[], object]) -> list[float]:
    """Time the functions in turn and return the median of each, in milliseconds."""
    taken: list[list[float]] = [[] for _ in functions]
    for _ in range(ROUNDS):
        for mine, function in zip(taken, functions, strict=True):
            start = time.perf_counter()
            function()
            mine.append((time.perf_counter() - start) * 1e3)
    return [statistics.median(mine) for mine in taken]


def main() -> list[dict[str, Any]]:
    """Measure and print one line."""
    entries = [one for one in catalogue() if one.source.startswith("TA-Lib ") and one.source.count(" ") == 1]
    groups: dict[str, list[str]] = {}
    for one in entries:
        groups.setdefault(one.group, []).extend(one.columns)
    frame = market()
    pipeline = FeatureEngineeringPipeline({"technical_indicators": groups})
    count = len(pipeline.get_feature_names_out())
    peer = bare_calls(entries, frame)
    ours_ms, peer_ms = median_ms(lambda: pipeline.generate_features(frame), peer)
    found = [
        {
            "figure": f"features: {count} columns x {BARS} bars beside TA-Lib",
            "ours": ours_ms,
            "peer": peer_ms,
            "ratio": ours_ms / peer_ms,
            "unit": "ms",
            "target": "<= 1.3x",
        }
    ]
    for line in found:
        print(f"{line['figure']}, {line['ours']:.2f} ms, {line['peer']:.2f} ms, {line['ratio']:.2f}")
    return found


if __name__ == "__main__":
    main()
