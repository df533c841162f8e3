"""Order-flow imbalance: bought less sold volume, each side told from bars."""

from __future__ import annotations

from collections.abc import Callable
from math import erf, nan, sqrt

import numpy as np
from scipy import special

from ...indicator import Array, declare, periods
from ...moves import log_return
from ...stepping import Recent, State, Step
from ...stepping.kinds import ValueStep
from ...stepping.logarithm import log_return as newest_return
from ...stepping.sums import positive_sum, window_sum, windowed_sum
from ..volatility.standard_deviation import volatility, volatility_stepper
from .tick_rule import newest_sign, tick_signs

_STILL = 1e-12
"""Below this the volatility is none: nothing moved, and each side has half."""


def order_flow_imbalance(close: Array, volume: Array, period: int) -> Array:
    """Bought less sold volume as a share of all, sides by the tick rule; -1 to 1, 0 without trades."""
    signed = tick_signs(close) * volume
    signed[0] = nan
    return _share(signed, volume, period)


def bulk_imbalance(close: Array, volume: Array, of: int, period: int) -> Array:
    """Bought less sold volume as a share of all, sides by bulk classification; -1 to 1, 0 without trades.

    Of a bar's volume the part N(log return / volatility) was bought, N the normal distribution (Easley, Lopez
    de Prado and O'Hara 2012), the volatility being that of the ``of`` bars up to it.
    """
    return _share(_bulk_signed(close, volume, of), volume, period)


def vpin(close: Array, volume: Array, of: int, period: int) -> Array:
    """Volume-synchronised probability of informed trading, from bars; 0 to 1, 0 without trades.

    Sum of |bought - sold| over the sum of all volume. A bar takes the place of a bucket and counts by its
    volume, where the paper cuts trades into buckets of one size.
    """
    return _share(np.abs(_bulk_signed(close, volume, of)), volume, period)


def _bulk_signed(close: Array, volume: Array, of: int) -> Array:
    spread = volatility(close, of)
    still = spread <= _STILL
    score = np.where(still, 0.0, log_return(close, 1) / np.where(still, 1.0, spread))
    share: Array = special.erf(score / sqrt(2))  # 2 N(x) - 1 = erf(x / sqrt 2)
    return share * volume


def _share(signed: Array, volume: Array, period: int) -> Array:
    traded = windowed_sum(volume, period)
    untraded = traded == 0
    share = windowed_sum(signed, period) / np.where(untraded, 1.0, traded)
    return np.where(untraded & ~np.isnan(share), 0.0, share)


def order_flow_imbalance_stepper(period: int) -> Step:
    """Return the step of :func:`order_flow_imbalance`."""
    push = _newest_share(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        sign, inner = state or (0.0, None)
        sign = newest_sign(sign, recent)
        inner, share = push(inner, sign * recent.volume[-1] if recent.bar else nan, recent.volume[-1])
        return (sign, inner), share

    return step


def bulk_imbalance_stepper(of: int, period: int) -> Step:
    """Return the step of :func:`bulk_imbalance`."""
    return _bulk(volatility_stepper(of), of, period, lambda signed: signed)


def vpin_stepper(of: int, period: int) -> Step:
    """Return the step of :func:`vpin`."""
    return _bulk(volatility_stepper(of), of, period, abs)


def _bulk(spread_of: ValueStep, of: int, period: int, size: Callable[[float], float]) -> Step:
    push = _newest_share(period)

    def step(state: State, recent: Recent) -> tuple[State, float]:
        inner, outer = state or (None, None)
        inner, spread = spread_of(inner, recent)
        signed = nan
        if recent.bar >= of:
            score = 0.0 if spread <= _STILL else newest_return(recent) / spread
            signed = size(erf(score / sqrt(2)) * recent.volume[-1])
        outer, share = push(outer, signed, recent.volume[-1])
        return (inner, outer), share

    return step


def _newest_share(period: int) -> Callable[[State, float, float], tuple[State, float]]:
    of_sides, of_all = window_sum(period), positive_sum(period)

    def push(state: State, signed: float, volume: float) -> tuple[State, float]:
        of_signed, of_volume = state or (None, None)
        of_signed, total = of_sides(of_signed, signed)
        of_volume, traded = of_all(of_volume, volume)
        return (of_signed, of_volume), total / traded if traded else 0.0

    return push


INDICATORS = (
    *declare(
        "order_flow_imbalance",
        "microstructure",
        ["order_flow_imbalance_{period}"],
        ["close", "volume"],
        order_flow_imbalance,
        stepper=order_flow_imbalance_stepper,
        warm_up=lambda period: period,
        unit="fraction",
        formula="sum(volume signed by the tick rule, {period}) / sum(volume, {period})",
        source="Lee and Ready 1991 (tick rule); own, TA-Lib has none",
        aliases=["ofi"],
        over=periods(20),
    ),
    *declare(
        "bulk_imbalance",
        "microstructure",
        ["bulk_imbalance_{period}"],
        ["close", "volume"],
        bulk_imbalance,
        stepper=bulk_imbalance_stepper,
        warm_up=lambda of, period: of + period - 1,
        unit="fraction",
        formula="sum(volume * (2 N(log_return_1 / volatility_{of}) - 1), {period}) / sum(volume, {period})",
        source="Easley, Lopez de Prado and O'Hara 2012; own, TA-Lib has none",
        aliases=["bvc"],
        over=[{"of": 20, "period": 20}],
    ),
    *declare(
        "vpin",
        "microstructure",
        ["vpin_{period}"],
        ["close", "volume"],
        vpin,
        stepper=vpin_stepper,
        warm_up=lambda of, period: of + period - 1,
        unit="fraction",
        formula="sum(volume * |2 N(log_return_1 / volatility_{of}) - 1|, {period}) / sum(volume, {period})",
        source="Easley, Lopez de Prado and O'Hara 2012, bars for buckets; own, TA-Lib has none",
        over=[{"of": 50, "period": 50}],
    ),
)
