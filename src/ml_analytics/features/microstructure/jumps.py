"""Jumps: in a window by the ratio of its variations, and the single return that is one."""

from __future__ import annotations

from math import gamma, log, pi, sqrt

import numpy as np
from scipy.special import ndtr

from ...core.errors import ParameterError
from ...core.frames import Table
from ..indicator import Array
from .grid import Closed, Every, make_grid
from .rolling import rolling_sum
from .tables import time_table, whole_number
from .ticks import ColumnNames, Crossed, read_prices
from .variation import bipower, returns, variance

_MU_4_3 = 2 ** (2 / 3) * gamma(7 / 6) / gamma(1 / 2)
_RATIO_VARIANCE = (pi / 2) ** 2 + pi - 5
_C = sqrt(2 / pi)


def jump_test(
    prices: Table,
    every: Every = "1min",
    window: int = 60,
    *,
    closed: Closed | None = None,
    columns: ColumnNames = None,
    crossed: Crossed = "error",
) -> Table:
    """Test each window of returns for jumps (Barndorff-Nielsen and Shephard 2006, ratio statistic).

    With RV and BV of :func:`realised_variation` over M = ``window`` returns and the tripower quarticity TQ,

        z = (RV - BV) / RV / sqrt(((pi/2)^2 + pi - 5) / M * max(1, TQ / BV^2)),
        TQ = M mu^-3 M/(M - 2) sum of (|r[j]| |r[j - 1]| |r[j - 2]|)^(4/3),  mu = E|N(0, 1)|^(4/3)

    is about standard normal without jumps, and large with them (as in Huang and Tauchen 2005, who also have
    the corrections for finite M); ``p_value`` = 1 - Phi(z). Windows overlap: test every ``window``-th row to
    count jumps. Prices that often stand still press BV down and raise false alarms: choose ``every`` long
    enough.

    Args:
        prices: pandas or polars quotes (bid, ask) or trades (price) of one market.
        every: a duration, or a table of bars whose stamps end the intervals.
        window: returns in a window, at least 3.
        closed: which edge an interval holds; ``None``: ``left`` for a duration, ``right`` for bars, see
            :mod:`.grid`.
        columns: part -> column, for columns that are called otherwise.
        crossed: ``error`` (default) or ``drop``, for quotes.

    Returns:
        ``realised_variance``, ``bipower_variation``, ``jump_variation`` = max(RV - BV, 0), ``statistic`` and
        ``p_value``, a row for each interval that is over, stamped with its end. NaN until ``window`` returns
        are known; the last two also where the price stood still.

    Raises:
        ParameterError, DataProcessingError: a parameter or a table is not usable.

    >>> import pandas as pd
    >>> move = np.tile([1e-4, -1e-4, 2e-4], 20)
    >>> move[50] = 0.01
    >>> at = pd.date_range("2024-01-01", periods=61, freq="min", tz="UTC")
    >>> trades = pd.DataFrame({"price": 100 * np.exp(np.append(0, move.cumsum())), "qty": 1.0}, index=at)
    >>> jump_test(trades, "1min", 40)["p_value"].iloc[[50, 51]].round(3).tolist()
    [0.996, 0.0]
    """
    owner = "jump_test"
    size = whole_number(window, "window", owner, 3)
    read = read_prices(prices, owner, columns, crossed)
    grid = make_grid(every, closed, owner, read.time)
    return time_table(prices, grid.stamps, ratio_test(returns(read, grid), size))


def ratio_test(move: Array, window: int) -> dict[str, Array]:
    """Return the columns of :func:`jump_test` for returns."""
    rv, bv = variance(move, window), bipower(move, window)
    power = np.abs(move) ** (4 / 3)
    product = np.full(len(move), np.nan)
    product[2:] = power[2:] * power[1:-1] * power[:-2]
    quarticity = window * _MU_4_3**-3 * window / (window - 2) * rolling_sum(product, window - 2)
    with np.errstate(all="ignore"):
        share = np.where(bv > 0, quarticity / bv**2, 1.0)
        z = (rv - bv) / rv / np.sqrt(_RATIO_VARIANCE / window * np.maximum(1.0, share))
    z[rv == 0] = np.nan
    return {
        "realised_variance": rv,
        "bipower_variation": bv,
        "jump_variation": np.maximum(rv - bv, 0.0),
        "statistic": z,
        "p_value": ndtr(-z),
    }


