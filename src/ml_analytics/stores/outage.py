"""A server that may be away: asked seldom while it is, and spoken of once."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from threading import Lock

_LOG = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0
"""While a server is away, one call in this time finds out whether it is back; the others do not wait."""

SILENT_SECONDS = 60.0
"""How long nothing more is said after a server that answers has refused something."""


class Outage:
    """Whether a server is away. Safe to share between threads.

    >>> outage = Outage("redis://host:6379/0", timer=lambda: 0.0)
    >>> outage.may_ask()
    True
    """

    def __init__(self, shown: str, *, timer: Callable[[], float] = time.monotonic) -> None:
        self._shown = shown
        self._timer = timer
        self._lock = Lock()
        self._ask_at: float | None = None
        self._silent_until = -math.inf

    def may_ask(self) -> bool:
        """Say whether this call may try: always when all is well, else once in a while."""
        with self._lock:
            if self._ask_at is None:
                return True
            now = self._timer()
            if now < self._ask_at:
                return False
            self._ask_at = now + PAUSE_SECONDS  # this call tries, others go on without
            return True

    def failed(self, sentence: str) -> None:
        """Take note that the server is away; the first time it is said."""
        with self._lock:
            first, self._ask_at = self._ask_at is None, self._timer() + PAUSE_SECONDS
        if first:
            _LOG.warning("%s The cache forgets until it is back.", sentence)

    def refused(self, sentence: str) -> None:
        """Take note that it is there and did not do as it was told; said once in a while."""
        with self._lock:
            now = self._timer()
            if now < self._silent_until:
                return
            self._silent_until = now + SILENT_SECONDS
        _LOG.warning("%s", sentence)

    def answered(self) -> None:
        """Take note that it is there."""
        with self._lock:
            back, self._ask_at = self._ask_at is not None, None
        if back:
            _LOG.info("The cache at '%s' is back.", self._shown)
