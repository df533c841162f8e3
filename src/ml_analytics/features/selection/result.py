"""What a selection found: scores, ranks, what was pruned for what, stability, and a reason for every feature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True, slots=True)
class Selection:
    """The outcome of :class:`ml_analytics.features.FeatureSelector`, for a person, a report or a lineage.

    Attributes:
        table: one row per feature, in the order of the input, with the columns

            - ``score``: what it was ranked by, and one column per method where several were combined;
            - ``rank``: 1 for the best;
            - ``stability``: the share of folds that selected it, 0 to 1; missing when folds were not asked for or
              it was left out before;
            - ``pruned_for`` and ``correlation``: the feature that it was pruned for and Spearman's correlation of
              both;
            - ``selected``, and ``reason`` in words.
        names: the selected features, best first.
        methods: the methods, as asked.
        classes: whether the target was taken as classes.
        rows: how many complete rows the scores rest on.
        folds: how many folds could judge stability; 0 when not asked for.
        min_stability: from which share on a feature counts as stable.
    """

    table: pd.DataFrame
    names: tuple[str, ...]
    methods: tuple[str, ...]
    classes: bool
    rows: int
    folds: int
    min_stability: float

    @property
    def pruned(self) -> dict[str, tuple[str, float]]:
        """What was pruned: ``{feature: (the one kept instead, their correlation)}``."""
        gone = self.table[self.table["pruned_for"].notna()]
        return {
            str(name): (str(kept), float(value))
            for name, kept, value in zip(gone.index, gone["pruned_for"], gone["correlation"], strict=True)
        }

    @property
    def stable(self) -> tuple[str, ...]:
        """The features that at least ``min_stability`` of the folds selected, best first (none without folds)."""
        shares = self.table.sort_values("rank")["stability"]
        enough = shares[(shares >= self.min_stability) & (shares > 0)]
        return tuple(map(str, enough.index))

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values: missing ones are ``None``."""
        plain = self.table.astype(object).where(self.table.notna(), None)
        return {
            "names": list(self.names),
            "methods": list(self.methods),
            "classes": self.classes,
            "rows": self.rows,
            "folds": self.folds,
            "min_stability": self.min_stability,
            "features": {str(name): dict(row) for name, row in plain.to_dict("index").items()},
        }

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Selection:
        """Return what :meth:`as_dict` wrote.

        Raises:
            KeyError, TypeError, ValueError: it is not that.
        """
        table = pd.DataFrame.from_dict(value["features"], orient="index").rename_axis("feature")
        kinds = dict.fromkeys(table.columns.difference(["pruned_for", "reason"]), "float64")
        table = table.astype({**kinds, "rank": "int64", "selected": "bool", "pruned_for": "object"})
        return cls(
            table.assign(pruned_for=table["pruned_for"].where(table["pruned_for"].notna(), None)),
            tuple(value["names"]),
            tuple(value["methods"]),
            bool(value["classes"]),
            int(value["rows"]),
            int(value["folds"]),
            float(value["min_stability"]),
        )
