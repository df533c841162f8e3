"""Categories as numbers, four ways; what is learned is plain, what is unseen has a stated place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import ParameterError
from .indicator import Array
from .target_encoding import Averaging, Outcome, honest_means, smoothed_means

ENCODINGS = ("auto", "one_hot", "ordinal", "frequency", "target")
RARE = "rare"


@dataclass(frozen=True, slots=True)
class CategoryCoder:
    """How one column of categories becomes numbers.

    - ``one_hot``: a column ``{column}_{category}`` each, 1 or 0; a missing or unseen category is 0 everywhere.
    - ``ordinal``: one column of codes in the order of the texts; missing or unseen is -1.
    - ``frequency``: the share of the training rows in the category; unseen is 0, missing the share of missing rows.
    - ``target``: the smoothed mean of the target in the category; unseen is the mean of all rows, missing is a
      category of its own. In the training rows, where only the past may speak, the first ones have none: 0 for a
      target of numbers, 1/k for k classes.

    For ``one_hot`` and ``ordinal`` categories of fewer rows than the least frequency are taken together, and unseen
    ones with them: as ``{column}_rare``, or as the last code.

    Attributes:
        how: one of the four.
        categories: in order, those with a place of their own.
        pooled: whether rare categories were taken together.
        numbers: what each category is, then a missing one, then an unseen one (``frequency`` and ``target``).
        classes: the classes of a target of more than two.
    """

    how: str
    categories: tuple[str, ...]
    pooled: bool = False
    numbers: tuple[tuple[float, ...], ...] = ()
    classes: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls,
        column: pd.Series,
        how: str,
        *,
        min_frequency: int = 1,
        outcome: Outcome | None = None,
        smoothing: float = 0.0,
    ) -> CategoryCoder:
        """Learn from a column of texts and ``None``."""
        counts = column.value_counts()
        if how in ("one_hot", "ordinal"):
            kept = tuple(sorted(map(str, counts.index[counts >= min_frequency])))
            return cls(how, kept, pooled=len(kept) < len(counts))
        names = tuple(sorted(map(str, counts.index)))
        codes = _places(column, names)
        if how == "frequency":
            shares = np.bincount(codes, minlength=len(names) + 1) / len(column)
            return cls(how, names, numbers=tuple((float(one),) for one in [*shares, 0.0]))
        assert outcome is not None  # noqa: S101 - asked for by the caller, see TableCleaner
        means = smoothed_means(codes, len(names) + 1, outcome, np.arange(len(codes)), smoothing)
        return cls(
            how, names, numbers=tuple(tuple(map(float, row)) for row in means), classes=outcome.classes
        )

    def names(self, column: str) -> list[str]:
        """Return the names of the columns that are made."""
        if self.how == "one_hot":
            return [f"{column}_{one}" for one in (*self.categories, *([RARE] if self.pooled else []))]
        if self.how == "ordinal":
            return [column]
        if self.how == "target" and self.classes:
            return [f"{column}_target_{one}" for one in self.classes]
        return [f"{column}_{self.how}"]

    def transform(self, column: pd.Series) -> Array:
        """Return (n_rows, n_made) for texts and ``None``."""
        places = _places(column, self.categories, unseen=len(self.categories) + 1)
        missing, unseen = places == len(self.categories), places > len(self.categories)
        if self.how in ("frequency", "target"):
            numbers: Array = np.asarray(self.numbers, dtype=np.float64)[places]
            return numbers
        codes = np.where(
            missing | (unseen & (not self.pooled)), -1, np.where(unseen, len(self.categories), places)
        )
        if self.how == "ordinal":
            return codes.astype(np.float64)[:, None]
        width = len(self.categories) + self.pooled
        ones: Array = (codes[:, None] == np.arange(width)).astype(np.float64)
        return ones

    def transform_training(self, column: pd.Series, outcome: Outcome | None, averaging: Averaging) -> Array:
        """Return what stands for the very rows that were learned from: no row's number knows its own target."""
        if self.how != "target" or outcome is None:
            return self.transform(column)
        return honest_means(_places(column, self.categories), len(self.categories) + 1, outcome, averaging)

    def to_state(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "how": self.how,
            "categories": list(self.categories),
            "pooled": self.pooled,
            "numbers": [list(row) for row in self.numbers],
            "classes": list(self.classes),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> CategoryCoder:
        """Read what :meth:`to_state` wrote."""
        numbers = tuple(tuple(map(float, row)) for row in state["numbers"])
        return cls(
            state["how"], tuple(state["categories"]), state["pooled"], numbers, tuple(state["classes"])
        )


def check_encoding(encoding: Any, owner: str) -> dict[str, str]:
    """Return what is asked for by column; the key ``""`` holds what goes for all others.

    Raises:
        ParameterError: an unknown way, or neither a name nor a mapping from columns to names.
    """
    asked: Mapping[Any, Any] = encoding if isinstance(encoding, Mapping) else {"": encoding}
    if not all(isinstance(one, str) and one in ENCODINGS for one in asked.values()):
        must = f"one of {', '.join(ENCODINGS)}, or a mapping from columns to them"
        raise ParameterError.of("encoding", owner, must, encoding)
    return {"": "auto", **{str(name): one for name, one in asked.items()}}


def _places(column: pd.Series, categories: Sequence[str], unseen: int | None = None) -> np.ndarray:
    """Return the place of every category, after all of them for a missing one, ``unseen`` for others."""
    index = pd.Index(list(categories), dtype=object)
    found: np.ndarray = index.get_indexer(pd.Index(column.astype(object)))
    if unseen is not None:
        found = np.where(found < 0, unseen, found)
    return np.where(column.isna().to_numpy(), len(categories), found)
