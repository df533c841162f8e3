"""Returns up to the bar: of the past, never of the future (those are labels)."""

from __future__ import annotations

from . import log_returns

INDICATORS = (*log_returns.INDICATORS,)
