"""Checks of any table, one per file. A new one: a file with a function and its line in ``TABLE_RULES``."""

from __future__ import annotations

from collections.abc import Callable

from ..expectation import Expectation
from ..finding import Finding
from .all_missing import all_missing_column
from .constant import constant_column
from .duplicates import duplicate_rows
from .missing import missing_column
from .missing_header import missing_header
from .mixed_zones import mixed_zones
from .out_of_range import out_of_range
from .types import wrong_types

TableRule = Callable[[Expectation], Finding | None]

TABLE_RULES: tuple[TableRule, ...] = (
    missing_header,
    missing_column,
    all_missing_column,
    constant_column,
    duplicate_rows,
    wrong_types,
    mixed_zones,
    out_of_range,
)

__all__ = ["TABLE_RULES", "TableRule"]
