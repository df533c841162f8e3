"""One computation per key at a time, however many threads wait for it."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from threading import Event, RLock, get_ident

from ..core.errors import ParameterError

Place = tuple[str, str]
"""A tenant's name and a key."""


class Flight:
    """One computation under way and what came of it."""

    def __init__(self) -> None:
        self.owner = get_ident()
        self.done = Event()
        self.value: bytes | None = None
        self.error: Exception | None = None


def nothing_kept() -> bytes | None:
    """Say that nothing is kept."""
    return None


def keep_nothing(_value: bytes) -> None:
    """Keep nothing."""


class Flights:
    """The computations under way in this process. ``lock`` guards them and may guard what they fill, too.

    >>> flights = Flights()
    >>> flights.once(("acme", "key"), lambda: b"made")
    b'made'
    """

    def __init__(self) -> None:
        self.lock = RLock()
        self._flights: dict[Place, Flight] = {}
        _forget_after_fork(self)

    def once(
        self,
        place: Place,
        compute: Callable[[], bytes],
        *,
        kept: Callable[[], bytes | None] = nothing_kept,
        keep: Callable[[bytes], None] = keep_nothing,
    ) -> bytes:
        """Return what is ``kept``, or compute it once; all who wait get it, or the exception.

        ``kept`` and ``keep`` are called under the lock; ``keep`` not when the flight was forgotten meanwhile.

        Raises:
            ParameterError: ``compute`` asks for its own key.
        """
        while True:
            with self.lock:
                if (value := kept()) is not None:
                    return value
                flight = self._flights.get(place)
                if flight is None:
                    flight = self._flights[place] = Flight()
                    break
            if flight.owner == get_ident():
                raise ParameterError.of(
                    "compute", "get_or_compute", "free of calls for its own key", place[1]
                )
            flight.done.wait()
            if flight.error is not None:
                raise flight.error
            if flight.value is not None:
                return flight.value
            # Whoever computed was interrupted (KeyboardInterrupt): somebody else tries.
        return self._lead(place, flight, compute, keep)

    def forget(self, place: Place) -> None:
        """Let nobody else wait for what is being computed: something newer is there."""
        with self.lock:
            self._flights.pop(place, None)

    def forget_tenant(self, tenant: str) -> None:
        """Do as :meth:`forget` for every key of a tenant."""
        with self.lock:
            for place in [one for one in self._flights if one[0] == tenant]:
                del self._flights[place]

    def clear(self) -> None:
        """Do as :meth:`forget` for everything."""
        with self.lock:
            self._flights.clear()

    def _lead(
        self, place: Place, flight: Flight, compute: Callable[[], bytes], keep: Callable[[bytes], None]
    ) -> bytes:
        try:
            flight.value = compute()
        except Exception as error:
            flight.error = error
            raise
        finally:
            with self.lock:
                if self._flights.get(place) is flight:
                    del self._flights[place]
                    if flight.value is not None:
                        keep(flight.value)
            flight.done.set()
        return flight.value


def _forget_after_fork(flights: Flights) -> None:
    # The threads that would land these flights do not exist in a forked child, and one may hold the lock.
    if not hasattr(os, "register_at_fork"):  # pragma: no cover - Windows does not fork
        return
    reference = weakref.ref(flights)

    def forget() -> None:
        if (alive := reference()) is not None:
            alive.lock = RLock()
            alive._flights = {}

    os.register_at_fork(after_in_child=forget)
