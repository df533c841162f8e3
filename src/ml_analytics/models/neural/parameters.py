"""Parameters that the neural families share, described once."""

from __future__ import annotations

from collections.abc import Mapping

from ..hyperparameters import SEED, THREADS, Choice, Hyperparameter, Integer, Real

MAX_HIDDEN = 1024
MAX_LAYERS = 8
MAX_LENGTH = 2048

LEARNING: Mapping[str, Hyperparameter] = {
    "dropout": Real("share of the network left out at random in training", high=0.9, search=(0.0, 0.5)),
    "weight_decay": Real("pull of the weights to zero at each step", high=10, search=(1e-5, 1e-1), log=True),
    "learning_rate": Real("size of a step of AdamW", above=True, high=1, search=(3e-4, 1e-2), log=True),
    "epochs": Integer("passes over the training rows, at most"),
    "batch_size": Integer("rows of one step", search=(16, 256), log=True),
    "patience": Integer(
        "epochs without gain on the validation rows until it stops (None: never)", optional=True
    ),
    "validation_fraction": Real("share of the rows held out to know when to stop", high=0.5),
    "refit": Choice(
        "learn anew from all rows, for as many epochs as were best on those held out", (False, True)
    ),
    "device": Choice("where to compute; auto takes a GPU where there is one", ("auto", "cpu", "cuda")),
    "n_jobs": THREADS,
    "random_state": SEED,
}
"""How a network learns."""

SEQUENCE: Mapping[str, Hyperparameter] = {
    "hidden_size": Integer("width of the network", high=MAX_HIDDEN, search=(16, 128), log=True),
    "num_layers": Integer("layers of the network", high=MAX_LAYERS, search=(1, 3)),
    "sequence_length": Integer(
        "rows of a window, its own row included", high=MAX_LENGTH, search=(5, 60), log=True
    ),
}
"""The size of a network of sequences."""

CLASS_WEIGHT = Choice(
    "weights of the classes: None, or 'balanced' by their rarity",
    (None, "balanced"),
    search=(None, "balanced"),
)
