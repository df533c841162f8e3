"""One row through 200 rounds of boosting over five classes: compiled, beside the scikit-learn wrappers, in one run.

Ours is the whole ``OnnxPredictor.predict_proba``. The peers are ``XGBClassifier`` and ``LGBMClassifier`` of the same
size and learning rate on one thread. Both run in turn and the shortest mean counts.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import lightgbm
import numpy as np
import xgboost

from ml_analytics.models import ModelFactory, OnnxPredictor, compile_onnx

ROUNDS = 12
FEATURES = 20


def microseconds(call: Callable[[], object], calls: int) -> float:
    """Time ``calls`` calls and return the mean of one."""
    started = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - started) / calls * 1e6


def main() -> list[dict[str, object]]:
    """Measure both libraries in turns."""
    generator = np.random.default_rng(0)
    X = generator.normal(size=(5000, FEATURES))
    y = np.digitize(X[:, 0] + X[:, 1] * X[:, 2], [-1.0, -0.3, 0.3, 1.0])
    same: dict[str, Any] = {"n_estimators": 200, "learning_rate": 0.1, "n_jobs": 1}
    wrappers: dict[str, Any] = {
        "xgboost": xgboost.XGBClassifier(max_depth=6, verbosity=0, **same),
        "lightgbm": lightgbm.LGBMClassifier(num_leaves=31, verbosity=-1, **same),
    }
    figures: list[dict[str, object]] = []
    for name, wrapper in wrappers.items():
        model = ModelFactory.create(name, n_estimators=200, learning_rate=0.1).fit(X, y)
        result = compile_onnx(model, X[:200])
        if result.onnx is None:
            raise SystemExit(result.note)
        figures.append(_figure(name, OnnxPredictor(result.onnx, model.signature), wrapper.fit(X, y), X[:1]))
    return figures


def _figure(name: str, compiled: OnnxPredictor, wrapper: Any, row: np.ndarray) -> dict[str, object]:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # LightGBM's wrapper names its columns itself and then misses the names
        microseconds(lambda: compiled.predict_proba(row), 100)
        pairs = [
            (
                microseconds(lambda: compiled.predict_proba(row), 300),
                microseconds(lambda: wrapper.predict_proba(row), 40),
            )
            for _ in range(ROUNDS)
        ]
    ours, peer = (min(side) for side in zip(*pairs, strict=True))
    figure = f"one row, {name}, 200 rounds, 5 classes"
    print(f"{figure}: ours {ours:.1f} us, its wrapper {peer:.0f} us, {peer / ours:.1f} times as fast")
    return {
        "figure": figure,
        "ours": ours,
        "peer": peer,
        "ratio": ours / peer,
        "unit": "us",
        "target": "ratio <= 0.125",
    }


if __name__ == "__main__":
    main()
