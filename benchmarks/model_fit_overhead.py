"""What our wrapper adds to a fit of XGBoost and LightGBM: 100,000 rows, 50 columns, one thread, in one run.

Ours is ``fit`` of a pandas frame and an array of labels: checks, signature, training with progress, what is kept
of it. The peer is the library alone, with the same settings, on the 32-bit array that we also hand to it, made
beforehand. Both run in turn; the fastest of each counts. Time is that of the processor (everything runs on one
thread), because the wall clock also counts other programs' turns.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import xgboost

from ml_analytics.models import ModelFactory

ROWS, COLUMNS, ROUNDS, TURNS = 100_000, 50, 60, 4


def seconds(call: Callable[..., object], *arguments: object) -> float:
    started = time.process_time()
    call(*arguments)
    return time.process_time() - started


def bare_xgboost(X: np.ndarray, y: np.ndarray) -> object:
    settings = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "max_depth": 6,
        "learning_rate": 0.1,
        "nthread": 1,
        "seed": 0,
        "verbosity": 0,
    }
    return xgboost.train(settings, xgboost.DMatrix(X, label=y, nthread=1), num_boost_round=ROUNDS)


def bare_lightgbm(X: np.ndarray, y: np.ndarray) -> object:
    settings: dict[str, Any] = {
        "objective": "binary",
        "num_leaves": 31,
        "learning_rate": 0.1,
        "num_threads": 1,
        "seed": 0,
        "deterministic": True,
        "force_col_wise": True,
        "verbosity": -1,
    }
    return lightgbm.train(settings, lightgbm.Dataset(X, y, params=settings), num_boost_round=ROUNDS)


def main() -> list[dict[str, object]]:
    """Measure in turns, so that a drifting machine drifts for both."""
    generator = np.random.default_rng(0)
    frame = pd.DataFrame(generator.normal(size=(ROWS, COLUMNS)), columns=[f"f{i}" for i in range(COLUMNS)])
    y = (frame["f0"] + frame["f1"] * frame["f2"] > 0).to_numpy().astype(np.int64)
    X = frame.to_numpy(dtype=np.float32)
    found = []
    for name, bare in (("xgboost", bare_xgboost), ("lightgbm", bare_lightgbm)):
        model = ModelFactory.create(name, n_estimators=ROUNDS)
        pairs = [(seconds(model.fit, frame, y), seconds(bare, X, y)) for _ in range(TURNS)]
        ours, peer = (min(side) for side in zip(*pairs, strict=True))
        figure = f"fit {ROWS:,} x {COLUMNS}, {ROUNDS} rounds, {name}"
        print(f"{figure}: ours {ours:.2f} s, bare {peer:.2f} s, {100 * (ours / peer - 1):+.1f} %")
        found.append(
            {
                "figure": figure,
                "ours": ours,
                "peer": peer,
                "ratio": ours / peer,
                "unit": "s",
                "target": "ratio <= 1.03",
            }
        )
    return found


if __name__ == "__main__":
    main()
