"""What every document store agrees on: which documents may come in, and what may be asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..core.canonical import fingerprint
from ..core.clock import TimeRange, as_utc
from ..core.errors import ParameterError
from ..core.names import field_name
from .columns import aware_time, clean_json, clean_text
from .conditions import MOST_VALUES, plain_value

ID_LENGTH = 200
_MOST_INTEGER = 2**63


class DocumentTooLargeError(ParameterError):
    """One document is too large for the store; ``document_id`` says which, and nothing was written.

    The others of the batch may be inserted without it.
    """

    def __init__(self, message: str, document_id: str = "") -> None:
        super().__init__(message)
        self.document_id = document_id


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A checked document: ``time`` in UTC to the microsecond, ``body`` plain JSON without ``_id`` and ``time``."""

    id: str
    time: datetime
    body: dict[str, Any]


class DocumentRules:
    """The rules of one collection; ``owner`` names it in messages.

    >>> rules = DocumentRules("the collection 'notes'")
    >>> rules.row({"_id": "a", "time": datetime(2024, 1, 2, tzinfo=UTC), "x": float("nan")}).body
    {'x': None}
    """

    def __init__(self, owner: str) -> None:
        self.owner = owner

    def row(self, document: object) -> DocumentRow:
        """Return the checked document; without ``_id`` it gets the SHA-256 of its content.

        Raises:
            ParameterError: it is no mapping, has no aware ``time``, a bad ``_id`` or values that are not JSON.
        """
        if not isinstance(document, Mapping):
            raise ParameterError.of("documents", self.owner, "an iterable of mappings", document)
        body = dict(document)
        given = body.pop("_id", None)
        time = self.time(body.pop("time", None))
        body = clean_json(body, "documents", self.owner)
        return DocumentRow(
            fingerprint({"time": time, **body}) if given is None else self.id(given), time, body
        )

    def id(self, value: object) -> str:
        """Return the ``_id``: text of 1 to 200 characters without NUL and lone surrogates."""
        if not isinstance(value, str) or not 1 <= len(value) <= ID_LENGTH:
            raise ParameterError.of("_id", self.owner, f"text of 1 to {ID_LENGTH} characters", value)
        return clean_text(value, "_id", self.owner)

    def ids(self, values: Iterable[str]) -> list[str]:
        """Return several; one text alone is not taken for a list of letters."""
        if isinstance(values, str):
            raise ParameterError.of("document_ids", self.owner, "an iterable of texts", values)
        return [self.id(one) for one in values]

    def time(self, value: object) -> datetime:
        """Return an aware time in UTC; databases keep microseconds, so nanoseconds are cut."""
        moment = as_utc(aware_time(value, "time", self.owner))
        if type(moment) is datetime and moment.tzinfo is UTC:
            return moment
        return datetime.combine(moment.date(), moment.time(), UTC)

    def where(self, where: Mapping[str, Any] | None) -> dict[str, list[Any]]:
        """Return the values that each field may have: texts for ``_id``, times for ``time``, else plain JSON.

        Raises:
            ParameterError: a name is no plain field name (operators, dotted paths), a value no plain value or
                a whole number of more than 64 bits.
        """
        if where is not None and not isinstance(where, Mapping):
            raise ParameterError.of("where", self.owner, "a mapping of field names to values", where)
        return {
            field_name(name, "where", self.owner): self._wanted(name, value)
            for name, value in (where or {}).items()
        }

    def _wanted(self, name: str, value: Any) -> list[Any]:
        wanted = value if isinstance(value, (list, tuple)) else (value,)
        if len(wanted) > MOST_VALUES:
            raise ParameterError.of(name, self.owner, f"at most {MOST_VALUES} values", len(wanted))
        if name == "_id":
            return [self.id(one) for one in wanted]
        if name == "time":
            return [self.time(one) for one in wanted]
        return [self._plain(name, one) for one in wanted]

    def _plain(self, name: str, value: Any) -> Any:
        found = clean_json(plain_value(value, name, self.owner), name, self.owner)
        if isinstance(found, int) and not -_MOST_INTEGER <= found < _MOST_INTEGER:
            raise ParameterError.of(name, self.owner, "a whole number of 64 bits", found)
        if isinstance(found, (dict, list)):  # what plain() makes of a dataclass or an array
            raise ParameterError.of(name, self.owner, "a plain value, a list of plain values or None", value)
        return found

    def time_range(self, span: object) -> TimeRange:
        """Return the range, or refuse what is none."""
        if isinstance(span, TimeRange):
            return span
        raise ParameterError.of("time_range", "find", "a TimeRange", span)
