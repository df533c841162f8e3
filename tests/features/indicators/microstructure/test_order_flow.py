"""Order-flow imbalance against sums and SciPy's normal distribution."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
from scipy.stats import norm

from ml_analytics.features.indicator import Bars
from ml_analytics.features.indicators.microstructure.tick_rule import tick_signs


def bulk(bars: Bars, textbook: SimpleNamespace, period: int) -> np.ndarray:
    move = np.log(bars["close"] / textbook.shift(bars["close"]))
    bought = bars["volume"] * norm.cdf(move / textbook.rolling(move, period, np.std))
    signed: np.ndarray = bought - (bars["volume"] - bought)
    return signed


def test_tick_rule(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    signed = tick_signs(some["close"]) * some["volume"]
    signed[0] = np.nan
    agree(some, "order_flow_imbalance_20", textbook.total(signed, 20) / textbook.total(some["volume"], 20))


def test_bulk_classification(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    share = textbook.total(bulk(some, textbook, 20), 20) / textbook.total(some["volume"], 20)
    agree(some, "bulk_imbalance_20", share)


def test_vpin(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    size = np.abs(bulk(some, textbook, 50))
    agree(some, "vpin_50", textbook.total(size, 50) / textbook.total(some["volume"], 50))


def test_upside_down(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    turned = {name: values if name == "volume" else 1e6 / values for name, values in some.items()}
    for name, sign in (("order_flow_imbalance_20", -1), ("bulk_imbalance_20", -1), ("vpin_50", 1)):
        np.testing.assert_allclose(column(turned, name), sign * column(some, name), rtol=1e-6, atol=1e-9)


def test_bounds_and_stillness(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    for name, least in (("order_flow_imbalance_20", -1), ("bulk_imbalance_20", -1), ("vpin_50", 0)):
        made = column(some, name)[99:]
        assert ((made >= least) & (made <= 1)).all()
        still = {**dict.fromkeys(("open", "high", "low", "close"), np.full(120, 3.3)), "volume": np.ones(120)}
        assert (column(still, name)[99:] == 0).all()
