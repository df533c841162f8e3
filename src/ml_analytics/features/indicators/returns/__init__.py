"""Returns up to the bar: of the past, never of the future (those are labels)."""

from __future__ import annotations

from . import log_returns, sessions, simple_returns

INDICATORS = (*log_returns.INDICATORS, *simple_returns.INDICATORS, *sessions.INDICATORS)
