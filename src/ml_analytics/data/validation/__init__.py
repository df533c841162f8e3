"""Is the data fit for use: the laws of bars and ticks, checks of texts, accounts and any table, and a report."""

from .kinds import TableKind, table_kind
from .report import Example, Finding, Severity, ValidationReport
from .rule import Rule
from .rules import RULES
from .tick_rule import TickRule
from .tick_rules import TICK_RULES
from .validator import DataValidator

__all__ = [
    "RULES",
    "TICK_RULES",
    "DataValidator",
    "Example",
    "Finding",
    "Rule",
    "Severity",
    "TableKind",
    "TickRule",
    "ValidationReport",
    "table_kind",
]
