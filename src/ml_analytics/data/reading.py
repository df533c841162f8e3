"""Reads of one tenant by type of data: whole or in portions, for a thread or for an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pandas as pd
import pyarrow as pa

from ml_analytics.core.clock import TimeRange
from ml_analytics.core.errors import ParameterError
from ml_analytics.core.ohlcv import OHLCV
from ml_analytics.core.protocols import AsyncCollection, Collection, Row
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import Stores
from ml_analytics.stores.document_frame import FrameBuilder

from .output import Output, documents_as, records_as
from .routing import MARKET_METRICS, ML_RECORDS, Accepts, Route

_JSON = ("processed_content", "features")


@dataclass(frozen=True)
class Reader:
    """What a tenant's documents and tables hold, in time order."""

    stores: Stores
    tenant: Tenant

    def whole(self, route: Route, span: TimeRange, output: Output) -> Any:
        """Return everything of a type in ``span``."""
        if route.store == "documents":
            frame = self._collection(route).frame(_of_type(route), time_range=span)
            return documents_as(output, frame)
        with self._scan(route, span) as reader:
            return records_as(output, reader.read_all(), _JSON)

    async def whole_async(self, route: Route, span: TimeRange, output: Output) -> Any:
        """Do as :meth:`whole`; the event loop goes on meanwhile."""
        if route.store == "documents":
            frame = await self._async_collection(route).frame(_of_type(route), time_range=span)
            return documents_as(output, frame)
        return await asyncio.to_thread(self.whole, route, span, output)

    def portions(self, route: Route, span: TimeRange, output: Output, rows: int) -> Iterator[Any]:
        """Yield everything of a type in ``span``, at most ``rows`` at a time."""
        if route.store == "documents":
            found = self._collection(route).find(_of_type(route), time_range=span)
            while page := list(islice(found, rows)):
                yield documents_as(output, _frame(page))
            return
        with self._scan(route, span, rows) as reader:
            for table in _regular(reader, rows):
                yield records_as(output, table, _JSON)

    async def portions_async(
        self, route: Route, span: TimeRange, output: Output, rows: int
    ) -> AsyncIterator[Any]:
        """Do as :meth:`portions`; the event loop goes on meanwhile."""
        if route.store == "documents":
            page: list[Row] = []
            async for document in self._async_collection(route).find(_of_type(route), time_range=span):
                page.append(document)
                if len(page) == rows:
                    yield documents_as(output, _frame(page))
                    page = []
            if page:
                yield documents_as(output, _frame(page))
            return
        portions = self.portions(route, span, output, rows)
        try:
            while (portion := await asyncio.to_thread(next, portions, None)) is not None:
                yield portion
        finally:
            await asyncio.to_thread(portions.close)  # type: ignore[attr-defined]

    def bars(self, symbol: str, span: TimeRange) -> pd.DataFrame:
        """Return promoted bars: float64 columns on a UTC index named ``timestamp``."""
        with self.stores.records.scan(
            self.tenant,
            MARKET_METRICS,
            {"symbol": symbol},
            between={"timestamp": span},
            columns=["timestamp", *OHLCV],
            order_by=["timestamp"],
        ) as reader:
            table = reader.read_all()
        if not table.num_columns:
            table = pa.table({name: pa.array([], pa.float64()) for name in ("timestamp", *OHLCV)})
        times = table.column("timestamp").to_pandas()
        index = pd.DatetimeIndex(times, dtype="datetime64[us, UTC]", name="timestamp")
        columns = {name: table.column(name).cast(pa.float64()).to_numpy() for name in OHLCV}
        return pd.DataFrame(columns, index=index)

    def of_symbol(self, symbol: str, column: str) -> set[Any]:
        """Return the distinct values of a column of the promoted bars of ``symbol``."""
        found: set[Any] = set()
        with self.stores.records.scan(
            self.tenant, MARKET_METRICS, {"symbol": symbol}, columns=[column]
        ) as reader:
            for batch in reader:
                if batch.num_columns:
                    found.update(batch.column(0).unique().to_pylist())
        return found

    def count_strangers(self, symbol: str, own: set[str]) -> int:
        """Return how many promoted bars of ``symbol`` come from other documents than ``own``."""
        return len(self.of_symbol(symbol, "document_id") - own)

    def _scan(self, route: Route, span: TimeRange, rows: int = 65_536) -> Any:
        if route.place == ML_RECORDS:
            where, time = {"table_name": route.data_type}, "event_time"
        else:
            where, time = {}, "timestamp"
        return self.stores.records.scan(
            self.tenant,
            route.place,
            where,
            between={time: span},
            order_by=[time],
            batch_rows=min(rows, 65_536),
        )

    def _collection(self, route: Route) -> Collection:
        return self.stores.documents.collection(self.tenant, route.place)

    def _async_collection(self, route: Route) -> AsyncCollection:
        return self.stores.documents.async_collection(self.tenant, route.place)


def portion_rows(value: object, owner: str) -> int:
    """Return ``value`` when it is a whole number of at least 1."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise ParameterError.of("rows", owner, "a whole number of at least 1", value)


def _of_type(route: Route) -> Mapping[str, Any] | None:
    return {"data_type": route.data_type} if route.accepts is not Accepts.SERVED else None


def _frame(page: list[Row]) -> pd.DataFrame:
    """Return documents as a collection's own frame has them: pandas alone would round whole numbers."""
    builder = FrameBuilder()
    builder.add_rows(page)
    return builder.frame()


def _regular(reader: pa.RecordBatchReader, rows: int) -> Iterator[pa.Table]:
    """Yield tables of exactly ``rows`` rows, but for the last, whatever the batches are."""
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in reader:
        while batch.num_rows:
            taken = batch.slice(0, rows - count)
            batch = batch.slice(taken.num_rows)  # noqa: PLW2901 - what is left of it
            held.append(taken)
            count += taken.num_rows
            if count == rows:
                yield pa.Table.from_batches(held)
                held, count = [], 0
    if held:
        yield pa.Table.from_batches(held)
