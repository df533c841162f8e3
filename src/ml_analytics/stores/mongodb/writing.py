"""Documents on their way into MongoDB: checked, encoded and measured before the first is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..document_rows import DocumentRules, DocumentTooLargeError
from .client import KEYS_AT_ONCE, is_duplicate
from .layout import stored

if TYPE_CHECKING:
    from bson.raw_bson import RawBSONDocument
    from pymongo.client_session import ClientSession
    from pymongo.collection import Collection

INDEXES: list[tuple[list[tuple[str, int]], dict[str, Any]]] = [
    ([("time", 1), ("_us", 1), ("_id", 1)], {"name": "in_time_order"}),
    (
        [("_pending", 1), ("time", 1), ("_us", 1), ("_id", 1)],
        {"name": "pending", "partialFilterExpression": {"_pending": True}},
    ),
]


def prepared(
    documents: Iterable[Mapping[str, Any]], rules: DocumentRules, *, pending: bool, most_bytes: int
) -> dict[str, RawBSONDocument]:
    """Return the batch by ``_id``, encoded; of several documents with one ``_id`` the first.

    Raises:
        ParameterError: a document cannot be.
        DocumentTooLargeError: one has more than ``most_bytes``.
    """
    import bson
    from bson.raw_bson import RawBSONDocument

    batch: dict[str, RawBSONDocument] = {}
    for document in documents:
        row = rules.row(document)
        if row.id in batch:
            continue
        encoded = bson.encode(stored(row, pending=pending, owner=rules.owner))
        if len(encoded) > most_bytes:
            raise DocumentTooLargeError(
                f"The document '{row.id}' of {rules.owner} must take at most {most_bytes:,} bytes on MongoDB. "
                f"Got {len(encoded):,} instead.",
                row.id,
            )
        batch[row.id] = RawBSONDocument(encoded)
    return batch


def insert_new(
    collection: Collection[dict[str, Any]],
    batch: Mapping[str, RawBSONDocument],
    session: ClientSession | None,
) -> int:
    """Insert what is not there yet; return how many. Inside a transaction when there is a session."""
    from pymongo.errors import BulkWriteError

    ids = list(batch)
    known: set[str] = set()
    for start in range(0, len(ids), KEYS_AT_ONCE):
        some = {"_id": {"$in": ids[start : start + KEYS_AT_ONCE]}}
        known.update(one["_id"] for one in collection.find(some, {"_id": 1}, session=session))
    new: list[Any] = [document for name, document in batch.items() if name not in known]
    if not new:
        return 0
    try:
        collection.insert_many(new, ordered=False, session=session)
    except BulkWriteError as error:
        if session is None and is_duplicate(error):  # another writer was faster with some
            return int(error.details["nInserted"])
        raise
    return len(new)
