"""Two clocks: how far the collector's is behind the exchange's, and times of arrival with that put right."""

from __future__ import annotations

import narwhals as nw
import pandas as pd

from ...core.errors import DataProcessingError, ParameterError
from ...core.frames import Table, like
from .parts import Columns
from .tables import utc_index
from .ticks import ColumnNames
from .times import LATEST, Duration, clocks, column_times, nanoseconds


def clock_offset(*ticks: Table, columns: ColumnNames = None) -> pd.Timedelta:
    """Return the least shift of the times of arrival that leaves none before the exchange's own time.

    Zero when no row arrives early. A row cannot be known before it happened, so a positive offset says that
    the collector's clock is behind by at least that much (the true latency comes on top). Give all tables of
    one collector at once: they share its clock, and a table without times of the exchange (Binance's spot
    quotes) needs the offset of the others.

    Args:
        ticks: tables of trades, quotes or depth with both times, one market or several.
        columns: ``arrival`` and ``exchange`` -> column, when they are called otherwise.

    Raises:
        DataProcessingError: no row has both times, or they cannot be read.

    >>> trades = pd.DataFrame({"local_ns": [1_000_000, 7_500_000], "exch_ms": [3, 8]})
    >>> clock_offset(trades)
    Timedelta('0 days 00:00:00.002000')
    """
    early = []
    for table in ticks:
        both = clocks(Columns(table, "trades", "clock_offset", _both(columns), [], one_market=False))
        if both is not None:
            early.append(int((both[1] - both[0]).max()))
    if not early:
        raise DataProcessingError("The ticks of clock_offset must have times of arrival and of the exchange.")
    return pd.Timedelta(max(0, *early), unit="ns")


def stamp_arrivals(ticks: Table, offset: Duration, *, columns: ColumnNames = None) -> Table:
    """Return the table with a column ``timestamp`` in front: its times of arrival, moved on by ``offset``, in UTC.

    With it every measure of this package stamps what it makes on a clock that agrees with the exchange's, so
    that the bars of other sources can be joined.

    Args:
        ticks: trades, quotes or depth with times of arrival; one market or several, in any order.
        offset: 0 or more, as :func:`clock_offset` gives it.
        columns: ``arrival`` and ``exchange`` -> column, when they are called otherwise.

    Raises:
        ParameterError: ``offset`` is negative, or too small: a row would still arrive before the exchange's
            time.
        DataProcessingError: no times of arrival, or the table has a column ``timestamp`` already.

    >>> trades = pd.DataFrame({"local_ns": [1_000_000, 7_500_000], "exch_ms": [3, 8]})
    >>> stamp_arrivals(trades, clock_offset(trades))["timestamp"].dt.microsecond.tolist()
    [3000, 9500]
    """
    owner = "stamp_arrivals"
    shift = nanoseconds(offset, "offset", owner, least=0)
    found = Columns(ticks, "trades", owner, _both(columns), ["arrival"], one_market=False)
    if "timestamp" in found.frame.columns:
        raise DataProcessingError(f"The 'ticks' parameter of {owner} has a column 'timestamp' already.")
    both = clocks(found)
    worst = 0 if both is None else int((both[1] - both[0]).max())
    if worst > shift:
        raise ParameterError.of("offset", owner, f"at least {pd.Timedelta(worst, unit='ns')}", str(offset))
    arrival = column_times(found.frame[found.names["arrival"]], found)
    if int(arrival.max()) > LATEST - shift:
        raise ParameterError.of("offset", owner, "one that ends before the year 2262", str(offset))
    times = pd.DataFrame({"timestamp": utc_index(arrival + shift)})
    if isinstance(ticks, pd.DataFrame):
        return pd.concat([times.set_axis(ticks.index), ticks], axis=1)
    native = nw.from_native(ticks, eager_only=True, pass_through=True)
    if not isinstance(native, nw.DataFrame):
        return pd.concat([times, found.frame], axis=1)
    return nw.concat([nw.from_native(like(ticks, times)), native], how="horizontal").to_native()


def _both(columns: ColumnNames) -> dict[str, str]:
    return {part: name for part, name in (columns or {}).items() if part in ("arrival", "exchange")}
