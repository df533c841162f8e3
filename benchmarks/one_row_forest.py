"""One row through a 100-tree forest of depth 10: compiled, beside scikit-learn, in one run.

Ours is the whole ``OnnxPredictor.predict_proba``: the input is checked against the signature, the answer is
a float64 array. The peer is scikit-learn's ``predict_proba`` of the same forest. Both run in turn and the
shortest counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from ml_analytics.models import ModelFactory, OnnxPredictor, compile_onnx

ROUNDS = 15
FEATURES = 20


def microseconds(call: Callable[[], object], calls: int) -> float:
    """Time ``calls`` calls and return the mean of one."""
    started = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - started) / calls * 1e6


def main() -> list[dict[str, object]]:
    """Measure in turns, so that a drifting machine drifts for both."""
    generator = np.random.default_rng(0)
    X = generator.normal(size=(2000, FEATURES))
    y = np.digitize(X[:, 0] + X[:, 1] * X[:, 2], [-0.5, 0.5])
    model = ModelFactory.create("random_forest", n_estimators=100, max_depth=10).fit(X, y)
    result = compile_onnx(model, X[:200])
    if result.onnx is None:
        raise SystemExit(result.note)
    compiled, forest, row = OnnxPredictor(result.onnx, model.signature), model.estimator_, X[:1]
    microseconds(lambda: compiled.predict_proba(row), 200)
    pairs = [
        (
            microseconds(lambda: compiled.predict_proba(row), 500),
            microseconds(lambda: forest.predict_proba(row), 10),
        )
        for _ in range(ROUNDS)
    ]
    ours, peer = (min(side) for side in zip(*pairs, strict=True))
    figure = "one row, forest of 100 trees"
    print(f"{figure}: ours {ours:.1f} us, scikit-learn {peer:.0f} us, ratio {ours / peer:.5f}")
    return [
        {
            "figure": figure,
            "ours": ours,
            "peer": peer,
            "ratio": ours / peer,
            "unit": "us",
            "target": "ours <= 25 us",
        }
    ]


if __name__ == "__main__":
    main()
