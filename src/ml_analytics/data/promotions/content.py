"""Raw text, social and other documents to records: cleaned, validated, in the shape all records have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from ml_analytics.core.canonical import fingerprint
from ml_analytics.core.errors import ParameterError
from ml_analytics.core.protocols import Records

from ..ingest import raw_content
from ..routing import ML_RECORDS
from ..validation import DataValidator, Finding, ValidationReport
from .candidate import Candidate, rows_with
from .cleaning import cleaned, says_something

Validate = Callable[[pd.DataFrame], ValidationReport]
"""Judges a table of cleaned contents; the rows it rejects go to quarantine."""
_ID_LENGTH = 200


@dataclass(frozen=True)
class ContentPromotion:
    """One document becomes one record of ``target``: source_app, data_type, processed_content, created_at, features.

    ``validate`` sees a portion of the cleaned contents as a table; for increments to be exact it must judge each
    row by itself. A document in which nothing is left after cleaning is rejected as ``empty_content``.
    """

    target: str
    now: datetime
    validate: Validate | None = None
    one_per_time: bool = False

    def judge(self, documents: Sequence[Mapping[str, Any]]) -> tuple[list[Candidate], tuple[Finding, ...]]:
        """Return a candidate per document and the validator's findings."""
        contents = [cleaned(raw_content(document)) for document in documents]
        index = pd.DatetimeIndex([document["time"] for document in documents], name="timestamp")
        report = self._report(pd.DataFrame(contents, index=index))
        reasons = dict(report.rejected)
        for row, content in enumerate(contents):
            if not says_something(content):
                reasons[row] = "empty_content"
        candidates = [
            self._candidate(document, content, reasons.get(row))
            for row, (document, content) in enumerate(zip(documents, contents, strict=True))
        ]
        nowhere = np.empty(0, dtype=np.int64)
        return candidates, tuple(replace(one, rows=nowhere) for one in report.findings)

    def holders(self, records: Records, candidates: Sequence[Candidate]) -> dict[Any, str]:
        """Return which of the records are there."""
        records.lock(f"promote/{ML_RECORDS}/{self.target}")
        ids = [one.place for one in candidates]
        owners = {one.place: one.id for one in candidates}
        return {row["id"]: owners[row["id"]] for row in rows_with(records, ML_RECORDS, "id", ids)}

    def write(self, records: Records, candidates: Sequence[Candidate]) -> None:
        """Write the records."""
        records.insert_new(ML_RECORDS, [{**one.row, "created_at": self.now} for one in candidates])

    def _report(self, frame: pd.DataFrame) -> ValidationReport:
        if self.validate is None:
            return DataValidator().validate_table(frame, name=self.target)
        report = self.validate(frame)
        if not isinstance(report, ValidationReport):
            raise ParameterError.of(
                "validate", "promote", "a function that returns a ValidationReport", report
            )
        return report

    def _candidate(
        self, document: Mapping[str, Any], content: dict[str, Any], reason: str | None
    ) -> Candidate:
        identity = record_identity(str(document["_id"]), self.target)
        row = {
            "id": identity,
            "table_name": self.target,
            "source_app": str(document.get("source", ""))[:200],
            "data_type": self.target,
            "processed_content": content,
            "features": {},
            "event_time": document["time"],
        }
        return Candidate(document, row, identity, identity, reason)


def record_identity(document_id: str, target: str) -> str:
    """Return the id of the record that a document becomes: it names both, where there is room.

    >>> record_identity("d1", "reviews")
    'd1/reviews'
    """
    named = f"{document_id}/{target}"
    return named if len(named) <= _ID_LENGTH else fingerprint([document_id, target])
