"""The door of the room: is this table fit for use, and if not, which rows and why."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.frames import Table, to_pandas
from ml_analytics.core.row_times import TIME_NAMES

from ..loader import DataLoader
from .account_rules import ACCOUNT_RULES
from .accounts import Account
from .bars import Bars, read_times
from .expectation import Expectation
from .kinds import TableKind, table_kind
from .label_rules import LABEL_RULES
from .labelled import LabelledText
from .report import Finding, Severity, ValidationReport
from .rule import Rule
from .rules import RULES
from .schema import schema_findings
from .strips import UNKNOWN
from .table_rules import TABLE_RULES
from .tick_rule import TickRule
from .tick_rules import TICK_RULES
from .ticks import Ticks

Ranges = Mapping[str, tuple[float | None, float | None]]


class DataValidator:
    """Check bars, trades, quotes, depth, labelled texts and any other table.

    Nothing is changed: a report comes back. Safe to share between threads.

    Args:
        rules: the laws of bars to apply; all of them by default.
        tick_rules: the laws of trades, quotes and depth; all of them by default.

    >>> bars = pd.DataFrame(
    ...     {"open": [1.0, 2.0], "high": [2.0, 1.5], "low": [1.0, 1.0], "close": [2.0, 1.2], "volume": [9, 9]},
    ...     index=pd.date_range("2024-01-01", periods=2, tz="UTC"))
    >>> report = DataValidator().validate(bars)
    >>> report.ok, report.rejected
    (False, {1: 'high_below'})
    """

    def __init__(
        self, rules: Sequence[Rule] | None = None, tick_rules: Sequence[TickRule] | None = None
    ) -> None:
        self.rules = _chosen("rules", RULES if rules is None else rules, Rule)
        self.tick_rules = _chosen("tick_rules", TICK_RULES if tick_rules is None else tick_rules, TickRule)

    def validate(self, frame: Table, name: str | None = None) -> ValidationReport:
        """Check a table as what it is, by its columns (:func:`.kinds.table_kind` says how that is told).

        Raises:
            ParameterError: not a table.
            DataProcessingError: two columns have one name.
        """
        table = to_pandas(frame, "frame", "DataValidator.validate")
        kind = table_kind(table)
        name = name or kind.value
        if kind is TableKind.BARS:
            return self.validate_ohlcv(table, name)
        if kind in (TableKind.TRADES, TableKind.QUOTES, TableKind.DEPTH):
            return self._validate_ticks(table, kind.value, name, None)
        if kind is TableKind.LABELS:
            return self.validate_labels(table, name=name)
        return self.validate_table(table, name=name)

    def validate_file(
        self, path: str | Path, *, encoding: str = "utf-8", names: Sequence[str] | None = None
    ) -> ValidationReport:
        """Load a file (:meth:`.DataLoader.load`) and check it as what it is.

        A file whose first line is data and not names is loaded again with all its rows, the columns called
        ``column_1`` and so on, and ``missing_header`` says so.

        Raises:
            DataProcessingError: the file cannot be read.
            ParameterError: its format is of no known kind.
        """
        loader, file = DataLoader(), Path(path)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="The first row of")  # the report says so
            frame = to_pandas(loader.load(file, encoding=encoding, names=names))
        report = self.validate(frame, file.name)
        headless = report.finding("missing_header")
        if headless is None or names is not None:
            return report
        made = [f"column_{number}" for number in range(1, len(frame.columns) + 1)]
        whole = self.validate(loader.load(file, encoding=encoding, names=made), file.name)
        return ValidationReport.of(
            file.name,
            whole.rows,
            [headless, *whole.findings],
            rules=whole.rules,
            start=whole.start,
            end=whole.end,
            times=whole.times,
        )

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
        applied = tuple(rule.name for rule in self.rules)
        return _report(name, len(bars), findings, applied, _microseconds(bars.given))

    def validate_trades(
        self, frame: Table, columns: Mapping[str, str] | None = None, name: str = "trades"
    ) -> ValidationReport:
        """Check trades: price, quantity, a time of the exchange and/or of arrival, and what else there is.

        Columns are found by the names in use (:data:`.tick_columns.NAMES`), in any case; ``columns`` names those
        that are called otherwise, as ``{"qty": "lots"}``. Rows of several markets are judged market by market.

        Raises:
            ParameterError: not a table, or ``columns`` does not fit it.
            DataProcessingError: two columns have one name.
        """
        return self._validate_ticks(frame, "trades", name, columns)

    def validate_quotes(
        self, frame: Table, columns: Mapping[str, str] | None = None, name: str = "quotes"
    ) -> ValidationReport:
        """Check best bids and asks; otherwise as :meth:`validate_trades`."""
        return self._validate_ticks(frame, "quotes", name, columns)

    def validate_depth(
        self, frame: Table, columns: Mapping[str, str] | None = None, name: str = "depth"
    ) -> ValidationReport:
        """Check updates of a book: side, price, quantity (0 deletes a level); else as :meth:`validate_trades`."""
        return self._validate_ticks(frame, "depth", name, columns)

    def validate_labels(
        self,
        frame: Table,
        text: str | Sequence[str] | None = None,
        label: str | Sequence[str] | None = None,
        name: str = "labels",
    ) -> ValidationReport:
        """Check texts with labels: absent, repeated, contradicting, unreadable, dominated or rare ones.

        Args:
            frame: a table, one row per text.
            text: the column(s) of text; found by their content when not given.
            label: the column(s) of labels; found by their usual names when not given.
            name: what the report calls the table.

        Raises:
            ParameterError: not a table, a column that is not there, or none that could be found.
            DataProcessingError: two columns have one name.

        >>> frame = pd.DataFrame({"text": ["my card is lost", "my card is lost"], "label": ["loss", "theft"]})
        >>> DataValidator().validate_labels(frame, "text", "label").finding("contradicting_labels").sentence
        '1 text (2 rows) with more than one label in label.'
        """
        table = to_pandas(frame, "frame", "DataValidator.validate_labels")
        if not len(table):
            return _empty(name)
        labelled = LabelledText.of(table, text, label)
        findings = [found for rule in LABEL_RULES if (found := rule(labelled)) is not None]
        general = self.validate_table(table, name=name)
        applied = (*(rule.__name__ for rule in LABEL_RULES), *general.rules)
        return _report(name, len(table), [*findings, *general.findings], applied, general.times)

    def validate_table(
        self,
        frame: Table,
        required: Sequence[str] = (),
        numeric: Sequence[str] = (),
        name: str = "table",
        *,
        ranges: Ranges | None = None,
        schema: Any = None,
    ) -> ValidationReport:
        """Check any table: no rows, absent or empty columns, one value only, repeated rows, wrong types, ranges.

        Args:
            frame: a table.
            required: columns that must be there.
            numeric: columns that must hold numbers.
            name: what the report calls the table.
            ranges: by column the least and the greatest number allowed, ``None`` for no bound.
            schema: a ``DataFrameSchema`` or ``DataFrameModel`` of ``pandera.pandas`` (extra ``pandera``).

        Raises:
            ParameterError: not a table, or a parameter is not as described.
            DataProcessingError: two columns have one name.
            MissingExtraError: a schema without the extra ``pandera``.

        >>> frame = pd.DataFrame({"title": ["a", "b"], "age": [3, 300]})
        >>> report = DataValidator().validate_table(frame, required=["urgency"], ranges={"age": (0, 120)})
        >>> [found.rule for found in report.errors], report.rejected
        (['missing_column', 'out_of_range'], {1: 'out_of_range'})
        """
        for parameter, names in (("required", required), ("numeric", numeric)):
            if isinstance(names, str) or not all(isinstance(one, str) for one in names):
                raise ParameterError.of(parameter, "DataValidator", "a list of column names", names)
        table = Expectation(
            to_pandas(frame, "frame", "DataValidator.validate_table"),
            tuple(required),
            tuple(numeric),
            _checked_ranges(ranges),
        )
        if not len(table.frame):
            return _empty(name)
        findings = [found for rule in TABLE_RULES if (found := rule(table)) is not None]
        applied = [rule.__name__ for rule in TABLE_RULES]
        account = Account.of(table.frame)
        if account is not None:
            findings += [found for one in ACCOUNT_RULES if (found := one(account)) is not None]
            applied += [one.__name__ for one in ACCOUNT_RULES]
        if schema is not None:
            findings += schema_findings(table.frame, schema)
            applied.append("schema")
        return _report(name, len(table.frame), findings, tuple(applied), _times(table.frame))

    def _validate_ticks(
        self, frame: Table, kind: str, name: str, columns: Mapping[str, str] | None
    ) -> ValidationReport:
        ticks = Ticks.of(frame, kind, columns)
        if not len(ticks):
            return _empty(name)
        findings = [found for rule in self.tick_rules if (found := rule.check(ticks)) is not None]
        applied = tuple(rule.name for rule in self.tick_rules if kind in rule.kinds)
        times = (
            None if ticks.times is None else np.where(ticks.times == UNKNOWN, UNKNOWN, ticks.times // 1000)
        )
        return _report(name, len(ticks), findings, applied, times)


def _chosen(parameter: str, given: Sequence[Any], kind: type) -> tuple[Any, ...]:
    for one in given:
        if not isinstance(one, kind):
            raise ParameterError.of(parameter, "DataValidator", f"a list of {kind.__name__} objects", one)
    return tuple(given)


def _checked_ranges(ranges: Ranges | None) -> Ranges:
    must = "a mapping of column names to (least, greatest), None for no bound"
    if ranges is not None and not isinstance(ranges, Mapping):
        raise ParameterError.of("ranges", "DataValidator", must, ranges)
    for name, bounds in (ranges or {}).items():
        pair = list(bounds) if isinstance(bounds, (tuple, list)) else []
        known = [float(one) for one in pair if one is not None and _is_number(one)]
        if len(pair) != 2 or len(known) + pair.count(None) != 2 or known != sorted(known):
            raise ParameterError.of("ranges", "DataValidator", must, {name: bounds})
    return dict(ranges or {})


def _is_number(value: object) -> bool:
    usual = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    return usual and not np.isnan(float(value))  # type: ignore[arg-type]


def _times(frame: pd.DataFrame) -> np.ndarray | None:
    """Return the times of a table that has any, by index, by name, or the only column of times."""
    by_name = {str(name).lower(): place for place, name in reversed(list(enumerate(frame.columns)))}
    typed = [
        place
        for place in range(frame.shape[1])
        if pd.api.types.is_datetime64_any_dtype(frame.dtypes.iloc[place])
    ]
    if not any(name in by_name for name in TIME_NAMES) and len(typed) == 1:
        by_name = {**by_name, "timestamp": typed[0]}
    return _microseconds(read_times(frame, by_name)[0])


def _microseconds(times: pd.DatetimeIndex | None) -> np.ndarray | None:
    if times is None or times.isna().all():
        return None
    return np.where(times.isna(), UNKNOWN, times.as_unit("us").asi8)


def _report(
    name: str, rows: int, findings: list[Finding], applied: tuple[str, ...], times: np.ndarray | None
) -> ValidationReport:
    start = end = None
    known = times[times != UNKNOWN] if times is not None else np.empty(0)
    if known.size:
        since = datetime(1970, 1, 1, tzinfo=UTC)
        start, end = (since + timedelta(microseconds=int(one)) for one in (known.min(), known.max()))
    return ValidationReport.of(name, rows, findings, rules=applied, start=start, end=end, times=times)


def _empty(name: str) -> ValidationReport:
    finding = Finding("empty_table", Severity.ERROR, 0, "The table must have at least one row; it has none.")
    return ValidationReport(name, 0, (finding,), ("empty_table",))
