"""The reading half of the data layer's front door: whole or in portions, awaited or not, in any output."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias

import pandas as pd

from ml_analytics.core.clock import Clock, TimeRange
from ml_analytics.core.frames import Table

from .arguments import symbol_of, time_range_of
from .ingest import documents_of
from .opened import Opened
from .output import Output, output_of
from .reading import Reader, portion_rows
from .routing import RAW_MARKET, Route, Routing

Span: TypeAlias = TimeRange | Mapping[str, datetime | str | None] | None
"""A half-open range of time: ``{"start": …, "end": …}``; an absent side is open, ``None`` is all time."""


class Fetching(Opened):
    """What :class:`MLDataManager` reads: documents and tables of its tenant, by type of data."""

    routing: Routing
    _clock: Clock

    @property
    def _reader(self) -> Reader:
        return Reader(self._stores, self.tenant)

    async def fetch_training_data(
        self, data_type: str, time_range: Span = None, output: Output = "pandas"
    ) -> Any:
        """Do as :meth:`fetch_training_data_sync` without holding up the event loop."""
        route, span, chosen = self._asked(data_type, time_range, output, "fetch_training_data")
        return await self._reader.whole_async(route, span, chosen)

    def fetch_training_data_sync(
        self, data_type: str, time_range: Span = None, output: Output = "pandas"
    ) -> Any:
        """Return all data of one type with an event time in [start, end), in time order.

        Documents come with ``_id``, ``time`` and their own fields as columns, records with the columns of
        their table; what is missing is missing in every output. No data is a table without rows. Nested
        values are mappings and lists in pandas; in polars and Arrow, whose columns have one kind each, they
        are JSON as text.

        Args:
            data_type: a name that :class:`Routing` knows.
            time_range: a :class:`TimeRange`, ``{"start": …, "end": …}``, or ``None`` for all time; text and
                datetimes without a zone are UTC.
            output: ``pandas``, ``polars`` or ``arrow``.

        Raises:
            ParameterError: the type is not a known name, the range is none, or the output is unknown.
            StoreError: the store cannot be read.
        """
        return self._reader.whole(*self._asked(data_type, time_range, output, "fetch_training_data"))

    def stream_training_data(
        self, data_type: str, time_range: Span = None, rows: int = 100_000, output: Output = "pandas"
    ) -> Iterator[Any]:
        """Yield what :meth:`fetch_training_data_sync` returns, at most ``rows`` rows at a time.

        Memory is bounded by one portion. Records are read in one transaction, so all portions see the same
        moment; documents in pages. Columns of documents are those of the portion. Errors as there.
        """
        asked = self._asked(data_type, time_range, output, "stream_training_data")
        return self._reader.portions(*asked, portion_rows(rows, "stream_training_data"))

    def stream_training_data_async(
        self, data_type: str, time_range: Span = None, rows: int = 100_000, output: Output = "pandas"
    ) -> AsyncIterator[Any]:
        """Do as :meth:`stream_training_data` for ``async for``, without holding up the event loop."""
        asked = self._asked(data_type, time_range, output, "stream_training_data")
        return self._reader.portions_async(*asked, portion_rows(rows, "stream_training_data"))

    def bars(self, symbol: str, time_range: Span = None) -> pd.DataFrame:
        """Return the promoted bars of ``symbol`` in [start, end): float64 OHLCV on a UTC index, in order.

        No bars is a frame without rows.
        """
        return self._reader.bars(symbol_of(symbol, "bars"), time_range_of(time_range))

    def sources(self, symbol: str) -> tuple[str, ...]:
        """Return where the promoted bars of ``symbol`` come from, by name: more than one is a mixture."""
        return tuple(sorted(self._reader.of_symbol(symbol_of(symbol, "sources"), "source_app")))

    def strangers(self, frame: Table, source: str, symbol: str) -> int:
        """Return how many promoted bars of ``symbol`` are not rows of ``frame``: revised, or from elsewhere.

        A promoted bar never changes, so after a revision of the file the table still holds the bar as it was.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # ingest has said it
            rows = documents_of(frame, source, RAW_MARKET, symbol_of(symbol, "strangers"), self._clock.now())
            own = {document["_id"] for _, document in rows}
        return self._reader.count_strangers(symbol, own)

    def _asked(
        self, data_type: str, time_range: Span, output: Output, owner: str
    ) -> tuple[Route, TimeRange, Output]:
        return self.routing.of(data_type, owner), time_range_of(time_range), output_of(output, owner)
