"""100,000 rows in one batch: our public call beside the faster of the two bare libraries, in one run.

Ours is ``FastestPredictor.predict_proba``, as it is served, on a float32 matrix: the check of the input, the choice
that was measured when the model was compiled, and the answer as float64 included. The peers are the native library
and ONNX Runtime, called directly on the same matrix, one thread each; ours and the faster of them run in turn and the
shortest counts. It is time on the processor: with one thread each that is the time on the clock of a machine that does
nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from ml_analytics.models import FastestPredictor, ModelFactory, OnnxPredictor, compile_onnx
from ml_analytics.models.onnx_convert import INPUT
from ml_analytics.models.onnx_predictor import open_session

ROUNDS = 9
ROWS = 100_000
FEATURES = 20

FAMILIES: dict[str, tuple[dict[str, Any], Callable[[Any, np.ndarray], object]]] = {
    "random_forest": (
        {"n_estimators": 100, "max_depth": 10},
        lambda model, X: model.estimator_.predict_proba(X),
    ),
    "xgboost": ({"n_estimators": 200}, lambda model, X: model.booster_.inplace_predict(X)),
    "lightgbm": ({"n_estimators": 200}, lambda model, X: model.booster_.predict(X, num_threads=1)),
}


def seconds(call: Callable[[], object]) -> float:
    """Return the processor time of one call."""
    started = time.process_time()
    call()
    return time.process_time() - started


def main() -> list[dict[str, object]]:
    """Measure every family in turns."""
    generator = np.random.default_rng(0)
    X = generator.normal(size=(5000, FEATURES))
    y = np.digitize(X[:, 0] + X[:, 1] * X[:, 2], [-1.0, -0.3, 0.3, 1.0])
    batch = generator.normal(size=(ROWS, FEATURES)).astype(np.float32)
    return [_figure(name, X, y, batch) for name in FAMILIES]


def _figure(name: str, X: np.ndarray, y: np.ndarray, batch: np.ndarray) -> dict[str, object]:
    params, bare = FAMILIES[name]
    model = ModelFactory.create(name, **params).fit(X, y)
    result = compile_onnx(model, X[:300])
    if result.onnx is None or result.speed is None:
        raise SystemExit(result.note)
    compiled, session = OnnxPredictor(result.onnx, model.signature), open_session(result.onnx)
    start = result.speed.native_from
    served: Any = compiled if start is None else FastestPredictor(compiled, model, start)
    output = [session.get_outputs()[-1].name]
    bare_calls = {
        "native": lambda: bare(model, batch),
        "ONNX": lambda: session.run(output, {INPUT: batch}),
    }
    found = {which: min(seconds(call) for _ in range(2)) for which, call in bare_calls.items()}
    faster = min(found, key=lambda which: found[which])
    pairs = [
        (seconds(lambda: served.predict_proba(batch)), seconds(bare_calls[faster])) for _ in range(ROUNDS)
    ]
    ours, peer = (min(side) for side in zip(*pairs, strict=True))
    native, onnx = found["native"], found["ONNX"]
    figure = f"100,000 rows, {name}, bare native {native:.2f} s, bare ONNX {onnx:.2f} s"
    print(f"{figure}: ours {ours:.3f} s, ratio {ours / peer:.3f}; native from {start} rows")
    return {
        "figure": f"100,000 rows, {name}",
        "ours": ours,
        "peer": peer,
        "ratio": ours / peer,
        "unit": "s",
        "target": "ratio <= 1.05",
    }


if __name__ == "__main__":
    main()
