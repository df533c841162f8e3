"""One epoch of an LSTM (hidden 64, two layers) on 5,000 windows of 30 x 4, beside a plain loop of torch.

Ours is ``LSTMClassifier.fit`` on ready windows: the seconds from one epoch's end to the next one's, as a listener
hears them, so Lightning's share is in it; the set-up of a fit is not. The peer is the loop that a tutorial
writes: the same network, batches of 64 cut from tensors, AdamW, with the same shortening of long gradients. It runs
an epoch after each of ours, in the listener, under torch's own defaults but for the one thread that both have.
Counted are seconds of that thread (what else the machine does is not), and the fastest epoch of each.
"""

from __future__ import annotations

import time

import numpy as np
import torch
from torch import nn

from ml_analytics.models.neural.networks import build
from ml_analytics.models.sequence import LSTMClassifier

ROWS, LENGTH, FEATURES, HIDDEN, LAYERS, BATCH = 5000, 30, 4, 64, 2, 64
EPOCHS = 12


class Plain:
    """The loop of a tutorial."""

    def __init__(self, X: np.ndarray, y: np.ndarray) -> None:
        sizes = {"inputs": FEATURES, "outputs": 3, "hidden": HIDDEN, "layers": LAYERS, "length": LENGTH}
        self.network = build({"kind": "lstm", **sizes}, dropout=0.1)
        self.optimizer = torch.optim.AdamW(self.network.parameters(), 0.002)
        self.rows, self.target, self.loss = torch.from_numpy(X), torch.from_numpy(y), nn.CrossEntropyLoss()

    def epoch(self) -> float:
        """Return the seconds of one epoch."""
        started = time.thread_time()
        drawn = torch.randperm(ROWS)
        for batch in (drawn[start : start + BATCH] for start in range(0, ROWS, BATCH)):
            self.optimizer.zero_grad()
            self.loss(self.network(self.rows[batch]), self.target[batch]).backward()
            nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self.optimizer.step()
        return time.thread_time() - started


class Watch:
    """A listener that notes how long an epoch took, and then times the peer's."""

    def __init__(self, peer: Plain) -> None:
        self.peer, self.started = peer, 0.0
        self.ours: list[float] = []
        self.plain: list[float] = []

    def stage(self, name: str) -> None: ...

    def say(self, text: str) -> None: ...

    def advance(self, done: int, total: int) -> None:
        if self.started:  # the set-up lies before the first
            self.ours.append(time.thread_time() - self.started)
        torch.use_deterministic_algorithms(False)
        self.plain.append(self.peer.epoch())
        torch.use_deterministic_algorithms(True)
        self.started = time.thread_time()


def main() -> list[dict[str, object]]:
    """Measure epoch by epoch in turns, so that a drifting machine drifts for both."""
    torch.set_num_threads(1)
    generator = np.random.default_rng(0)
    X = generator.normal(size=(ROWS, LENGTH, FEATURES)).astype(np.float32)
    y = generator.integers(0, 3, ROWS)
    watch = Watch(Plain(X, y))
    LSTMClassifier(
        hidden_size=HIDDEN,
        num_layers=LAYERS,
        batch_size=BATCH,
        epochs=EPOCHS + 1,
        validation_fraction=0.0,
        device="cpu",
    ).fit(X, y, progress=watch)
    mine, peer = min(watch.ours), min(watch.plain)
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
