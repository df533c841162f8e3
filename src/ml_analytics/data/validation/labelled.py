"""A table of texts with labels, as the label rules see it."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ml_analytics.core.columns import ColumnKind, column_kind
from ml_analytics.core.errors import ParameterError

from .expectation import Expectation
from .finding import Finding, Severity

LABEL_NAMES = (
    "label", "labels", "target", "class", "category", "intent", "sentiment", "polarity", "decision", "decisions",
    "urgency", "priority", "severity", "impact", "topic", "tag", "tags", "ticket_type",
)  # fmt: skip
SPLIT_NAMES = ("split", "part", "fold", "subset")
_LITERAL = re.compile(r"^\s*[\[{(]")
_VALUE = re.compile(r""":\s*(?:'([^']*)'|"([^"]*)")\s*(?=[,}])""")


@dataclass(frozen=True)
class LabelledText:
    """``texts`` and ``labels`` are columns of ``frame``; ``split`` says which part a row belongs to, if any."""

    frame: pd.DataFrame
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    split: str | None = None

    @classmethod
    def of(
        cls, frame: pd.DataFrame, text: str | Sequence[str] | None, label: str | Sequence[str] | None
    ) -> LabelledText:
        """Take the named columns, or find them: free text, and labels by their usual names.

        Raises:
            ParameterError: a named column is not there, or none is found.
        """
        by_name = {str(name).lower(): str(name) for name in reversed(list(frame.columns))}
        split = next((by_name[name] for name in SPLIT_NAMES if name in by_name), None)
        labels = _named(frame, "label", label) or tuple(
            by_name[name] for name in LABEL_NAMES if name in by_name
        )
        texts = _named(frame, "text", text) or text_columns(frame, {*labels, split})
        for parameter, found in (("text", texts), ("label", labels)):
            if not found:
                raise ParameterError.of(
                    parameter,
                    "DataValidator.validate_labels",
                    "the name of a column",
                    f"none, among {list(by_name.values())}",
                )
        return cls(frame, texts, labels, split)

    @cached_property
    def keys(self) -> np.ndarray:
        """Number rows by their text, case and spaces aside; -1 where there is none."""
        joined = self.clean(self.texts[0])
        for name in self.texts[1:]:
            joined = joined + "\x1f" + self.clean(name)
        codes, _ = pd.factorize(joined)
        empty = (joined.str.replace("\x1f", "") == "").to_numpy()
        return np.where(empty, -1, codes)

    def clean(self, name: str) -> pd.Series:
        """Return a text column in lower case, single-spaced, empty where missing."""
        cells = self.frame[name]
        texts = cells.astype(object).where(cells.notna(), "").astype(str)
        return texts.str.casefold().str.split().str.join(" ")

    @cached_property
    def written_out(self) -> dict[str, list[dict[str, Any] | list[Any] | None]]:
        """For label columns whose cells are written-out mappings or lists: each cell read, ``None`` if it cannot be."""
        found = {}
        for name in self.labels:
            cells = self.frame[name].dropna()
            texts = [cell for cell in cells if isinstance(cell, str)]
            if texts and sum(_LITERAL.match(cell) is not None for cell in texts) > 0.5 * len(texts):
                found[name] = [_read(cell) for cell in self.frame[name]]
        return found

    def label_keys(self, name: str) -> np.ndarray:
        """Number the values of a label column: equal mappings are equal in any order."""
        values = self.frame[name].tolist()
        if name in self.written_out:
            pairs = zip(self.written_out[name], values, strict=True)
            values = [cell if read is None else _in_order(read) for read, cell in pairs]
        codes, _ = pd.factorize(np.array([repr(one) for one in values], dtype=object))
        return codes

    def polarities(self, name: str) -> list[set[str]]:
        """Return the different values that each written-out cell gives, also where the cell cannot be parsed."""
        made = []
        for cell, value in zip(self.frame[name], self.written_out[name], strict=True):
            if isinstance(value, dict):
                made.append({str(one) for one in value.values()})
            elif isinstance(value, list):
                made.append({str(one) for one in value})
            else:
                made.append({a or b for a, b in _VALUE.findall(cell)} if isinstance(cell, str) else set())
        return made

    @cached_property
    def classes(self) -> dict[str, pd.Series]:
        """Rows per class of each label column, the largest first, in training where the table has a split.

        Written-out cells and columns where most values occur once are no classes.
        """
        rows = np.ones(len(self.frame), dtype=bool)
        if self.split is not None:
            training = (
                self.frame[self.split].astype(str).str.casefold().isin(["train", "training"]).to_numpy()
            )
            rows = training if training.any() else rows
        found = {}
        for name in self.labels:
            if name in self.written_out:
                continue
            counts = self.frame.loc[rows, name].map(_hashable).value_counts()
            if len(counts) and len(counts) <= 0.5 * max(counts.sum(), 4):
                found[name] = counts
        return found

    def columns(
        self, rule: str, severity: Severity, sentences: Mapping[str, str], details: Mapping[str, Any]
    ) -> Finding | None:
        """Make a finding about whole label columns, one sentence each, or ``None``."""
        if not sentences:
            return None
        return Finding(rule, severity, len(sentences), " ".join(sentences.values()), details=details)

    def rows(
        self,
        rule: str,
        severity: Severity,
        bad: np.ndarray,
        sentence: str,
        *,
        show: tuple[str, ...] = (),
        rejects: bool = False,
        together: bool = False,
    ) -> Finding | None:
        """Make a finding about rows, or ``None`` when there are none; ``together`` shows rows of one text."""
        shown = show or (self.texts[0], self.labels[0])
        examples = None
        if together:
            rows = np.flatnonzero(bad)
            examples = rows[np.argsort(self.keys[rows], kind="stable")]
        return Expectation(self.frame).rows(
            rule, severity, bad, sentence, shown, rejects=rejects, examples=examples
        )


