"""Accounts that spend what they do not have."""

from __future__ import annotations

import numpy as np

from ..accounts import Account
from ..expectation import Expectation
from ..finding import Finding, Severity, short


def negative_cash(account: Account) -> Finding | None:
    """Cash below 0 means bought on margin, or that the opening deposit is not in the table."""
    if account.kind != "positions":
        return None
    cash = account.numbers("cash")
    bad = cash < 0
    if not bad.any():
        return None
    first = int(np.argmax(bad))
    since = "from the first row on" if first == 0 else f"first in row {first:,}"
    name = account.parts["cash"]
    return Expectation(account.frame).rows(
        "negative_cash",
        Severity.WARNING,
        bad,
        f"'{name}' is negative in {int(bad.sum()):,} of {len(cash):,} rows, {since} ({short(float(cash[first]))}): "
        "bought on margin, or the opening deposit is absent; gross exposure is above the equity.",
        (name,),
        rejects=False,
    )
