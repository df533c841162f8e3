"""Wins against losses, of periods or of trades: shares, sums, averages, bet size."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..inputs import ratio
from .sample import Sample, sample
from .tail import tail_ratio


def win_rate(returns: Any) -> float:
    """Return the share of wins among the results that are not zero, from 0 to 1.

    NaN is left out; no win and no loss give NaN.

    >>> win_rate([0.01, -0.01, 0.02, 0.0]).__round__(4)
    0.6667
    """
    one = sample(returns, "win_rate")
    return ratio(one.wins.size, one.wins.size + one.losses.size)


def profit_factor(returns: Any) -> float:
    """Return gains per loss: sum of wins / |sum of losses|; +inf without a loss, NaN without either.

    >>> profit_factor([0.03, -0.01, -0.02]).__round__(4)
    1.0
    """
    one = sample(returns, "profit_factor")
    return ratio(one.gained, one.lost)


def average_win(returns: Any) -> float:
    """Return the mean of the wins, in the unit of ``returns``; NaN without one.

    >>> average_win([0.01, 0.03, -0.02])
    0.02
    """
    one = sample(returns, "average_win")
    return one.gained / one.wins.size if one.wins.size else math.nan


def average_loss(returns: Any) -> float:
    """Return the mean of the losses (negative), in the unit of ``returns``; NaN without one.

    >>> average_loss([0.01, 0.03, -0.02])
    -0.02
    """
    one = sample(returns, "average_loss")
    return -one.lost / one.losses.size if one.losses.size else math.nan


def best(returns: Any) -> float:
    """Return the largest result, in the unit of ``returns``; NaN without an observation.

    >>> best([0.01, -0.02])
    0.01
    """
    return sample(returns, "best").highest


def worst(returns: Any) -> float:
    """Return the smallest result, in the unit of ``returns``; NaN without an observation.

    >>> worst([0.01, -0.02])
    -0.02
    """
    return sample(returns, "worst").lowest


def kelly_fraction(returns: Any) -> float:
    """Return the share of capital that Kelly's rule would bet, from results treated as a two-way bet.

    Formula: W - (1 - W) / R with W the win rate and R the payoff ratio. At most 1 (no
    losses); negative: no bet is worth it; -inf without a win; NaN without either.

    Source: Kelly (1956), "A new interpretation of information rate".

    >>> kelly_fraction([0.02, 0.02, -0.02]).__round__(4)
    0.3333
    """
    one = sample(returns, "kelly_fraction")
    share = win_rate(one)
    if math.isnan(share) or share == 1.0:
        return share
    if share == 0.0:
        return -math.inf
    return share - (1.0 - share) / payoff_ratio(one)


def payoff_ratio(returns: Any) -> float:
    """Return the average win per average loss: mean of wins / |mean of losses|.

    Without a unit. +inf without a loss, 0 without a win, NaN without either.

    >>> payoff_ratio([0.03, 0.01, -0.01]).__round__(4)
    2.0
    """
    one = sample(returns, "payoff_ratio")
    win, loss = average_win(one), average_loss(one)
    return ratio(0.0 if math.isnan(win) else win, 0.0 if math.isnan(loss) else -loss)


def gain_to_pain(returns: Any) -> float:
    """Return the sum of all results per sum of losses.

    Formula: sum(r_t) / |sum of the losses|. Without a unit, not annualised; give monthly returns
    (:func:`~ml_analytics.analytics.metrics.compounded`) for the figure as first published. NaN is left out;
    +inf without a loss, NaN without either.

    Source: Schwager (2012), "Hedge Fund Market Wizards", appendix A.

    >>> gain_to_pain([0.03, -0.01, 0.01, -0.01]).__round__(4)
    1.0
    """
    one = sample(returns, "gain_to_pain")
    return ratio(one.gained - one.lost, one.lost)


def common_sense_ratio(returns: Any) -> float:
    """Return profit factor times tail ratio: above 1 where gains outweigh losses, in the middle and far out.

    Without a unit. NaN is left out; +inf without a loss; NaN where either factor is.

    >>> common_sense_ratio([0.02, 0.01, -0.01, -0.02]).__round__(4)
    1.0
    """
    one = sample(returns, "common_sense_ratio")
    return profit_factor(one) * tail_ratio(one)


def cpc_index(returns: Any) -> float:
    """Return profit factor times win rate times payoff ratio; a common rule of thumb asks for more than 1.2.

    Without a unit. NaN is left out; +inf without a loss; 0 without a win; NaN without either.

    >>> cpc_index([0.02, 0.02, -0.01, -0.01]).__round__(4)
    2.0
    """
    one = sample(returns, "cpc_index")
    return profit_factor(one) * win_rate(one) * payoff_ratio(one)


def longest_winning_streak(returns: Any) -> float:
    """Return the largest number of wins in a row; a zero ends a streak. NaN is left out; nothing gives NaN.

    >>> longest_winning_streak([0.01, 0.02, -0.01, 0.01, 0.0, 0.01])
    2.0
    """
    return _longest(sample(returns, "longest_winning_streak"), 1)


def longest_losing_streak(returns: Any) -> float:
    """Return the largest number of losses in a row; a zero ends a streak. NaN is left out; nothing gives NaN.

    >>> longest_losing_streak([-0.01, -0.02, 0.01, -0.01])
    2.0
    """
    return _longest(sample(returns, "longest_losing_streak"), -1)


def _longest(one: Sample, sign: int) -> float:
    if not one.size:
        return math.nan
    inside = one.values > 0 if sign > 0 else one.values < 0
    outside = np.flatnonzero(np.concatenate(([True], ~inside, [True])))
    return float(np.diff(outside).max() - 1)
