"""Checks of transactions and positions, one per file. A new one: a function and its line in ``ACCOUNT_RULES``."""

from __future__ import annotations

from collections.abc import Callable

from ..accounts import Account
from ..finding import Finding
from .negative_cash import negative_cash
from .no_commissions import no_commissions
from .zero_amount import zero_amount

AccountRule = Callable[[Account], Finding | None]

ACCOUNT_RULES: tuple[AccountRule, ...] = (no_commissions, zero_amount, negative_cash)

__all__ = ["ACCOUNT_RULES", "AccountRule"]
