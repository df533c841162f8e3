from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.errors import ParameterError
from ml_analytics.core.protocols import Cache
from ml_analytics.core.tenant import Tenant
from ml_analytics.stores import MemoryCache
from ml_analytics.stores.cache import ENTRY_BYTES
from ml_analytics.stores.testing import CacheContract

A, B = Tenant("tenant_a"), Tenant("tenant_b")


class TestMemoryCache(CacheContract):
    @pytest.fixture
    def cache(self) -> Cache:
        return MemoryCache(1 << 20)


class Hand:
    """A timer moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_value_lives_as_long_as_it_was_told() -> None:
    hand = Hand()
    cache = MemoryCache(10_000, timer=hand)
    cache.set(A, "short", b"1", ttl_seconds=10)
    cache.set(A, "long", b"2")
    hand.now = 9.99
    assert cache.get(A, "short") == b"1"
    hand.now = 10
    assert cache.get(A, "short") is None
    assert cache.get_or_compute(A, "short", lambda: b"3", ttl_seconds=1) == b"3"
    hand.now = 1e9
    assert cache.get(A, "short") is None and cache.get(A, "long") == b"2"


@given(
    sizes=st.lists(st.integers(0, 3000), max_size=60),
    maximum=st.integers(0, 5000),
)
def test_the_cap_holds(sizes: list[int], maximum: int) -> None:
    cache = MemoryCache(maximum)
    for number, size in enumerate(sizes):
        cache.set(A, str(number), bytes(size))
        assert cache.used_bytes <= maximum
        fits = size + len(str(number)) + len(A.id) + ENTRY_BYTES <= maximum
        assert (cache.get(A, str(number)) is not None) == fits


@given(count=st.integers(1, 40), room=st.integers(1, 40))
def test_the_least_recently_used_go_first(count: int, room: int) -> None:
    cache = MemoryCache(room * (ENTRY_BYTES + len(A.id) + 2 + 10))
    for number in range(count):
        cache.set(A, f"{number:02}", bytes(10))
    kept = [number for number in range(count) if cache.get(A, f"{number:02}") is not None]
    assert kept == list(range(count))[-room:]


def test_reading_keeps_an_entry_from_being_pushed_out() -> None:
    cache = MemoryCache(3 * (ENTRY_BYTES + len(A.id) + 1 + 10))
    for key in "abc":
        cache.set(A, key, bytes(10))
    assert cache.get(A, "a") is not None
    cache.set(A, "d", bytes(10))
    assert [key for key in "abcd" if cache.get(A, key) is not None] == ["a", "c", "d"]


def test_a_value_too_large_is_computed_and_not_kept() -> None:
    cache = MemoryCache(1000)
    assert cache.get_or_compute(A, "k", lambda: bytes(2000)) == bytes(2000)
    assert cache.get(A, "k") is None and cache.used_bytes == 0
    cache.set(A, "k", b"small")
    cache.set(A, "k", bytes(2000))
    assert cache.get(A, "k") is None, "an old value must not outlive the new one"


def waiting(cache: MemoryCache, count: int, compute: threading.Event) -> list[object]:
    """Let ``count`` threads wait for one failing computation; return what reached them."""
    calls: list[int] = []
    entered = threading.Barrier(count + 1)

    def fail() -> bytes:
        calls.append(1)
        compute.wait()
        raise ValueError("computed once, failed once")

    def ask(_: int) -> object:
        entered.wait()
        try:
            return cache.get_or_compute(A, "k", fail)
        except ValueError as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        answers = [pool.submit(ask, number) for number in range(count)]
        entered.wait()
        compute.set()
        reached = [answer.result() for answer in answers]
    return [len(calls), *reached]


def test_an_exception_reaches_all_who_wait() -> None:
    calls, *reached = waiting(MemoryCache(10_000), 50, threading.Event())
    assert isinstance(calls, int) and 1 <= calls <= 50
    assert all(isinstance(one, ValueError) for one in reached)
    assert len({id(one) for one in reached}) == calls, "who waits gets the error of whoever computed"


@pytest.mark.parametrize("change", ["set", "clear"])
def test_what_was_computed_before_a_change_is_not_kept(change: str) -> None:
    cache = MemoryCache(10_000)

    def compute() -> bytes:
        if change == "set":
            cache.set(A, "k", b"newer")
        else:
            cache.clear(A)
        return b"older"

    assert cache.get_or_compute(A, "k", compute) == b"older"
    assert cache.get(A, "k") == (b"newer" if change == "set" else None)


def test_an_interrupted_computation_is_taken_over() -> None:
    cache = MemoryCache(10_000)
    started, go_on = threading.Event(), threading.Event()

    def interrupted() -> bytes:
        started.set()
        go_on.wait()
        raise KeyboardInterrupt

    def first() -> str:
        try:
            cache.get_or_compute(A, "k", interrupted)
        except KeyboardInterrupt:
            return "interrupted"
        return "not interrupted"

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(first)
        started.wait()
        two = pool.submit(cache.get_or_compute, A, "k", lambda: b"second")
        go_on.set()
        assert one.result() == "interrupted" and two.result() == b"second"


def test_a_computation_that_asks_for_itself_is_refused() -> None:
    cache = MemoryCache(10_000)

    def asks_itself() -> bytes:
        return cache.get_or_compute(A, "k", asks_itself)

    with pytest.raises(ParameterError, match="its own key"):
        cache.get_or_compute(A, "k", asks_itself)
    assert cache.get_or_compute(A, "k", lambda: cache.get_or_compute(A, "other", lambda: b"x")) == b"x"


def test_close_forgets_everything() -> None:
    cache = MemoryCache(10_000)
    cache.set(A, "k", b"x")
    cache.close()
    assert cache.get(A, "k") is None and cache.used_bytes == 0


@pytest.mark.parametrize("size", [-1, 1.5, "1", True, None])
def test_the_size_is_a_whole_number(size: object) -> None:
    with pytest.raises(ParameterError, match="max_bytes"):
        MemoryCache(size)  # type: ignore[arg-type]
