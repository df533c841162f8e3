"""Transactions and daily positions of an account, as the account rules see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .bars import numbers

NAMES: dict[str, tuple[str, ...]] = {
    "amount": ("amount", "shares", "units"),
    "price": ("price", "fill_price", "avg_price"),
    "asset": ("symbol", "sid", "asset", "ticker", "instrument"),
    "fee": ("commission", "commissions", "fee", "fees", "cost", "costs"),
    "cash_flow": ("txn_dollars", "cash_flow", "proceeds"),
    "cash": ("cash",),
}


@dataclass(frozen=True)
class Account:
    """``kind`` is ``transactions`` or ``positions``; ``parts`` maps a part to its column."""

    kind: str
    frame: pd.DataFrame
    parts: Mapping[str, str]

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Account | None:
        """Return the account that the table is, or ``None``.

        Transactions have an amount, a price and an asset; positions a column ``cash`` beside other numbers.
        """
        by_name = {str(name).lower(): str(name) for name in reversed(list(frame.columns))}
        parts = {
            part: by_name[name]
            for part, names in NAMES.items()
            for name in reversed(names)
            if name in by_name
        }
        if {"amount", "price", "asset"} <= set(parts):
            return cls("transactions", frame, parts)
        others = [name for name in frame.select_dtypes("number").columns if str(name).lower() != "cash"]
        if "cash" in parts and others and parts["cash"] in frame.select_dtypes("number").columns:
            return cls("positions", frame, parts)
        return None

    def numbers(self, part: str) -> np.ndarray:
        """Return a part as float64, NaN where a cell is no number or the part is absent."""
        if part not in self.parts:
            return np.full(len(self.frame), np.nan)
        return numbers(self.frame[self.parts[part]])[0]

    def value(self) -> np.ndarray:
        """Return amount times price."""
        made: np.ndarray = self.numbers("amount") * self.numbers("price")
        return made

    def paid(self) -> np.ndarray | None:
        """Return the cash that moved, ``None`` where no column says it."""
        return self.numbers("cash_flow") if "cash_flow" in self.parts else None
