"""From positions to returns, without look-ahead and with costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import ParameterError
from .inputs import Array, in_time_order, is_number, numbers
from .metrics.positions import exposure, traded

_OWNER = "strategy_returns"


@dataclass(frozen=True)
class StrategyResult:
    """What a strategy earned, bar by bar; all series share the index of the input.

    ``gross`` and ``net`` are simple returns before and after costs, ``held`` the position that earned the
    return of each bar, ``costs`` what was paid for the change to it (net = gross - costs).
    """

    gross: pd.Series
    net: pd.Series
    held: pd.Series
    costs: pd.Series
    cost_bps: float

    @property
    def turnover(self) -> float:
        """Notional traded over the whole time, as a multiple of capital; the first entry counts."""
        return float(traded(self.held).sum())

    @property
    def exposure(self) -> float:
        """Share of bars with a position, from 0 to 1."""
        return exposure(self.held)

    @property
    def trades(self) -> int:
        """Number of bars whose position differs from the one before; the first entry counts."""
        return int(np.count_nonzero(traded(self.held)))


def strategy_returns(positions: Any, asset_returns: Any, cost_bps: float) -> StrategyResult:
    """Return what ``positions`` earn on one asset when each is decided at the close of its bar.

    The position decided at the close of bar t earns the return of bar t + 1, so a position cannot know the
    bar it is paid for. With h_t = position_{t-1} and h_0 = 0::

        gross_t = h_t * r_t
        net_t   = gross_t - |h_t - h_{t-1}| * cost_bps / 10,000

    The cost of a change, the first entry included, falls on the first bar that the new position earns. The
    last position earns nothing within the data and costs nothing.

    Args:
        positions: (n,) shares of capital, negative for short; 1.0 is fully invested. Weights are kept on
            every bar: drift within a bar and its rebalancing are not charged.
        asset_returns: (n,) simple returns of the same bars: bar t's is from close t-1 to close t. The first
            may be NaN (nothing is held yet).
        cost_bps: basis points of traded notional, not negative.

    Raises:
        ParameterError: empty, not numeric, NaN, of different length, on different or unsorted times, or a
            cost that is negative or not finite.

    >>> result = strategy_returns([1.0, 1.0, 0.0], [0.05, 0.01, -0.02], cost_bps=10)
    >>> result.gross.tolist(), result.net.round(6).tolist(), result.trades
    ([0.0, 0.01, -0.02], [0.0, 0.009, -0.02], 1)
    """
    wanted = numbers(positions, "positions", _OWNER)
    earned = numbers(asset_returns, "asset_returns", _OWNER).copy()
    index = _shared_index(positions, asset_returns, wanted, earned)
    if np.isnan(wanted).any():
        raise ParameterError.of("positions", _OWNER, "known on every bar (0 for no position)", "NaN")
    earned[0] = np.nan_to_num(earned[0])
    if np.isnan(earned).any():
        at = index[int(np.isnan(earned).argmax())]
        raise ParameterError.of("asset_returns", _OWNER, "known on every bar after the first", f"NaN at {at}")
    rate = _cost_rate(cost_bps)
    held = np.concatenate(([0.0], wanted[:-1]))
    gross = held * earned
    costs = traded(held) * rate

    def series(values: Array) -> pd.Series:
        return pd.Series(values, index=index)

    return StrategyResult(series(gross), series(gross - costs), series(held), series(costs), float(cost_bps))


def _shared_index(positions: Any, asset_returns: Any, wanted: Array, earned: Array) -> pd.Index:
    if not wanted.size:
        raise ParameterError.of("positions", _OWNER, "a series of at least one bar", "no bars")
    if wanted.size != earned.size:
        must = f"as long as the positions ({wanted.size} bars)"
        raise ParameterError.of("asset_returns", _OWNER, must, earned.size)
    indexes = [one.index for one in (positions, asset_returns) if isinstance(one, pd.Series)]
    if len(indexes) == 2 and not indexes[0].equals(indexes[1]):
        at = int(np.argmax(np.asarray(indexes[0] != indexes[1])))
        raise ParameterError.of(
            "asset_returns",
            _OWNER,
            f"on the times of the positions ({indexes[0][at]} at row {at})",
            str(indexes[1][at]),
        )
    index = indexes[0] if indexes else pd.RangeIndex(wanted.size)
    if isinstance(index, pd.DatetimeIndex):
        in_time_order(index, "positions", _OWNER)
    return index


def _cost_rate(cost_bps: Any) -> float:
    if not is_number(cost_bps) or not 0 <= cost_bps < np.inf:
        raise ParameterError.of("cost_bps", _OWNER, "a number of basis points, not negative", cost_bps)
    return float(cost_bps) / 10_000.0
