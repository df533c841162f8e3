"""Reading a CSV of a million bars, whole and streamed, and a pipeline whose steps are kept.

Peers: pandas' own readers in the same run, and running the steps again.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from ml_analytics import DataLoader, DataPipeline

ROWS = 1_000_000
STREAMED = 5_000_000


def seconds(work: Callable[[], Any]) -> float:
    """Return the best of three runs."""
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best


def bars(rows: int) -> pd.DataFrame:
    close = 100 + np.random.default_rng(0).normal(size=rows).cumsum()
    columns = {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": np.arange(rows)}
    times = pd.date_range("2015-01-01", periods=rows, freq="s", tz="UTC")
    return pd.DataFrame({"timestamp": times, "symbol": "SPX", **columns})


def peak_megabytes(code: str, path: Path) -> float:
    """Return by how much a child's peak memory rises over its imports."""
    program = (
        "import re, sys\nfrom pathlib import Path\nimport pandas as pd\nimport pyarrow.parquet\n"
        "from ml_analytics.data import DataLoader\n"
        "status = Path('/proc/self/status')\n"
        "peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+)', status.read_text()).group(1)) / 1024\n"
        f"before = peak()\npath = sys.argv[1]\n{code}\nprint(peak() - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    return float(re.findall(r"[\d.]+", done.stdout)[-1])


def load(path: Path) -> pd.DataFrame:
    frame: pd.DataFrame = DataLoader().load(path)
    return frame


def features(load: pd.DataFrame) -> pd.DataFrame:
    return load.assign(mean=load.groupby("symbol")["close"].transform(lambda one: one.rolling(50).median()))


def main() -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        path, large = Path(folder) / "bars.csv", Path(folder) / "bars.parquet"
        csv.write_csv(pa.Table.from_pandas(bars(ROWS)), str(path), csv.WriteOptions(quoting_style="needed"))
        ours = seconds(lambda: DataLoader().load(path))
        peer = seconds(lambda: pd.read_csv(path, parse_dates=["timestamp"]))
        bars(STREAMED).to_parquet(large)
        chunks = "for chunk in DataLoader().load_chunks(path, rows=100_000): pass"
        streamed = peak_megabytes(chunks, large)
        whole = peak_megabytes("pd.read_parquet(path)", large)
        home = Path(folder) / "home"
        with DataPipeline("bars", [("load", load), ("features", features)], home) as pipeline:
            again = seconds(lambda: features(load(path)))
            pipeline.run(path=path)
            kept = seconds(lambda: pipeline.run(path=path))
    return [
        _figure("load a CSV, 1 M rows x 7 (pandas.read_csv)", ours, peer, "s", "no slower"),
        _figure("peak of streaming Parquet, 5 M rows x 7 (read whole)", streamed, whole, "MB", "<= 300 MB"),
        _figure("a pipeline whose steps are kept (run again)", kept, again, "s", "faster"),
    ]


def _figure(name: str, ours: float, peer: float, unit: str, target: str) -> dict[str, object]:
    return {"figure": name, "ours": ours, "peer": peer, "ratio": peer / ours, "unit": unit, "target": target}


if __name__ == "__main__":
    for one in main():
        print(one)
