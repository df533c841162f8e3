"""The feature pipeline beside bare TA-Lib calls for the same columns, on 10,000 and on a million bars.

Ours is the whole ``generate_features``: reading and checking the bars, every column, a pandas table with a
UTC index. The peer is TA-Lib called on ready arrays, one function after the other, its results kept in a dict.
Only entries that are one TA-Lib call are compared (most of the catalogue), and the peer makes exactly the
calls that they make: they are recorded. Both run in turn, and the median counts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import talib

from ml_analytics.features import FeatureEngineeringPipeline, Indicator, catalogue, ta

BARS = 10_000
ROUNDS = {10_000: 40, 1_000_000: 7}


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
    """Prepare the peer: the calls that the entries make, nothing left to do but make them."""
    arrays = {name: np.ascontiguousarray(frame[name].to_numpy()) for name in frame.columns}
    calls: list[tuple[str, Any, Any, Any]] = []
    real = {name: getattr(ta, name) for name in talib.get_functions()}  # type: ignore[no-untyped-call]

    def recorder(name: str, column: list[str]) -> Callable[..., Any]:
        def record(*inputs: Any, **options: Any) -> Any:
            calls.append((column[0], getattr(talib, name), inputs, options))
            return real[name](*inputs, **options)

        return record

    column = [""]
    for name in real:
        setattr(ta, name, recorder(name, column))
    try:
        for one in entries:
            column[0], before = one.columns[0], len(calls)
            one.values(arrays)
            if len(calls) == before:  # a candlestick: the entry is the function itself
                function = getattr(talib, one.source.removeprefix("TA-Lib "))
                calls.append((column[0], function, [arrays[name] for name in one.inputs], {}))
            assert len(calls) == before + 1, f"{one.columns[0]} is not one call"
    finally:
        for name, function in real.items():
            setattr(ta, name, function)
    return lambda: {name: function(*inputs, **options) for name, function, inputs, options in calls}


def median_ms(rounds: int, *functions: Callable[[], object]) -> list[float]:
    """Time the functions in turn and return the median of each, in milliseconds."""
    taken: list[list[float]] = [[] for _ in functions]
    for _ in range(rounds):
        for mine, function in zip(taken, functions, strict=True):
            start = time.perf_counter()
            made = function()
            mine.append((time.perf_counter() - start) * 1e3)
            del made
    return [statistics.median(mine) for mine in taken]


def pure() -> list[Indicator]:
    """Return the entries that are one TA-Lib call."""
    return [one for one in catalogue() if one.source.startswith("TA-Lib ") and one.source.count(" ") == 1]


def main() -> list[dict[str, Any]]:
    """Measure both sizes."""
    entries = pure()
    groups: dict[str, list[str]] = {}
    for one in entries:
        groups.setdefault(one.group, []).extend(one.columns)
    pipeline = FeatureEngineeringPipeline({"technical_indicators": groups})
    count = len(pipeline.get_feature_names_out())
    found = []
    for bars, target in ((BARS, "<= 1.3x"), (1_000_000, "<= 0.7x")):
        frame = market(bars)
        peer = bare_calls(entries, frame)
        ours_ms, peer_ms = median_ms(ROUNDS[bars], partial(pipeline.generate_features, frame), peer)
        found.append(
            {
                "figure": f"features: {count} columns x {bars:,} bars beside TA-Lib",
                "ours": ours_ms,
                "peer": peer_ms,
                "ratio": ours_ms / peer_ms,
                "unit": "ms",
                "target": target,
            }
        )
    return found


if __name__ == "__main__":
    for line in main():
        print(f"{line['figure']}, {line['ours']:.2f} ms, {line['peer']:.2f} ms, {line['ratio']:.2f}")
