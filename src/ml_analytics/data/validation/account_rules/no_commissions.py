"""Transactions without costs."""

from __future__ import annotations

import numpy as np

from ..accounts import Account
from ..finding import Finding, Severity


def no_commissions(account: Account) -> Finding | None:
    """Real trades cost something; results computed from transactions without costs are too good.

    Silent where a column of fees holds anything but 0. Where a column of cash shows that nothing else than
    amount times price was paid, it is proven.
    """
    if account.kind != "transactions" or (np.nan_to_num(account.numbers("fee")) != 0).any():
        return None
    paid = account.paid()
    if paid is not None and not np.isclose(np.abs(paid), np.abs(account.value()), rtol=1e-6, atol=1e-6).all():
        return None
    proof = f" ('{account.parts['cash_flow']}' is amount times price throughout)" if paid is not None else ""
    return Finding(
        "no_commissions",
        Severity.WARNING if paid is not None else Severity.INFO,
        len(account.frame),
        f"The transactions hold no commissions or fees{proof}: results made from them are too good.",
    )
