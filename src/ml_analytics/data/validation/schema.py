"""Schemas of pandera as rules: every breach becomes a finding with its rows, none is raised."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.optional import require

from .expectation import Expectation
from .finding import Finding, Severity

_OWNER = "DataValidator.validate_table"


def schema_findings(frame: pd.DataFrame, schema: Any) -> list[Finding]:
    """Return what breaks ``schema``: a pandera ``DataFrameSchema`` or a ``DataFrameModel`` class, for pandas.

    Rows that break a check are rejected; what concerns a whole column (absent, of another type) has no rows.
    A check with ``raise_warning=True`` gives a warning. The frame is not changed, also where the schema coerces
    or parses: the report tells whether the coerced table would pass. Schemas without an index of their own
    judge columns only.

    Raises:
        ParameterError: ``schema`` is no schema of pandera for pandas.
        MissingExtraError: the extra ``pandera`` is not installed.
    """
    pandera = require("pandera.pandas", "pandera", "A schema")
    made = _schema(pandera, schema)
    judged = frame if made.index is not None else frame.reset_index(drop=True)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            made.validate(judged, lazy=True)
            failures = None
        except pandera.errors.SchemaErrors as error:
            failures = error.failure_cases
    findings = [
        Finding("schema", Severity.WARNING, 1, f"{str(one.message)[:300].rstrip('.')}.")
        for one in said
        if issubclass(one.category, pandera.errors.SchemaWarning)
    ]
    return findings if failures is None else findings + _findings(frame, judged.index, failures)


def _schema(pandera: Any, schema: Any) -> Any:
    if isinstance(schema, type) and issubclass(schema, pandera.DataFrameModel):
        return schema.to_schema()  # type: ignore[attr-defined]
    if isinstance(schema, pandera.DataFrameSchema):
        return schema
    raise ParameterError.of(
        "schema", _OWNER, "a DataFrameSchema or DataFrameModel of pandera.pandas", type(schema).__name__
    )


def _findings(frame: pd.DataFrame, index: pd.Index, failures: pd.DataFrame) -> list[Finding]:
    """Group the failures by column and check, in their order."""
    named = failures.assign(
        column=[
            str(column) if context == "Column" or column in frame.columns else ""
            for column, context in zip(failures["column"], failures["schema_context"], strict=True)
        ],
        check=failures["check"].astype(str),
    )
    if len(whole := named[named["schema_context"] == "DataFrameSchema"]):
        # A check of the whole table fails once per row, but is listed for each of its columns.
        named.loc[whole.index[whole["index"].notna()], "column"] = ""
    return [
        _finding(frame, index, str(column), str(check), group)
        for (column, check), group in named.groupby(["column", "check"], sort=False)
    ]


def _finding(frame: pd.DataFrame, index: pd.Index, column: str, check: str, group: pd.DataFrame) -> Finding:
    where = f"'{column}'" if column else "the table"
    labels = group["index"].dropna().tolist()
    if not labels:
        got = ", ".join(dict.fromkeys(str(one)[:80] for one in group["failure_case"].head(3)))
        return Finding(
            "schema", Severity.ERROR, len(group), f"The schema's {check} fails for {where}: got {got}."
        )
    if isinstance(index, pd.RangeIndex):
        bad = np.zeros(len(frame), dtype=bool)
        bad[np.array(labels, dtype=np.int64)] = True
    else:
        bad = np.asarray(index.isin(labels))
    count = int(bad.sum())
    found = Expectation(frame).rows(
        "schema",
        Severity.ERROR,
        bad,
        f"{count:,} row{' breaks' if count == 1 else 's break'} the schema's {check} for {where}.",
        (column,) if column in frame.columns else tuple(frame.columns[:3]),
        rejects=True,
    )
    return found if found is not None else Finding("schema", Severity.ERROR, 0, f"{check} fails for {where}.")
