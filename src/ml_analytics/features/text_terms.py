"""The words of a text column as numbers: TF-IDF of the terms that training taught."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .indicator import Array

_SETTINGS: dict[str, Any] = {"sublinear_tf": True, "dtype": np.float64, "token_pattern": r"(?u)\b\w\w+\b"}
_FEWEST, _MOST_SHARE = 2, 0.5


@dataclass(frozen=True, slots=True)
class TextTerms:
    """The terms of one column, in order, and how rare each is (inverse document frequency).

    A text becomes, per term, (1 + ln count) * rarity, scaled to length 1 (all 0 without any known term).

    Source: G. Salton, C. Buckley, Term-weighting approaches in automatic text retrieval (1988); the arithmetic is
    scikit-learn's.

    >>> terms = TextTerms.fit(pd.Series(["card lost", "card stolen", "no cash", "cash again"]), 2)
    >>> terms.terms, terms.transform(pd.Series(["my card"])).tolist()
    (('card', 'cash'), [[1.0, 0.0]])
    """

    terms: tuple[str, ...]
    rarity: tuple[float, ...]

    @classmethod
    def fit(cls, column: pd.Series, most: int) -> TextTerms:
        """Learn the ``most`` frequent terms: in at least two texts (of one: one) and at most half of them."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        texts = _texts(column)
        few = len(texts) < 2 * _FEWEST
        vectorizer = TfidfVectorizer(
            max_features=most, min_df=1 if few else _FEWEST, max_df=1.0 if few else _MOST_SHARE, **_SETTINGS
        )
        try:
            vectorizer.fit(texts)
        except ValueError:  # no term is left: every text is empty, or no two share a word
            return cls((), ())
        terms = tuple(map(str, vectorizer.get_feature_names_out()))
        return cls(terms, tuple(float(one) for one in vectorizer.idf_))

    def transform(self, column: pd.Series) -> Array:
        """Return (n_rows, n_terms)."""
        if not self.terms:
            return np.zeros((len(column), 0))
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(vocabulary=list(self.terms), **_SETTINGS)
        vectorizer.idf_ = np.asarray(self.rarity)
        made: Array = vectorizer.transform(_texts(column)).toarray()
        return made

    def to_state(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"terms": list(self.terms), "rarity": list(self.rarity)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> TextTerms:
        """Read what :meth:`to_state` wrote."""
        return cls(tuple(state["terms"]), tuple(map(float, state["rarity"])))


def _texts(column: pd.Series) -> list[str]:
    return ["" if pd.isna(one) else str(one) for one in column]
