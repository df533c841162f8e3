"""Many symbols in one table beside a loop over the symbols.

The peer is the loop that one writes without panels: group by symbol, compute each, put them together; with
this package's own features on one thread. Memory is the peak over the result's size. Each measurement is a process
of its own; both ways take turns, and the median counts.

What the loop is slower by: one thread instead of two, a call from Python for each symbol and indicator, and the whole
result copied once more by ``pd.concat``. Getting the memory from the system is up to half of either time and differs
from run to run on a virtual machine whose host takes idle memory back.
"""

from __future__ import annotations

import json
import resource
import runpy
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ml_analytics.features import FeatureEngineeringPipeline, matrix

SHARED = runpy.run_path(str(Path(__file__).with_name("features_vs_talib.py")))
SYMBOLS, BARS, FEATURES = 500, 2_500, 200
ROUNDS = 3


def panel() -> pd.DataFrame:
    """Make the bars of all symbols, one after the other."""
    one: pd.DataFrame = SHARED["market"](BARS)
    generator = np.random.default_rng(1)
    prices = [name for name in one.columns if name != "volume"]
    parts = []
    for number in range(SYMBOLS):
        part = one.copy()
        part[prices] *= generator.uniform(0.5, 2.0)
        parts.append(part.assign(symbol=f"S{number:03}"))
    return pd.concat(parts)


def pipeline() -> FeatureEngineeringPipeline:
    """Take the first 200 features of the catalogue."""
    groups: dict[str, list[str]] = {}
    chosen = FeatureEngineeringPipeline().features
    for one in chosen.indicators:
        if sum(map(len, groups.values())) + len(one.columns) <= FEATURES:
            groups.setdefault(one.group, []).extend(one.columns)
    micro = groups.pop("microstructure", False)
    return FeatureEngineeringPipeline({"technical_indicators": groups, "market_microstructure": micro})


def together(table: pd.DataFrame) -> pd.DataFrame:
    """Compute the whole table at once."""
    made: pd.DataFrame = pipeline().generate_features(table)
    return made


def one_by_one(table: pd.DataFrame) -> pd.DataFrame:
    """Loop over the symbols on one thread."""
    made = pipeline()
    matrix.cores = lambda: 1
    joined: pd.DataFrame = pd.concat(
        {name: made.generate_features(part.drop(columns="symbol")) for name, part in table.groupby("symbol")}
    )
    return joined


def measured(how: str) -> dict[str, float]:
    """Run one way in a process of its own."""
    done = subprocess.run([sys.executable, __file__, how], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> list[dict[str, Any]]:
    """Run both ways and compare."""
    rounds = [(measured("together"), measured("one_by_one")) for _ in range(ROUNDS)]
    ours, peer = (
        {key: statistics.median(one[key] for one in some) for key in some[0]}
        for some in zip(*rounds, strict=True)
    )
    name = f"{SYMBOLS} symbols x {BARS} bars x {ours['columns']:.0f} features"
    return [
        {
            "figure": name, "ours": ours["seconds"], "peer": peer["seconds"],
            "ratio": peer["seconds"] / ours["seconds"], "unit": "s", "target": ">= 1.7x",
        },
        {
            "figure": f"{name}: memory over the result", "ours": ours["memory"], "peer": peer["memory"],
            "ratio": ours["memory"], "unit": "x", "target": "<= 2x",
        },
    ]  # fmt: skip


def _child(how: str) -> None:
    table = panel()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    begun = time.perf_counter()
    made = {"together": together, "one_by_one": one_by_one}[how](table)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    size = made.shape[0] * made.shape[1] * 8
    print(json.dumps({"seconds": seconds, "memory": peak / size, "columns": made.shape[1]}))


if __name__ == "__main__":
    _child(sys.argv[1]) if len(sys.argv) > 1 else print(main())
