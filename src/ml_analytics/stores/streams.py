"""Streams of Arrow batches that end with their transaction."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

import pyarrow as pa

from ..core.errors import ParameterError, StoreError


class Stream:
    """A ``RecordBatchReader`` over batches; once left it refuses, so that a cut stream never looks like an end."""

    def __init__(self, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self._left = False
        self.reader = pa.RecordBatchReader.from_batches(schema, self._guarded())

    def _guarded(self) -> Iterator[pa.RecordBatch]:
        while True:
            if self._left:
                raise StoreError("The transaction of this stream has ended: read inside its 'with' block.")
            batch = next(self._batches, None)
            if batch is None:
                return
            yield batch

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left = True


def whole_number(value: object, parameter: str, owner: str) -> None:
    """Refuse what is no positive whole number.

    >>> whole_number(0, "batch_rows", "scan")
    Traceback (most recent call last):
        ...
    ml_analytics.core.errors.ParameterError: The 'batch_rows' parameter of scan must be a whole number \
of at least 1. Got 0 instead.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value < 1 << 31:
        raise ParameterError.of(parameter, owner, "a whole number of at least 1", value)
