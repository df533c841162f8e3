"""Wins against losses, of periods or of trades: shares, sums, averages, bet size."""

from __future__ import annotations

import math
from typing import Any

from ..inputs import observed, ratio


def win_rate(returns: Any) -> float:
    """Return the share of wins among the results that are not zero, from 0 to 1.

    NaN is left out; no win and no loss give NaN.

    >>> win_rate([0.01, -0.01, 0.02, 0.0]).__round__(4)
    0.6667
    """
    known = observed(returns, "win_rate")
    wins, losses = int((known > 0).sum()), int((known < 0).sum())
    return ratio(wins, wins + losses)


def profit_factor(returns: Any) -> float:
    """Return gains per loss: sum of wins / |sum of losses|; +inf without a loss, NaN without either.

    >>> profit_factor([0.03, -0.01, -0.02]).__round__(4)
    1.0
    """
    known = observed(returns, "profit_factor")
    return ratio(float(known[known > 0].sum()), -float(known[known < 0].sum()))


def average_win(returns: Any) -> float:
    """Return the mean of the wins, in the unit of ``returns``; NaN without one.

    >>> average_win([0.01, 0.03, -0.02])
    0.02
    """
    known = observed(returns, "average_win")
    wins = known[known > 0]
    return float(wins.mean()) if wins.size else math.nan


def average_loss(returns: Any) -> float:
    """Return the mean of the losses (negative), in the unit of ``returns``; NaN without one.

    >>> average_loss([0.01, 0.03, -0.02])
    -0.02
    """
    known = observed(returns, "average_loss")
    losses = known[known < 0]
    return float(losses.mean()) if losses.size else math.nan


def best(returns: Any) -> float:
    """Return the largest result, in the unit of ``returns``; NaN without an observation.

    >>> best([0.01, -0.02])
    0.01
    """
    known = observed(returns, "best")
    return float(known.max()) if known.size else math.nan


def worst(returns: Any) -> float:
    """Return the smallest result, in the unit of ``returns``; NaN without an observation.

    >>> worst([0.01, -0.02])
    -0.02
    """
    known = observed(returns, "worst")
    return float(known.min()) if known.size else math.nan


def kelly_fraction(returns: Any) -> float:
    """Return the share of capital that Kelly's rule would bet, from results treated as a two-way bet.

    Formula: W - (1 - W) / R with W the win rate and R = average win / |average loss|. At most 1 (no
    losses); negative: no bet is worth it; -inf without a win; NaN without either.

    Source: Kelly (1956), "A new interpretation of information rate".

    >>> kelly_fraction([0.02, 0.02, -0.02]).__round__(4)
    0.3333
    """
    share = win_rate(returns)
    if math.isnan(share) or share == 1.0:
        return share
    if share == 0.0:
        return -math.inf
    return share - (1.0 - share) / ratio(average_win(returns), -average_loss(returns))
