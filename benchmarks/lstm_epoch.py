"""One epoch of an LSTM (hidden 64, two layers) on 5,000 windows of 30 x 4, beside a plain loop of torch.

Ours is ``LSTMClassifier.fit`` on ready windows: the seconds between the end of one epoch and the end of the next,
as a listener hears them, so Lightning's share is in it; the set-up of a fit is not. The peer is the loop that a
tutorial writes: the same network, batches of 64 cut from tensors, AdamW, with the same shortening of long
gradients. Both have one thread, run in turn, and the fastest epoch of each counts.
"""

from __future__ import annotations

import time

import numpy as np
import torch
from torch import nn

from ml_analytics.models.neural.networks import build
from ml_analytics.models.sequence import LSTMClassifier

ROWS, LENGTH, FEATURES, HIDDEN, LAYERS, BATCH = 5000, 30, 4, 64, 2, 64
ROUNDS, EPOCHS = 3, 4


class Watch:
    """A listener that notes when epochs end."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def stage(self, name: str) -> None: ...

    def say(self, text: str) -> None: ...

    def advance(self, done: int, total: int) -> None:
        self.times.append(time.perf_counter())


def ours(X: np.ndarray, y: np.ndarray) -> float:
    """Return the seconds of the fastest epoch but the first."""
    watch = Watch()
    LSTMClassifier(
        hidden_size=HIDDEN,
        num_layers=LAYERS,
        batch_size=BATCH,
        epochs=EPOCHS + 1,
        validation_fraction=0.0,
        device="cpu",
    ).fit(X, y, progress=watch)
    return min(np.diff(watch.times).tolist())


def plain(X: np.ndarray, y: np.ndarray) -> float:
    """Return the seconds of the fastest epoch of a plain loop."""
    sizes = {"inputs": FEATURES, "outputs": 3, "hidden": HIDDEN, "layers": LAYERS, "length": LENGTH}
    network = build({"kind": "lstm", **sizes}, dropout=0.1)
    optimizer = torch.optim.AdamW(network.parameters(), 0.002)
    rows, target, loss_of = torch.from_numpy(X), torch.from_numpy(y), nn.CrossEntropyLoss()
    seconds = []
    for _ in range(EPOCHS):
        started = time.perf_counter()
        drawn = torch.randperm(ROWS)
        for batch in (drawn[start : start + BATCH] for start in range(0, ROWS, BATCH)):
            optimizer.zero_grad()
            loss_of(network(rows[batch]), target[batch]).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def main() -> list[dict[str, object]]:
    """Measure in turns, so that a drifting machine drifts for both."""
    torch.set_num_threads(1)
    generator = np.random.default_rng(0)
    X = generator.normal(size=(ROWS, LENGTH, FEATURES)).astype(np.float32)
    y = generator.integers(0, 3, ROWS)
    pairs = [(ours(X, y), plain(X, y)) for _ in range(ROUNDS)]
    mine, peer = (min(side) for side in zip(*pairs, strict=True))
    figure = "LSTM epoch 5,000 x 30 x 4, hidden 64 x 2"
    print(f"{figure}: ours {mine:.3f} s, plain torch {peer:.3f} s, ratio {mine / peer:.3f}")
    return [
        {
            "figure": figure,
            "ours": mine,
            "peer": peer,
            "ratio": mine / peer,
            "unit": "s",
            "target": "<= 1.15x",
        }
    ]


if __name__ == "__main__":
    main()