def local_jumps(
    prices: Table,
    every: Every = "1min",
    window: int = 120,
    *,
    level: float = 0.01,
    observations: int | None = None,
    closed: Closed | None = None,
    columns: ColumnNames = None,
    crossed: Crossed = "error",
) -> Table:
    """Test each single return for a jump (Lee and Mykland 2008).

    L = r[i] / s[i], where s[i]^2 = 1/(K - 2) * sum of |r[j]| |r[j - 1]| over j = i - K + 2 … i - 1, K =
    ``window``: the spread of the returns before, which earlier jumps hardly touch. (It misses the factor pi/2
    of the bipower variation, and so does their limit.) Without jumps, the largest of n such |L| makes
    xi = (|L| - C_n) / S_n, where

        C_n = sqrt(2 ln n)/c - (ln pi + ln ln n) / (2 c sqrt(2 ln n)),
        S_n = 1 / (c sqrt(2 ln n)),  c = sqrt(2/pi),

    and P(xi <= x) = exp(-exp(-x)): ``p_value`` is the chance of one that large among n returns without a
    jump.

    Args:
        prices: pandas or polars quotes (bid, ask) or trades (price) of one market.
        every: a duration, or a table of bars whose stamps end the intervals.
        window: K, at least 3. Lee and Mykland take the least above sqrt(252 x returns a day).
        level: chance of a false alarm among ``observations`` returns, between 0 and 1.
        observations: n, at least 3; ``None``: as ``window``. The sample's own length would be knowledge of
            the future.
        closed: which edge an interval holds; ``None``: ``left`` for a duration, ``right`` for bars, see
            :mod:`.grid`.
        columns: part -> column, for columns that are called otherwise.
        crossed: ``error`` (default) or ``drop``, for quotes.

    Returns:
        ``return``, ``statistic`` (L, with its sign), ``p_value`` and ``jump`` (p_value < level), a row for
        each interval that is over, stamped with its end. NaN and no jump until K returns are known, and where
        the price stood still before.

    Raises:
        ParameterError, DataProcessingError: a parameter or a table is not usable.

    >>> import pandas as pd
    >>> move = np.tile([1e-4, -1e-4, 2e-4], 20)
    >>> move[50] = 0.01
    >>> at = pd.date_range("2024-01-01", periods=61, freq="min", tz="UTC")
    >>> trades = pd.DataFrame({"price": 100 * np.exp(np.append(0, move.cumsum())), "qty": 1.0}, index=at)
    >>> np.flatnonzero(local_jumps(trades, "1min", 30)["jump"]).tolist()
    [51]
    """
    owner = "local_jumps"
    size = whole_number(window, "window", owner, 3)
    count = size if observations is None else whole_number(observations, "observations", owner, 3)
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0 < level < 1:
        raise ParameterError.of("level", owner, "a number between 0 and 1", level)
    read = read_prices(prices, owner, columns, crossed)
    grid = make_grid(every, closed, owner, read.time)
    return time_table(prices, grid.stamps, lee_mykland(returns(read, grid), size, count, level))


def lee_mykland(move: Array, window: int, observations: int, level: float) -> dict[str, Array]:
    """Return the columns of :func:`local_jumps` for returns."""
    product = np.full(len(move), np.nan)
    product[1:] = np.abs(move[1:]) * np.abs(move[:-1])
    spread = np.full(len(move), np.nan)
    spread[1:] = np.sqrt(rolling_sum(product, window - 2)[:-1] / (window - 2))
    with np.errstate(all="ignore"):
        statistic = np.where(spread > 0, move / spread, np.nan)
    root = sqrt(2 * log(observations))
    centre = root / _C - (log(pi) + log(log(observations))) / (2 * _C * root)
    xi = (np.abs(statistic) - centre) * _C * root
    with np.errstate(over="ignore"):
        p_value = -np.expm1(-np.exp(-xi))
    return {"return": move, "statistic": statistic, "p_value": p_value, "jump": p_value < level}
