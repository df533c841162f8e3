"""What stacking and blending have in common: a model of the members' answers on rows they had not seen."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core.errors import DataProcessingError, UnsafeArtifactError
from ..base import BaseModel
from ..hyperparameters import Given, Hyperparameter, Integer
from ..state import STATE, json_exactly, read_json
from . import members as of
from .averaging import MEMBERS, Ensemble
from .folds import Split

META = Given("the model of the members' answers", "a pair (type name, parameters), or None", of.is_member)
"""The description of ``meta``."""

GAP = Integer("moments left out before each predicted part: how far labels look ahead", low=0)
"""The description of ``gap``."""


NO_ORDER = "its few rows hold one class before the other, so no earlier rows tell both apart"
"""Why a check of scikit-learn does not apply whose rows are in no order of time."""


class StackedEnsemble(Ensemble):
    """A meta-model learns from predictions that each member made forward in time."""

    default_meta: ClassVar[tuple[str, dict[str, Any]]]
    """The meta-model of an ensemble that is given none."""

    hyperparameters: ClassVar[Mapping[str, Hyperparameter]] = {"members": MEMBERS, "meta": META, "gap": GAP}

    meta: Any
    _meta: BaseModel

    @abstractmethod
    def _splits(self, X: pd.DataFrame) -> list[Split]:
        """Return which rows are predicted after learning from which earlier ones."""

    def _refits(self) -> bool:
        """Say whether the members learn from all rows once the meta-model is made."""
        return True

    def _fit(self, X: pd.DataFrame, y: Any, sample_weight: np.ndarray | None = None) -> None:
        assert self.signature is not None  # noqa: S101 - fit has set it
        of.check_members(self._built(), self.signature, X)
        meta = self._new_meta()
        splits = [one for one in self._splits(X) if self._usable(one, y)]
        rows = np.concatenate([test for _, test in splits]) if splits else np.empty(0, dtype=int)
        if not len(rows) or (self._classes and len(np.unique(y[rows])) < 2):
            raise self._too_few(len(X))
        rounds = len(self._built()) * (len(splits) + self._refits()) + 1
        done = 0
        parts = []
        for train, test in splits:
            members = self._built()
            for member in members:
                of.fit_member(member, X.iloc[train], y[train], self.signature, _part(sample_weight, train))
                self._tell(done := done + 1, rounds)
            parts.append(self._meta_table(members, X.iloc[test]))
        meta.fit(pd.concat(parts), y[rows], sample_weight=_part(sample_weight, rows))
        if self._refits():
            members = self._built()
            for member in members:
                of.fit_member(member, X, y, self.signature, sample_weight)
                self._tell(done := done + 1, rounds)
        self._tell(rounds, rounds)
        self._members, self._meta = members, meta
        self.rows_ = len(rows)

    def _new_meta(self) -> BaseModel:
        return of.build([self.meta or self.default_meta], self.task, "meta", type(self).__name__)[0]

    def _learners(self) -> list[BaseModel]:
        return [*self._built(), self._new_meta()]

    def _usable(self, split: Split, y: np.ndarray) -> bool:
        """Say whether a split has rows on both sides and, for classes, at least two of them to learn."""
        train, test = split
        return bool(len(train) and len(test) and (not self._classes or len(np.unique(y[train])) > 1))

    def _too_few(self, rows: int) -> DataProcessingError:
        wanted = "earlier rows to learn from and later rows to predict"
        if self._classes:
            wanted += ", with at least two classes in both"
        return of.too_few(wanted, f"{type(self).__name__}.fit", rows)

    def _meta_table(self, members: list[BaseModel], X: pd.DataFrame) -> pd.DataFrame:
        """Return the members' answers as the meta-model's input, without the rows' own index."""
        found = [of.answers(member, X, self._classes) for member in members]
        # Of probabilities that sum to one the first says nothing that the others do not.
        kept = [one[:, 1:] if self._classes else one for one in found]
        return pd.DataFrame(np.hstack(kept), columns=self._meta_names(len(members)))

    def _meta_names(self, members: int) -> list[str]:
        if not self._classes:
            return [f"member_{at}" for at in range(members)]
        return [f"member_{at}_class_{number}" for at in range(members) for number in range(1, self._classes)]

    def _combined(self, X: pd.DataFrame) -> np.ndarray:
        return of.answers(self._meta, self._meta_table(self._members, X), self._classes)

    def member_weights(self) -> np.ndarray | None:
        """Return how much the meta-model heeds each member, as shares; ``None`` where it does not say."""
        self._require_fitted()
        shares = of.importance_shares(self._meta, self._meta_names(len(self._members)))
        if shares is None:
            return None
        found: np.ndarray = shares.reshape(len(self._members), -1).sum(axis=1)
        return found

    def _importance(self) -> tuple[str, Any] | None:
        weights = self.member_weights()
        return None if weights is None else of.weighted_importance(self._members, weights, self._names)

    def _state(self) -> dict[str, bytes]:
        named = {f"member_{at}": one for at, one in enumerate(self._members)}
        plain = {"members": len(self._members), "rows": self.rows_}
        files = of.members_to_files({**named, "meta": self._meta})
        return {**files, STATE: json_exactly(plain, "the ensemble")}

    def _restore(self, files: Mapping[str, bytes]) -> None:
        plain = read_json(files[STATE])
        count, rows = plain["members"], plain["rows"]
        if type(count) is not int or not 1 <= count <= of.MAX_MEMBERS or type(rows) is not int:
            raise UnsafeArtifactError("A stored ensemble must say how many members it has.")
        found = of.members_from_files([*(f"member_{at}" for at in range(count)), "meta"], files)
        meta = found.pop("meta")
        for member in found.values():
            of.check_restored(member, self._names, self.task, self._classes)
        of.check_restored(meta, self._meta_names(count), self.task, self._classes)
        self._members, self._meta, self.rows_ = list(found.values()), meta, rows


def _part(weights: np.ndarray | None, rows: np.ndarray) -> np.ndarray | None:
    return None if weights is None else weights[rows]
