"""A whole result from MongoDB as a frame: the next batch is fetched while this one becomes columns."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import bson
import pandas as pd

from ..document_frame import FrameBuilder
from .codec import CODEC
from .columns import add_batch
from .layout import loaded, order

if TYPE_CHECKING:
    from pymongo.collection import Collection

BATCH = 10_000


def read_frame(
    collection: Collection[dict[str, Any]], query: dict[str, Any], limit: int | None
) -> pd.DataFrame:
    """Return what the query finds, in time order.

    Without a limit the server need not sort: the frame is sorted here, which is much faster. A reading that the
    server cuts short is begun once more from the start.
    """
    from pymongo.errors import AutoReconnect, CursorNotFound

    if limit == 0:
        return FrameBuilder().frame()
    try:
        return _read(collection, query, limit)
    except (AutoReconnect, CursorNotFound):
        return _read(collection, query, limit)


def _read(collection: Collection[dict[str, Any]], query: dict[str, Any], limit: int | None) -> pd.DataFrame:
    builder = FrameBuilder()
    by = None if limit is None else order(newest_first=False)
    with collection.find_raw_batches(query, sort=by, limit=limit or 0, batch_size=BATCH) as cursor:
        batches: Any = iter(cursor)  # pymongo's types say documents, it gives bytes
        for batch in _ahead(batches):
            add_raw(builder, batch)
    return builder.frame()


def add_raw(builder: FrameBuilder, batch: bytes) -> None:
    """Add one batch of BSON documents: those of a few regular shapes as columns, the rest one by one."""
    rest = add_batch(builder, batch)
    if rest:
        builder.add_rows(loaded(document) for document in bson.decode_all(rest, CODEC))


def _ahead(batches: Iterator[bytes]) -> Iterator[bytes]:
    with ThreadPoolExecutor(1, thread_name_prefix="mongodb_batches") as pool:
        coming = pool.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = pool.submit(next, batches, None)
            yield batch
