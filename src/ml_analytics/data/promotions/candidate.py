"""A document as it would become a row, and what a kind of promotion has to say about documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ml_analytics.core.protocols import Records

from ..validation import Finding


@dataclass(frozen=True, slots=True)
class Candidate:
    """One document and the row it would become; ``reason`` says why it cannot.

    ``place`` is what only one row can hold (a bar's symbol and time, a record's id), ``identity`` the row's
    name outside its table (at most 200 characters).
    """

    document: Mapping[str, Any]
    row: Mapping[str, Any]
    place: Any
    identity: str
    reason: str | None = None

    @property
    def id(self) -> str:
        """The document's id."""
        return str(self.document["_id"])


class Kind(Protocol):
    """One kind of promotion. Its verdict on a document depends on that document alone.

    That is what makes increments exact: in whatever portions documents are judged, each gets the same verdict.
    """

    def judge(self, documents: Sequence[Mapping[str, Any]]) -> tuple[list[Candidate], tuple[Finding, ...]]:
        """Return a candidate per document, in order, and what the validator said about them together."""
        ...

    def holders(self, records: Records, candidates: Sequence[Candidate]) -> dict[Any, str]:
        """Lock what the candidates want and return who holds it: document ids by ``place``."""
        ...

    def write(self, records: Records, candidates: Sequence[Candidate]) -> None:
        """Write the candidates' rows."""
        ...
