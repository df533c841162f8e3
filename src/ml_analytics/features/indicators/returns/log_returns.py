"""Log returns of the close."""

from __future__ import annotations

from ...indicator import declare, periods
from ...moves import log_return

INDICATORS = declare(
    "log_return",
    "returns",
    ["log_return_{period}"],
    ["close"],
    log_return,
    warm_up=lambda period: period,
    unit="fraction",
    formula="ln(close[t] / close[t-{period}])",
    source="own; one logarithm",
    aliases=["log_returns"],
    over=periods(1, 5, 20),
)
