"""Which column of a table of ticks plays which part, and its numbers, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ...core.errors import DataProcessingError, ParameterError
from ...core.frames import Table, to_pandas
from ..indicator import Array

PARTS: dict[str, tuple[str, ...]] = {
    "arrival": (
        "local_ns", "local_us", "local_ms", "local_time", "local_timestamp", "local_ts", "ts_recv", "recv_time",
        "recv_ts", "receive_time", "received_at", "collected_at",
    ),
    "exchange": (
        "exch_ms", "exch_ns", "exch_us", "exch_time", "exch_ts", "exchange_time", "exchange_timestamp", "exchange_ts",
        "event_ms", "event_time", "ts_event", "transact_time", "trade_time",
    ),
    "market": ("market", "symbol", "instrument", "instrument_id", "pair", "ticker", "contract"),
    "price": ("price", "px", "trade_price"),
    "qty": ("qty", "quantity", "size", "amount", "volume", "base_qty"),
    "side": ("side", "aggressor", "aggressor_side", "taker_side"),
    "buyer_is_maker": ("buyer_is_maker", "is_buyer_maker"),
    "bid": ("bid", "bid_price", "bid_px", "bid_px_00", "best_bid", "best_bid_price"),
    "ask": ("ask", "ask_price", "ask_px", "ask_px_00", "best_ask", "best_ask_price"),
    "bid_qty": ("bid_qty", "bid_size", "bid_amount", "bid_sz", "bid_sz_00", "best_bid_qty"),
    "ask_qty": ("ask_qty", "ask_size", "ask_amount", "ask_sz", "ask_sz_00", "best_ask_qty"),
    "is_snapshot": ("is_snapshot", "snapshot"),
    "first_id": ("first_id", "first_update_id"),
    "last_id": ("last_id", "last_update_id", "final_update_id", "update_id"),
    "previous_id": ("prev_id", "previous_id", "prev_last_id", "prev_final_update_id"),
}  # fmt: skip
"""Names of each part, the likeliest first; matched in any case."""

_COMMON = ("time", "arrival", "exchange", "market")
_OF_KIND = {
    "trades": (*_COMMON, "price", "qty", "side", "buyer_is_maker"),
    "quotes": (*_COMMON, "bid", "ask", "bid_qty", "ask_qty"),
    "depth": (*_COMMON, "side", "price", "qty", "is_snapshot", "first_id", "last_id", "previous_id"),
}


def is_real(column: pd.Series) -> bool:
    """Tell whether a column holds real numbers; truths are none."""
    dtype = column.dtype
    return (
        pd.api.types.is_numeric_dtype(dtype)
        and not pd.api.types.is_bool_dtype(dtype)
        and not pd.api.types.is_complex_dtype(dtype)
    )


def shown(column: pd.Series, row: int) -> str:
    """Return one cell as a sentence shows it."""
    cell = column.iloc[row]
    return repr(cell.item() if isinstance(cell, np.generic) else cell)


class Columns:
    """The columns of one market's ticks by the part that they play.

    Args:
        table: pandas or polars ticks.
        what: ``trades``, ``quotes`` or ``depth``, as the sentences call them.
        owner: who asks.
        given: part -> column, for columns that are called otherwise (``time`` names the column of times);
            parts of the other kinds are passed over, so that one mapping serves trades and quotes.
        needs: parts that must be there.
        one_market: refuse ticks of several markets, whose prices would be taken for one series.

    Raises:
        ParameterError: not a table; ``given`` names an unknown part or a column that is not there.
        DataProcessingError: a part that is needed is missing; no rows; more than one market.
    """

    def __init__(
        self,
        table: Table,
        what: str,
        owner: str,
        given: Mapping[str, str] | None,
        needs: Sequence[str],
        *,
        one_market: bool = True,
    ) -> None:
        self.frame = to_pandas(table, what, owner)
        self.what, self.owner = what, owner
        if given is not None and not isinstance(given, Mapping):
            raise ParameterError.of("columns", owner, "a mapping from parts to columns", given)
        self.names = self._find(given or {})
        missing = [part for part in needs if part not in self.names]
        if missing:
            raise DataProcessingError(
                f"The '{what}' parameter of {owner} must have the columns {', '.join(needs)}. "
                f"Got none for {', '.join(missing)} among {', '.join(map(str, self.frame.columns))[:200]}."
            )
        if self.frame.empty:
            raise DataProcessingError(
                f"The '{what}' parameter of {owner} must have at least one row. Got no rows."
            )
        if one_market:
            self._one_market()

    def _find(self, given: Mapping[str, str]) -> dict[str, str]:
        there = [str(name) for name in self.frame.columns]
        by_name = {name.lower(): name for name in reversed(there)}
        found = {
            part: by_name[word]
            for part, words in reversed(PARTS.items())
            for word in reversed(words)
            if word in by_name
        }
        for part, column in given.items():
            if part not in PARTS and part != "time":
                raise ParameterError.of(
                    "columns", self.owner, f"made of the parts time, {', '.join(PARTS)}", part
                )
            if part not in _OF_KIND[self.what]:
                continue
            if column not in there:
                raise ParameterError.of(
                    "columns", self.owner, f"a column of the {self.what} for '{part}'", column
                )
            found[part] = column
        return found

    def _one_market(self) -> None:
        if "market" not in self.names:
            return
        markets = self.frame[self.names["market"]].unique()
        if len(markets) > 1:
            shown = ", ".join(map(str, markets[:5]))
            raise DataProcessingError(
                f"The {self.what} of {self.owner} must be those of one market. Got {len(markets)} ({shown}): "
                "take them one by one."
            )

    def numbers(self, part: str, low: float, high: float, must_be: str) -> Array:
        """Return a part as float64, every value from ``low`` to ``high``.

        Raises:
            DataProcessingError: it is not numeric, or a value is missing, infinite or out of range.
        """
        column = self.frame[self.names[part]]
        if not is_real(column):
            raise DataProcessingError(
                f"The column '{self.names[part]}' of {self.owner} must hold numbers. "
                f"Got {column.dtype} such as {shown(column, 0)}."
            )
        values = np.ascontiguousarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
        # One pass for the usual case; NaN compares false.
        if not (values.min() >= low and values.max() <= high):
            row = int(np.argmin((values >= low) & (values <= high)))
            raise DataProcessingError(
                f"The column '{self.names[part]}' of {self.owner} must hold {must_be}. Got {values[row]} at row {row}."
            )
        return values

    def flags(self, part: str) -> np.ndarray | None:
        """Return a part of truths (true and false, 1 and 0) as bool, or ``None`` when it is absent.

        Raises:
            DataProcessingError: a cell is missing or anything else.
        """
        if part not in self.names:
            return None
        column = self.frame[self.names[part]]
        if pd.api.types.is_bool_dtype(column) and not column.isna().any():
            return column.to_numpy(dtype=bool)
        good = column.isin([True, False]).to_numpy(dtype=bool)
        if not good.all():
            row = int(np.argmin(good))
            raise DataProcessingError(
                f"The column '{self.names[part]}' of {self.owner} must hold true or false. "
                f"Got {shown(column, row)} at row {row}."
            )
        return column.to_numpy(dtype=bool)

    def ids(self, part: str) -> np.ndarray | None:
        """Return a part of whole numbers as int64, or ``None`` when it is absent or holds anything else."""
        if part not in self.names:
            return None
        column = self.frame[self.names[part]]
        if not pd.api.types.is_integer_dtype(column) or column.isna().any():
            return None
        return column.to_numpy(dtype=np.int64)
