"""Is the data fit for use: the laws of bars, checks of any table, and a report that says which rows and why."""

from .report import Example, Finding, Severity, ValidationReport
from .rule import Rule
from .rules import RULES
from .validator import DataValidator

__all__ = ["RULES", "DataValidator", "Example", "Finding", "Rule", "Severity", "ValidationReport"]
