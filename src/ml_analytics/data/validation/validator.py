"""The door of the room: is this table fit for use, and if not, which rows and why."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.frames import Table, to_pandas

from .bars import Bars
from .expectation import Expectation
from .report import Finding, Severity, ValidationReport
from .rule import Rule
from .rules import RULES
from .table_rules import TABLE_RULES


class DataValidator:
    """Check bars against the laws of bars, and any table against what is expected of it.

    Nothing is changed: a report comes back. Safe to share between threads.

    Args:
        rules: the laws of bars to apply; all of them by default.

    >>> bars = pd.DataFrame(
    ...     {"open": [1.0, 2.0], "high": [2.0, 1.5], "low": [1.0, 1.0], "close": [2.0, 1.2], "volume": [9, 9]},
    ...     index=pd.date_range("2024-01-01", periods=2, tz="UTC"))
    >>> report = DataValidator().validate_ohlcv(bars)
    >>> report.ok, report.rejected
    (False, {1: 'high_below'})
    """

    def __init__(self, rules: Sequence[Rule] | None = None) -> None:
        chosen = tuple(RULES if rules is None else rules)
        for rule in chosen:
            if not isinstance(rule, Rule):
                raise ParameterError.of("rules", "DataValidator", "a list of Rule objects", rule)
        self.rules = chosen

    def validate_ohlcv(self, frame: Table, name: str = "bars") -> ValidationReport:
        """Check bars: columns open, high, low, close, volume (any case) and a time, as index or column.

        Rules that look at neighbours see the bars in time order even when the table is not; row numbers in
        the report are those of the table. A rule without its columns is silent (``missing_columns`` speaks).

        Raises:
            ParameterError: not a table.
            DataProcessingError: two columns have one name.
        """
        bars = Bars.of(frame)
        if not len(bars):
            return _empty(name)
        findings = [found for rule in self.rules if (found := rule.check(bars)) is not None]
        known = bars.times.dropna() if bars.times is not None else pd.DatetimeIndex([])
        return ValidationReport.of(
            name,
            len(bars),
            findings,
            rules=tuple(rule.name for rule in self.rules),
            start=known[0].to_pydatetime(warn=False) if len(known) else None,
            end=known[-1].to_pydatetime(warn=False) if len(known) else None,
        )

    def validate_table(
        self,
        frame: Table,
        required: Sequence[str] = (),
        numeric: Sequence[str] = (),
        name: str = "table",
    ) -> ValidationReport:
        """Check any table: no rows, absent or empty columns, one value only, repeated rows, wrong types.

        Raises:
            ParameterError: not a table, or ``required``/``numeric`` is not a list of names.
            DataProcessingError: two columns have one name.

        >>> report = DataValidator().validate_table(pd.DataFrame({"title": ["a", "b"]}), required=["urgency"])
        >>> [found.rule for found in report.errors]
        ['missing_column']
        """
        for parameter, names in (("required", required), ("numeric", numeric)):
            if isinstance(names, str) or not all(isinstance(one, str) for one in names):
                raise ParameterError.of(parameter, "DataValidator", "a list of column names", names)
        table = Expectation(
            to_pandas(frame, "frame", "DataValidator.validate_table"), tuple(required), tuple(numeric)
        )
        if not len(table.frame):
            return _empty(name)
        findings = [found for rule in TABLE_RULES if (found := rule(table)) is not None]
        return ValidationReport.of(
            name, len(table.frame), findings, rules=tuple(rule.__name__ for rule in TABLE_RULES)
        )


def _empty(name: str) -> ValidationReport:
    finding = Finding("empty_table", Severity.ERROR, 0, "The table must have at least one row; it has none.")
    return ValidationReport(name, 0, (finding,), ("empty_table",))
