"""A document as it would become a row, and what a kind of promotion has to say about documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ml_analytics.core.protocols import Records, Row

from ..validation import Finding

_AT_ONCE = 5_000


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


def rows_with(
    records: Records, table: str, column: str, values: Sequence[Any], where: Mapping[str, Any] | None = None
) -> Iterator[Row]:
    """Yield the rows whose ``column`` is one of ``values``, however many those are."""
    for start in range(0, len(values), _AT_ONCE):
        yield from records.find(table, {**(where or {}), column: list(values[start : start + _AT_ONCE])})


class Kind(Protocol):
    """One kind of promotion. Its verdict on a document depends on that document alone.

    That is what makes increments exact: in whatever portions documents are judged, each gets the same verdict.
    """

    @property
    def one_per_time(self) -> bool:
        """Whether documents of one time may want the same place, so that they have to be judged together."""
        ...

    def judge(self, documents: Sequence[Mapping[str, Any]]) -> tuple[list[Candidate], tuple[Finding, ...]]:
        """Return a candidate per document, in order, and what the validator said about them together."""
        ...

    def holders(self, records: Records, candidates: Sequence[Candidate]) -> dict[Any, str]:
        """Lock what the candidates want and return who holds it: document ids by ``place``."""
        ...

    def write(self, records: Records, candidates: Sequence[Candidate]) -> None:
        """Write the candidates' rows."""
        ...
