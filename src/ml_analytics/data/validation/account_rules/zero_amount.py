"""Transactions of nothing."""

from __future__ import annotations

from ..accounts import Account
from ..expectation import Expectation
from ..finding import Finding, Severity


def zero_amount(account: Account) -> Finding | None:
    """A transaction has an amount other than 0 and a price above 0."""
    if account.kind != "transactions":
        return None
    bad = ~((account.numbers("amount") != 0) & (account.numbers("price") > 0))
    show = (account.parts["amount"], account.parts["price"])
    count = int(bad.sum())
    return Expectation(account.frame).rows(
        "zero_amount",
        Severity.ERROR,
        bad,
        f"{count:,} transaction{' has' if count == 1 else 's have'} no amount, or no price above 0.",
        show,
        rejects=True,
    )
