"""What was done in either direction, counted so that nothing is unaccounted for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .validation import Finding


@dataclass(frozen=True, slots=True)
class IngestReport:
    """Rows kept as documents: ``added + known + quarantined == total``.

    ``known`` were there already (or twice in the same table), ``quarantined`` cannot become documents: they
    have no readable time, or the document store refuses them for their size.
    """

    added: int
    known: int
    total: int
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class PromoteReport:
    """Documents looked at, which are those that waited: ``promoted + known + quarantined`` is their number.

    ``known`` had crossed before without being marked so (the process was killed in between), or another
    process was faster. ``findings`` are what the validator said about them (without the row numbers, which
    mean nothing outside).
    """

    promoted: int
    known: int
    quarantined: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishReport:
    """Records delivered as documents: ``published`` new ones, ``known`` were there, ``quarantined`` were refused."""

    published: int
    known: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """Quarantined entries judged again: ``replayed + rejected == total``; ``reasons`` counts what still stands."""

    replayed: int
    rejected: int
    total: int
    reasons: Mapping[str, int] = field(default_factory=dict)
