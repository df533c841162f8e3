"""Checks of labelled texts, one per file. A new one: a file with a function and its line in ``LABEL_RULES``."""

from __future__ import annotations

from collections.abc import Callable

from ..finding import Finding
from ..labelled import LabelledText
from .contradicting_labels import contradicting_labels
from .dominated_class import dominated_class
from .duplicate_texts import duplicate_texts
from .label_variants import label_variants
from .missing_label import missing_label
from .missing_text import missing_text
from .mixed_labels import mixed_labels
from .partial_text import partial_text
from .small_classes import small_classes
from .split_leak import split_leak
from .unparsable_labels import unparsable_labels

LabelRule = Callable[[LabelledText], Finding | None]

LABEL_RULES: tuple[LabelRule, ...] = (
    missing_text,
    partial_text,
    missing_label,
    unparsable_labels,
    mixed_labels,
    duplicate_texts,
    contradicting_labels,
    dominated_class,
    small_classes,
    label_variants,
    split_leak,
)

__all__ = ["LABEL_RULES", "LabelRule"]
