"""A first row of data that was taken for the header."""

from __future__ import annotations

import re

import pandas as pd

from ..bars import numbers
from ..expectation import Expectation
from ..finding import Finding, Severity

_DECIMAL = re.compile(r"[+-]?\d*\.\d+(?:[eE][+-]?\d+)?|[+-]?\d+(?:\.\d*)?[eE][+-]?\d+", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}.*)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)


def missing_header(table: Expectation) -> Finding | None:
    """Names that are themselves values of their columns (a date over dates, 0.5 over numbers) are a row of data.

    Every name must be of the kind that its column holds, and at least one a decimal number or a time: whole
    numbers alone may well be names (years, horizons).
    """
    kinds = [_kind(name, table.frame[name]) for name in table.frame.columns]
    if None in kinds or not {"decimal", "time"} & set(kinds):
        return None
    shown = ", ".join(map(str, table.frame.columns[:3]))
    return table.columns(
        "missing_header",
        Severity.ERROR,
        [str(name) for name in table.frame.columns],
        f"The first line is data, not names ({shown}): it is lost as a row. Load the file with names=[...].",
    )


def _kind(name: object, column: pd.Series) -> str | None:
    """Say what a name is if its column holds such values: ``decimal``, ``time``, ``whole`` or ``None``."""
    if not isinstance(name, str):
        return None
    text = name.strip()
    if _TIME.fullmatch(text):
        held = pd.api.types.is_datetime64_any_dtype(column) or bool(
            column.dropna().head(20).astype(str).str.match(_TIME.pattern).all()
        )
        return "time" if held and column.notna().any() else None
    numeric = not numbers(column.head(100))[1].any() and bool(column.notna().any())
    if _DECIMAL.fullmatch(text) or (text.lower() == "nan" and numeric):
        return "decimal" if numeric else None
    return "whole" if _WHOLE.fullmatch(text) and numeric else None
