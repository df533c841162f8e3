"""One more bar: the stream's update beside computing the window again.

The peer does what is done without a stream: it keeps the last 1,000 bars and computes all features of them at
each bar (which is not even the same numbers: exponential averages remember further back).
"""

from __future__ import annotations

import runpy
import statistics
import time
from pathlib import Path
from typing import Any

from ml_analytics.features import FeatureEngineeringPipeline

SHARED = runpy.run_path(str(Path(__file__).with_name("features_vs_talib.py")))
HISTORY, WINDOW, UPDATES = 2_000, 1_000, 300


def main() -> list[dict[str, Any]]:
    """Time updates one by one; the median counts, the 99th percentile is shown."""
    frame = SHARED["market"](HISTORY + UPDATES)
    pipeline = FeatureEngineeringPipeline()
    stream = pipeline.stream(frame.iloc[:HISTORY])
    ours, peer = [], []
    for row in range(HISTORY, HISTORY + UPDATES):
        bar = {"timestamp": frame.index[row], **frame.iloc[row]}
        begun = time.perf_counter()
        stream.update(bar)
        ours.append(1e3 * (time.perf_counter() - begun))
        if row % 10 == 0:
            begun = time.perf_counter()
            pipeline.generate_features(frame.iloc[row + 1 - WINDOW : row + 1])
            peer.append(1e3 * (time.perf_counter() - begun))
    count = len(stream.feature_names)
    fastest, slowest = statistics.median(ours), statistics.quantiles(ours, n=100)[-1]
    print(f"stream: {count} features, median {fastest:.3f} ms, p99 {slowest:.3f} ms")
    again = statistics.median(peer)
    return [
        {
            "figure": f"stream update, {count} features, one bar",
            "ours": fastest,
            "peer": again,
            "ratio": again / fastest,
            "unit": "ms",
            "target": "<= 1 ms",
        }
    ]


if __name__ == "__main__":
    print(main())
