"""A mixed table as numbers: text, categories, numbers, booleans and times, each in its own way.

Everything learnt is plain (terms, categories, medians), so an encoder is stored as JSON and arrays; the
vectorizers are scikit-learn's, rebuilt from their terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

from ...core.columns import ColumnKind
from ...core.errors import PredictionError
from ..arrays import array_from_bytes, array_to_bytes

_TEXT_SETTINGS: dict[str, dict[str, Any]] = {
    "word": {"ngram_range": (1, 2), "sublinear_tf": True, "dtype": np.float32},
    "char": {"analyzer": "char_wb", "ngram_range": (2, 5), "sublinear_tf": True, "dtype": np.float32},
}
_MISSING = "(missing)"
_MOST_CHAR_TERMS = 100_000
SHORT_TEXT = 300
"""Mean length in characters up to which pieces of words help more than they cost."""


@dataclass(frozen=True, slots=True)
class EncodingOptions:
    """How text and categories are encoded.

    ``char`` adds pieces of words (``None``: where a text column is short), ``most_terms`` bounds the word
    terms of a column, ``min_frequency`` is how often a category must occur to get a column of its own, and
    ``clip`` bounds standardised numbers (``None``: not).
    """

    char: bool | None = None
    most_terms: int = 50_000
    min_frequency: int = 1
    clip: float | None = None


class Encoder:
    """One column of the table; ``width`` columns of numbers come out."""

    kind: ClassVar[str] = ""
    width: int = 0

    def transform(self, column: pd.Series) -> Any:
        """Return (n_samples, width) float32, dense or sparse."""
        raise NotImplementedError


@dataclass(slots=True)
class NumberEncoder(Encoder):
    """Median for missing values, standardised; a flag column where training had missing values.

    Booleans are numbers, times their calendar parts: ``parts`` numbers per cell.
    """

    kind: ClassVar[str] = "number"
    time: bool
    medians: list[float]
    means: list[float]
    scales: list[float]
    flagged: bool
    clip: float | None

    @property
    def width(self) -> int:  # type: ignore[override]
        """How many numbers come out."""
        return len(self.medians) + self.flagged

    @classmethod
    def fit(cls, column: pd.Series, time: bool, clip: float | None) -> NumberEncoder:
        """Learn medians, means and deviations."""
        values = _calendar(column) if time else _numbers(column)
        known = np.isfinite(values)
        medians = [
            float(np.median(one[ok])) if ok.any() else 0.0 for one, ok in zip(values.T, known.T, strict=True)
        ]
        filled = np.where(known, values, medians)
        scales = [float(one) if one > 0 else 1.0 for one in filled.std(axis=0)]
        flagged = bool((~known).any())
        return cls(time, medians, [float(one) for one in filled.mean(axis=0)], scales, flagged, clip)

    def transform(self, column: pd.Series) -> np.ndarray:
        """Return standardised numbers, then the flag."""
        values = _calendar(column) if self.time else _numbers(column)
        known = np.isfinite(values)
        standard = (np.where(known, values, self.medians) - self.means) / self.scales
        if self.clip is not None:
            standard = np.clip(standard, -self.clip, self.clip)
        parts = [standard, ~known.all(axis=1, keepdims=True)] if self.flagged else [standard]
        return np.hstack(parts).astype(np.float32)


@dataclass(slots=True)
class CategoryEncoder(Encoder):
    """One column per category seen often enough; others, and new ones, are all zeros."""

    kind: ClassVar[str] = "category"
    categories: list[str]

    @property
    def width(self) -> int:  # type: ignore[override]
        """How many numbers come out."""
        return len(self.categories)

    @classmethod
    def fit(cls, column: pd.Series, min_frequency: int) -> CategoryEncoder:
        """Learn the categories."""
        counts = _texts(column, _MISSING).value_counts()
        return cls(sorted(str(one) for one in counts.index[counts >= min_frequency]))

    def transform(self, column: pd.Series) -> Any:
        """Return a sparse one-hot matrix."""
        found = pd.Index(self.categories, dtype=object).get_indexer(
            pd.Index(_texts(column, _MISSING), dtype=object)
        )
        rows = np.flatnonzero(found >= 0)
        ones = np.ones(len(rows), dtype=np.float32)
        return sp.csr_matrix((ones, (rows, found[rows])), shape=(len(column), self.width))


@dataclass(slots=True)
class TextEncoder(Encoder):
    """TF-IDF (Salton and Buckley 1988, sublinear) of words and, where asked, of pieces of words."""

    kind: ClassVar[str] = "text"
    terms: dict[str, list[str]]
    weights: dict[str, np.ndarray]
    _vectorizers: dict[str, TfidfVectorizer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part, settings in _TEXT_SETTINGS.items():  # always words first, in whatever order JSON has them
            if part not in self.terms:
                continue
            vectorizer = TfidfVectorizer(vocabulary=self.terms[part], **settings)
            vectorizer.idf_ = self.weights[part]
            self._vectorizers[part] = vectorizer

    @property
    def width(self) -> int:  # type: ignore[override]
        """How many numbers come out."""
        return sum(len(terms) for terms in self.terms.values())

    @classmethod
    def fit(cls, column: pd.Series, options: EncodingOptions) -> TextEncoder:
        """Learn the terms and how rare each is."""
        texts = _texts(column, "")
        short = float(texts.str.len().mean()) <= SHORT_TEXT
        char = short if options.char is None else options.char
        terms: dict[str, list[str]] = {}
        weights: dict[str, np.ndarray] = {}
        for part in ("word", "char") if char else ("word",):
            least = 2 if part == "char" and len(texts) > 1 else 1
            most = options.most_terms if part == "word" else _MOST_CHAR_TERMS
            vectorizer = TfidfVectorizer(min_df=least, max_features=most, **_TEXT_SETTINGS[part])
            try:
                vectorizer.fit(texts)
            except ValueError:  # no term at all: every text is empty, or each stands alone
                continue
            terms[part] = [str(one) for one in vectorizer.get_feature_names_out()]
            weights[part] = np.asarray(vectorizer.idf_, dtype=np.float32)
        return cls(terms, weights)

    def transform(self, column: pd.Series) -> Any:
        """Return sparse TF-IDF rows, words first."""
        texts = _texts(column, "")
        parts = [one.transform(texts) for one in self._vectorizers.values()]
        return sp.hstack(parts, format="csr") if parts else sp.csr_matrix((len(texts), 0), dtype=np.float32)


class TableEncoder:
    """All columns, in the order of the table."""

    def __init__(self, encoders: Mapping[str, Encoder]) -> None:
        self._encoders = dict(encoders)

    @classmethod
    def fit(
        cls, frame: pd.DataFrame, kinds: Mapping[str, ColumnKind], options: EncodingOptions
    ) -> TableEncoder:
        """Learn every column by its kind."""
        encoders: dict[str, Encoder] = {}
        for name, kind in kinds.items():
            if kind is ColumnKind.TEXT:
                encoders[name] = TextEncoder.fit(frame[name], options)
            elif kind is ColumnKind.CATEGORY:
                encoders[name] = CategoryEncoder.fit(frame[name], options.min_frequency)
            else:
                encoders[name] = NumberEncoder.fit(frame[name], kind is ColumnKind.TIME, options.clip)
        return cls(encoders)

    @property
    def columns(self) -> np.ndarray:
        """For every number that comes out, the position of the input column it was made from."""
        widths = [one.width for one in self._encoders.values()]
        return np.repeat(np.arange(len(widths)), widths)

    def transform(self, frame: pd.DataFrame) -> Any:
        """Return (n_samples, n_numbers) float32: sparse when there is text, else dense."""
        parts = [one.transform(frame[name]) for name, one in self._encoders.items()]
        if any(isinstance(one, TextEncoder) for one in self._encoders.values()):
            return sp.hstack([sp.csr_matrix(part) for part in parts], format="csr", dtype=np.float32)
        return np.hstack([part.toarray() if sp.issparse(part) else part for part in parts])

    def to_state(self) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
        """Return plain JSON and array files."""
        described: list[dict[str, Any]] = []
        files: dict[str, bytes] = {}
        for position, (name, one) in enumerate(self._encoders.items()):
            entry: dict[str, Any] = {"name": name, "kind": one.kind}
            if isinstance(one, TextEncoder):
                entry["terms"] = one.terms
                for part, weights in one.weights.items():
                    files[f"idf_{position}_{part}.npy"] = array_to_bytes(weights)
            elif isinstance(one, CategoryEncoder):
                entry["categories"] = one.categories
            elif isinstance(one, NumberEncoder):
                entry |= {
                    key: getattr(one, key) for key in NumberEncoder.__dataclass_fields__ if key != "kind"
                }
            described.append(entry)
        return described, files

    @classmethod
    def from_state(cls, described: list[dict[str, Any]], files: Mapping[str, bytes]) -> TableEncoder:
        """Read what :meth:`to_state` wrote."""
        encoders: dict[str, Encoder] = {}
        for position, entry in enumerate(described):
            fields = {key: value for key, value in entry.items() if key not in ("name", "kind")}
            if entry["kind"] == TextEncoder.kind:
                weights = {
                    part: array_from_bytes(files[f"idf_{position}_{part}.npy"]) for part in fields["terms"]
                }
                encoders[entry["name"]] = TextEncoder(fields["terms"], weights)
            elif entry["kind"] == CategoryEncoder.kind:
                encoders[entry["name"]] = CategoryEncoder(**fields)
            else:
                encoders[entry["name"]] = NumberEncoder(**fields)
        return cls(encoders)


def _texts(column: pd.Series, missing: str) -> pd.Series:
    values = column.astype(object)
    return values.where(values.notna(), missing).map(str)


def _numbers(column: pd.Series) -> np.ndarray:
    try:
        return column.to_numpy(dtype=np.float64, na_value=np.nan)[:, None]
    except (TypeError, ValueError) as error:
        raise PredictionError(
            f"The column '{column.name}' must hold numbers or booleans: {error}."
        ) from error


def _calendar(column: pd.Series) -> np.ndarray:
    """Return (n, 5): days since 1970, month, day, weekday (Monday 0) and hour, in UTC."""
    try:
        moments = pd.Series(pd.to_datetime(column, utc=True))
    except (TypeError, ValueError, AttributeError) as error:
        raise PredictionError(f"The column '{column.name}' must hold times: {error}.") from error
    days = (moments - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)
    calendar = moments.dt
    parts: list[pd.Series] = [days, calendar.month, calendar.day, calendar.day_of_week, calendar.hour]
    return np.column_stack([one.to_numpy(dtype=np.float64, na_value=np.nan) for one in parts])
