from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ml_analytics.core.errors import ParameterError
from ml_analytics.stores.flights import Flights

PLACE = ("acme", "key")


def test_all_who_wait_get_what_one_computed() -> None:
    flights, started, go_on = Flights(), threading.Event(), threading.Event()

    def slow() -> bytes:
        started.set()
        assert go_on.wait(30)
        return b"first"

    kept: list[bytes] = []
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(flights.once, PLACE, slow, keep=kept.append)
        assert started.wait(30)
        arrived = threading.Barrier(9)

        def second() -> bytes:
            arrived.wait(30)
            return flights.once(PLACE, lambda: b"another", kept=lambda: kept[0] if kept else None)

        others = [pool.submit(second) for _ in range(8)]
        arrived.wait(30)
        go_on.set()
        assert {one.result() for one in (first, *others)} == {b"first"}
    assert kept == [b"first"]


@pytest.mark.parametrize("forget", ["place", "tenant", "all"])
def test_what_was_forgotten_on_the_way_is_not_kept(forget: str) -> None:
    flights = Flights()
    kept: list[bytes] = []

    def compute() -> bytes:
        if forget == "place":
            flights.forget(PLACE)
        elif forget == "tenant":
            flights.forget_tenant("acme")
        else:
            flights.clear()
        return b"older"

    assert flights.once(PLACE, compute, keep=kept.append) == b"older"
    assert kept == []


def test_another_tenants_flight_goes_on() -> None:
    flights = Flights()
    kept: list[bytes] = []

    def compute() -> bytes:
        flights.forget_tenant("other")
        flights.forget(("acme", "other"))
        return b"x"

    flights.once(PLACE, compute, keep=kept.append)
    assert kept == [b"x"]


def test_a_computation_that_asks_for_itself_is_refused() -> None:
    flights = Flights()

    def asks_itself() -> bytes:
        return flights.once(PLACE, asks_itself)

    with pytest.raises(ParameterError, match="its own key"):
        flights.once(PLACE, asks_itself)