def text_columns(frame: pd.DataFrame, left_out: set[str | None]) -> tuple[str, ...]:
    """Return the columns of free text: strings of several words, most of them different."""
    found = []
    for name in frame.columns:
        if not isinstance(name, str) or name in left_out:
            continue
        if _is_text(frame[name].dropna().head(2_000)):
            found.append(name)
    return tuple(found)


def _is_text(cells: pd.Series) -> bool:
    if not len(cells) or not isinstance(cells.iloc[0], str) or column_kind(cells) is not ColumnKind.TEXT:
        return False
    times = pd.to_datetime(cells.head(5), errors="coerce", format="ISO8601", utc=True)
    return bool(cells.astype(str).str.count(r"\s").mean() >= 1.0 and not times.notna().all())


def plural(count: int, noun: str) -> str:
    """Return ``1 text`` or ``67 texts``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _named(frame: pd.DataFrame, parameter: str, given: str | Sequence[str] | None) -> tuple[str, ...]:
    names = (given,) if isinstance(given, str) else tuple(given or ())
    for name in names:
        if name not in frame.columns:
            raise ParameterError.of(parameter, "DataValidator.validate_labels", "a column of the table", name)
    return names


def _read(cell: object) -> dict[str, Any] | list[Any] | None:
    """Read a written-out mapping or list without running anything."""
    if not isinstance(cell, str) or len(cell) > 10_000:
        return None
    try:
        value = ast.literal_eval(cell.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    if isinstance(value, (list, tuple, set)):
        return list(value)
    return value if isinstance(value, dict) else None


def _in_order(value: dict[str, Any] | list[Any]) -> list[str]:
    return sorted(map(repr, value.items() if isinstance(value, dict) else value))


def _hashable(value: Any) -> Any:
    try:
        hash(value)
    except TypeError:
        return repr(value)
    return value
