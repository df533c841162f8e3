"""What an ingest and a promotion did, counted so that nothing is unaccounted for."""

from __future__ import annotations

from dataclasses import dataclass

from .validation import Finding


@dataclass(frozen=True, slots=True)
class IngestReport:
    """Rows kept as documents: ``added + known + quarantined == total``.

    ``known`` were there already (or twice in the same table), ``quarantined`` have no time and so cannot
    become documents.
    """

    added: int
    known: int
    total: int
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class PromoteReport:
    """Documents looked at: ``promoted + known + quarantined`` is their number.

    ``known`` were promoted or quarantined before. ``findings`` are what the validator said about all
    documents of the symbol (without the row numbers, which mean nothing outside).
    """

    promoted: int
    known: int
    quarantined: int
    findings: tuple[Finding, ...] = ()
