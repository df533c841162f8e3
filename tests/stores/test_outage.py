from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from ml_analytics.stores.outage import PAUSE_SECONDS, SILENT_SECONDS, Outage


class Hand:
    """A timer moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_one_call_in_a_pause_finds_out(caplog: pytest.LogCaptureFixture) -> None:
    hand = Hand()
    outage = Outage("somewhere", timer=hand)
    assert all(outage.may_ask() for _ in range(10))
    outage.failed("It is away.")
    for _ in range(3):
        assert not outage.may_ask()
        hand.now += PAUSE_SECONDS
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(lambda _: outage.may_ask(), range(100))) == 1
        outage.failed("It is away.")
    assert [one.getMessage() for one in caplog.records] == ["It is away. The cache forgets until it is back."]
    outage.answered()
    assert all(outage.may_ask() for _ in range(10))
    outage.failed("It is away again.")
    assert len(caplog.records) == 2


def test_what_is_refused_is_said_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    hand = Hand()
    outage = Outage("somewhere", timer=hand)
    with caplog.at_level(logging.WARNING):
        for _ in range(10):
            outage.refused("It is full.")
            outage.answered()
            assert outage.may_ask()
        hand.now += SILENT_SECONDS
        outage.refused("It is full.")
    assert [one.getMessage() for one in caplog.records] == ["It is full."] * 2
