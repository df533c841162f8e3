"""Kinds of promotion, one per file: what a raw document becomes in a table, and by which rules."""

from .bars import BarPromotion
from .candidate import Candidate, Kind, rows_with, showable, unusable
from .content import ContentPromotion, Validate

__all__ = [
    "BarPromotion",
    "Candidate",
    "ContentPromotion",
    "Kind",
    "Validate",
    "rows_with",
    "showable",
    "unusable",
]
