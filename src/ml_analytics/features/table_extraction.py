"""Text and times of a whole table as numbers: which columns, what for each, and the words that training taught."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..core.columns import ColumnKind
from ..core.errors import DataProcessingError, ParameterError
from .extraction import datetime_features, hours_between, text_features
from .text_terms import TextTerms
from .tidying import TableReader

_OWNER = "extract_features"
_SWITCHES = {
    "include_text_features": True,
    "include_datetime_features": True,
    "cyclical": False,
    "time_differences": False,
}
_KEYS = (*_SWITCHES, "text_terms")


@dataclass(frozen=True, slots=True)
class ExtractionConfig:
    """What to extract; see :meth:`ml_analytics.features.DataProcessor.extract_features`."""

    text: bool
    times: bool
    cyclical: bool
    differences: bool
    terms: int

    @classmethod
    def read(cls, config: Mapping[str, Any] | None) -> ExtractionConfig:
        """Check the keys and values.

        Raises:
            ParameterError: an unknown key, or a value of the wrong kind.
        """
        given = dict(config or {})
        for name, value in given.items():
            if name not in _KEYS:
                raise ParameterError.of(
                    "feature_config", _OWNER, f"made of the keys {', '.join(_KEYS)}", name
                )
            if name in _SWITCHES and not isinstance(value, bool):
                raise ParameterError.of(name, _OWNER, "true or false", value)
        terms = given.pop("text_terms", 0)
        if isinstance(terms, bool) or not isinstance(terms, int) or terms < 0:
            raise ParameterError.of("text_terms", _OWNER, "a number of terms, at least 0", terms)
        made = _SWITCHES | given
        return cls(
            made["include_text_features"],
            made["include_datetime_features"],
            made["cyclical"],
            made["time_differences"],
            terms,
        )


class TableExtraction:
    """Extracts by what ``reader`` knows the columns to hold; keeps the terms of each text column."""

    def __init__(self, reader: TableReader) -> None:
        self.reader = reader
        self.terms: dict[str, TextTerms] = {}

    def learn(self, frame: pd.DataFrame, config: ExtractionConfig) -> None:
        """Learn the terms of the text columns."""
        if config.text and config.terms:
            for name in self._of(frame, ColumnKind.TEXT):
                self.terms[name] = TextTerms.fit(frame[name], config.terms)

    def learned(self, frame: pd.DataFrame, config: ExtractionConfig) -> bool:
        """Say whether everything that ``config`` needs was learned."""
        return not (config.text and config.terms) or all(
            name in self.terms for name in self._of(frame, ColumnKind.TEXT)
        )

    def transform(self, frame: pd.DataFrame, config: ExtractionConfig) -> pd.DataFrame:
        """Return the table with text and times replaced by numbers.

        Raises:
            DataProcessingError: a column of times no longer holds times, or two columns would have one name.
        """
        made: dict[str, Any] = {}
        times: dict[str, pd.Series] = {}
        for name in frame.columns:
            kind = self.reader.kinds[name]
            column = frame[name]
            parts: dict[str, Any] = {"": column}
            if kind is ColumnKind.TEXT and config.text:
                parts = self._of_text(name, column, config)
            elif kind is ColumnKind.TIME and config.times:
                times[name] = self.reader.read(frame[[name]], _OWNER)[name]
                parts = {f"_{part}": one for part, one in _of_times(times[name], config.cyclical).items()}
            for part, values in parts.items():
                _add(made, f"{name}{part}", values)
        if config.differences:
            for later, earlier in _pairs(list(times)):
                _add(made, f"{later}_since_{earlier}", hours_between(times[earlier], times[later]))
        return pd.DataFrame(made, index=frame.index)

    def _of(self, frame: pd.DataFrame, kind: ColumnKind) -> list[str]:
        return [name for name in frame.columns if self.reader.kinds[name] is kind]

    def _of_text(self, name: str, column: pd.Series, config: ExtractionConfig) -> dict[str, Any]:
        parts: dict[str, Any] = {f"_{part}": one for part, one in text_features(column).items()}
        if config.terms:
            terms = self.terms[name]
            for term, values in zip(terms.terms, terms.transform(column).T, strict=True):
                parts[f"_term_{term}"] = values
        return parts


def _of_times(column: pd.Series, cyclical: bool) -> dict[str, Any]:
    return datetime_features(column, cyclical=cyclical)


def _pairs(names: list[str]) -> list[tuple[str, str]]:
    return [(later, earlier) for at, later in enumerate(names) for earlier in names[:at]]


def _add(made: dict[str, Any], name: str, values: Any) -> None:
    if name in made:
        raise DataProcessingError(
            f"The columns of {_OWNER} must not clash with the names that it makes. Got '{name}' from two columns."
        )
    made[name] = values
