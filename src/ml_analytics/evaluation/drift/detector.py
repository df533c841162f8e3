"""Drift of every feature between a reference table and a current one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...core.columns import ColumnKind, column_kind
from ...core.errors import ParameterError
from ...core.frames import Table, to_pandas
from .chi_square import ChiSquare
from .comparison import Comparison, DriftTest
from .false_discovery import benjamini_hochberg
from .ks import KolmogorovSmirnov
from .missing import MissingShare
from .report import DriftReport, FeatureDrift
from .sample import Sample

DEFAULT_TESTS: tuple[DriftTest, ...] = (KolmogorovSmirnov(), ChiSquare(), MissingShare())
"""Numbers, categories and booleans, and missing values of any column that can be tested."""

_UNTESTABLE = {
    ColumnKind.TEXT: "free text has no distribution to compare",
    ColumnKind.TIME: "times always move on",
}
_Found = tuple[str, ColumnKind, str, Comparison]


class DriftDetector:
    """Says which features changed their distribution, allowing for autocorrelation and for many features.

    Rows are taken to be in time order. Missing values are left out of the distribution tests; their share is
    tested on its own. Columns are matched by name. The kind of a column is that of the reference; one that held
    numbers and now holds text has drifted for certain.

    Args:
        tests: tests to run; each on the kinds of column it takes. By default Kolmogorov-Smirnov for numbers,
            chi-square for categories and booleans, and the share of missing values.
        alpha: expected share of false alarms among the alarms (Benjamini-Hochberg over all tests).

    Raises:
        ParameterError: no tests, or alpha outside (0, 1).

    >>> random = np.random.default_rng(0)
    >>> before = pd.DataFrame({"a": random.normal(size=300), "b": random.normal(size=300)})
    >>> now = pd.DataFrame({"a": random.normal(size=300), "b": random.normal(1.0, size=300)})
    >>> DriftDetector().fit(before).detect(now).drifted
    ('b',)
    """

    def __init__(self, tests: Sequence[DriftTest] = DEFAULT_TESTS, alpha: float = 0.05) -> None:
        if not tests:
            raise ParameterError.of("tests", "DriftDetector", "at least one drift test", tests)
        self.tests = tuple(tests)
        self.alpha = alpha
        if not 0.0 < alpha < 1.0:
            raise ParameterError.of("alpha", "DriftDetector", "strictly between 0 and 1", alpha)
        self._reference: dict[str, tuple[ColumnKind, Sample | None]] = {}
        self._rows = 0

    def fit(self, reference: Table) -> DriftDetector:
        """Keep the reference: a pandas or polars table or a 2-D array of shape (n_samples, n_features).

        Raises:
            ParameterError: not a table, or no rows or columns.
        """
        frame = _table(reference, "reference")
        self._reference = {str(name): _prepared(frame[name]) for name in frame.columns}
        self._rows = len(frame)
        return self

    def detect(self, current: Table) -> DriftReport:
        """Compare ``current`` with the reference.

        Raises:
            ParameterError: not fitted, not a table, no rows, or a column of the reference is missing.
        """
        if not self._reference:
            raise ParameterError.of("reference", "DriftDetector", "given to fit before detect", None)
        frame = _table(current, "current")
        columns = {str(name): frame[name] for name in frame.columns}
        absent = [name for name in self._reference if name not in columns]
        if absent:
            must = f"a table with the column '{absent[0]}' of the reference"
            raise ParameterError.of("current", "DriftDetector", must, list(columns))
        found: list[_Found] = []
        left_out = {name: "not in the reference" for name in columns if name not in self._reference}
        for name, (kind, sample) in self._reference.items():
            if sample is None:
                left_out[name] = _UNTESTABLE[kind]
                continue
            compared = self._compare(name, kind, sample, columns[name])
            if not compared:
                left_out[name] = "no known values to compare"
            found += compared
        return DriftReport(self._corrected(found), self.alpha, self._rows, len(frame), left_out)

    def _compare(self, name: str, kind: ColumnKind, reference: Sample, column: pd.Series) -> list[_Found]:
        current = Sample.of(column, kind)
        if current is None:
            return [(name, kind, "type", Comparison(1.0, 0.0, f"{kind} before, {column_kind(column)} now"))]
        results = [(test.name, test.compare(reference, current)) for test in self.tests if kind in test.kinds]
        return [(name, kind, test, result) for test, result in results if result is not None]

    def _corrected(self, found: list[_Found]) -> tuple[FeatureDrift, ...]:
        adjusted = benjamini_hochberg(np.array([result.p_value for *_, result in found], dtype=np.float64))
        return tuple(
            FeatureDrift(
                name,
                str(kind),
                test,
                one.statistic,
                one.p_value,
                float(p),
                bool(p <= self.alpha),
                one.note,
            )
            for (name, kind, test, one), p in zip(found, adjusted, strict=True)
        )


def _prepared(column: pd.Series) -> tuple[ColumnKind, Sample | None]:
    kind = column_kind(column)
    return kind, None if kind in _UNTESTABLE else Sample.of(column, kind)


def _table(table: Table, parameter: str) -> pd.DataFrame:
    frame = to_pandas(table, parameter, "DriftDetector")
    if frame.shape[0] == 0 or frame.shape[1] == 0:
        raise ParameterError.of(parameter, "DriftDetector", "a table with rows and columns", frame.shape)
    return frame
