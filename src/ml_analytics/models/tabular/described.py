"""Parameters that several families share, described once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..hyperparameters import SEED, THREADS, Choice, Either, Given, Hyperparameter, Integer, Real
from ..sklearn_checks import WORDING


def is_share(value: Any) -> bool:
    """Say whether ``value`` is a fraction, written as one: 1.0 is all of something, 1 is one of them."""
    return isinstance(value, float) and 0.0 < value <= 1.0


CLASS_WEIGHT = Choice(
    "weights of the classes: None, or 'balanced' by their rarity",
    (None, "balanced"),
    search=(None, "balanced"),
)
NO_WEIGHTS_BY_LABEL: Mapping[str, str] = {
    **WORDING,
    "check_class_weight_classifiers": "class_weight is None or 'balanced': a weight for each label is not taken",
}
"""``exempt_checks`` of classifiers that take :data:`CLASS_WEIGHT`."""

DRAWS = "splits or rows are drawn, and with more rows they are drawn otherwise"
"""Why to a forest a row of weight 2 is not two rows."""

LEAVES_COUNT_ROWS = "a leaf must have so many rows, whatever they weigh"
"""Why to some trees a row of weight 2 is not two rows."""

MAX_DEPTH = Integer("most levels of a tree (None: until leaves are pure)", optional=True, search=(3, 20))
MIN_SAMPLES_SPLIT = Either(
    "rows that a node must have to be split, or their share",
    (Integer("rows", low=2, search=(2, 20)), Given("share", "a fraction above 0 to 1", is_share)),
)
MIN_SAMPLES_LEAF = Either(
    "rows that a leaf must have, or their share",
    (
        Integer("rows", search=(1, 20), log=True),
        Given("share", "a fraction above 0 and below 1", lambda value: is_share(value) and value < 1.0),
    ),
)
MAX_FEATURES = Either(
    "columns tried at a split: a number, a share, 'sqrt', 'log2' or None for all",
    (
        Choice("rule", ("sqrt", "log2", None)),
        Integer("columns"),
        Real("share", above=True, high=1.0, search=(0.1, 1.0)),
    ),
)

FOREST: Mapping[str, Hyperparameter] = {
    "n_estimators": Integer("number of trees", search=(50, 500), log=True),
    "max_depth": MAX_DEPTH,
    "min_samples_split": MIN_SAMPLES_SPLIT,
    "min_samples_leaf": MIN_SAMPLES_LEAF,
    "max_features": MAX_FEATURES,
    "n_jobs": THREADS,
    "random_state": SEED,
}
"""What forests and extremely random trees can be set to."""
