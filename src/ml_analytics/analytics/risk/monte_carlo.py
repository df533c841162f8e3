"""What could have happened: futures drawn from the returns or trades that were observed."""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from ...core.errors import ParameterError
from ..inputs import Array, count, log_growth, numbers, observed, positive, seed_of
from . import kinds
from .blocks import block_length_of
from .futures import Draw, MonteCarloResult
from .student import fit_student

Method: TypeAlias = Literal["bootstrap", "block", "normal", "student_t", "shuffle"]
"""How futures of returns are drawn."""

TradeMethod: TypeAlias = Literal["shuffle", "bootstrap"]
"""How futures of trades are drawn."""

_OWNER = "monte_carlo_simulation"
_FEWEST = {"normal": 2, "student_t": 10}


def simulate_returns(
    returns: Any,
    n_simulations: int = 10_000,
    time_horizon: int | None = 252,
    seed: int = 0,
    *,
    method: Method = "bootstrap",
    block_length: float | None = None,
) -> MonteCarloResult:
    """Draw ``n_simulations`` futures of ``time_horizon`` periods from ``returns``.

    ==============  =====================================================================================
    ``bootstrap``   each period is one of the observed returns (Efron 1979): their distribution, fat tails
                    included, is kept; the order is not, so deep drawdowns are somewhat too rare
    ``block``       stationary bootstrap (Politis & Romano 1994): runs of consecutive returns of random
                    length, mean ``block_length``; volatility clusters and short trends are kept
    ``normal``      ln(1 + r) is normal with the observed mean and deviation: no fat tails
    ``student_t``   ln(1 + r) has Student's t distribution, fitted by maximum likelihood
    ``shuffle``     the observed returns, each once, in random order: every future ends at the same wealth,
                    only the way differs; ``time_horizon`` is the number of returns
    ==============  =====================================================================================

    The same seed gives the same result, future by future, whatever ``n_simulations`` is. After ruin (-100 %)
    wealth stays 0. NaN periods are left out (and what surrounds them becomes neighbours).

    Args:
        returns: simple returns, array or series.
        n_simulations: number of futures.
        time_horizon: periods of each; ``shuffle`` ignores it.
        seed: whole number, 0 to 2^64 - 1.
        method: one of the table.
        block_length: mean length of blocks in periods, at least 1; ``None`` finds it by Politis & White
            (2004), corrected by Patton, Politis & White (2009), in the squared returns, whose memory is the
            longer one.

    Raises:
        ParameterError: no observed return, too few to fit, a loss of everything (or more) where logarithms
            are fitted, counts that are not positive whole numbers, an unknown method, or a
            ``block_length`` for another method.

    >>> simulate_returns([0.01], n_simulations=3, time_horizon=2).total_returns.round(6).tolist()
    [0.0201, 0.0201, 0.0201]
    """
    known = observed(returns, _OWNER)
    if method not in get_args(Method):
        must = f"one of {', '.join(map(repr, get_args(Method)))}"
        raise ParameterError.of("method", _OWNER, must, method)
    if not known.size:
        raise ParameterError.of("returns", _OWNER, "at least one observed return", "none")
    if block_length is not None and method != "block":
        raise ParameterError.of("block_length", _OWNER, "None unless the method is 'block'", block_length)
    simulations = count(n_simulations, "n_simulations", _OWNER)
    horizon = known.size if method == "shuffle" else count(time_horizon, "time_horizon", _OWNER)
    kind, parameters, note = _fitted(known, method, block_length)
    draw = Draw(kind, np.maximum(1.0 + known, 0.0), parameters, False, seed_of(seed, _OWNER), horizon)
    return draw.result(simulations, method, note)


def simulate_trades(
    pnl: Any,
    initial_capital: float,
    n_simulations: int = 10_000,
    seed: int = 0,
    *,
    method: TradeMethod = "shuffle",
    n_trades: int | None = None,
) -> MonteCarloResult:
    """Draw ``n_simulations`` orders of trades for an account that begins with ``initial_capital``.

    Profits are money and are added: the size of a trade does not grow with the account. An account at or
    below zero is closed and stays at 0. Steps are trades, not periods of time.

    Args:
        pnl: (n,) profit of each trade in money, net of costs.
        initial_capital: money the account begins with.
        n_simulations: number of futures.
        seed: whole number, 0 to 2^64 - 1.
        method: ``shuffle`` takes every trade once in random order (the end is the same unless ruin comes
            first); ``bootstrap`` draws ``n_trades`` of them with replacement.
        n_trades: trades of each future; ``None`` and ``shuffle`` take as many as were observed.

    Raises:
        ParameterError: no trades, NaN among them, a capital that is not positive, bad counts or method.

    >>> result = simulate_trades([50.0, -30.0], 100.0, n_simulations=4)
    >>> result.total_returns.round(6).tolist()
    [0.2, 0.2, 0.2, 0.2]
    >>> sorted(set(result.max_drawdowns.round(6).tolist()))
    [-0.3, -0.2]
    """
    values = numbers(pnl, "pnl", _OWNER)
    if method not in get_args(TradeMethod):
        must = f"one of {', '.join(map(repr, get_args(TradeMethod)))} for trades"
        raise ParameterError.of("method", _OWNER, must, method)
    if not values.size or np.isnan(values).any():
        got = "NaN" if values.size else "none"
        raise ParameterError.of("pnl", _OWNER, "at least one trade, every profit known", got)
    capital = positive(initial_capital, "initial_capital", _OWNER)
    simulations = count(n_simulations, "n_simulations", _OWNER)
    steps = values.size if n_trades is None else count(n_trades, "n_trades", _OWNER)
    if method == "shuffle" and steps != values.size:
        raise ParameterError.of("n_trades", _OWNER, f"{values.size} (all trades) to shuffle them", n_trades)
    kind = kinds.SHUFFLE if method == "shuffle" else kinds.IID
    draw = Draw(kind, values / capital, (0.0, 0.0, 0.0), True, seed_of(seed, _OWNER), steps)
    note = f"{values.size} trades of fixed size on {capital:g} of capital"
    return draw.result(simulations, f"trade {method}", note)


def _fitted(
    known: Array, method: Method, block_length: float | None
) -> tuple[int, tuple[float, float, float], str]:
    """Return the kernel's kind and parameters, and a sentence about them."""
    if method == "bootstrap":
        return kinds.IID, (0.0, 0.0, 0.0), "single periods with replacement"
    if method == "shuffle":
        return kinds.SHUFFLE, (0.0, 0.0, 0.0), "every period once, in random order"
    if method == "block":
        length = block_length_of(known, block_length, _OWNER)
        return kinds.BLOCKS, (1.0 / length, 0.0, 0.0), f"blocks of {length:.3g} periods in the mean"
    log = _logs(known, method)
    if method == "normal":
        mean, scale = float(log.mean()), float(log.std(ddof=1))
        return kinds.NORMAL, (mean, scale, 0.0), f"normal: mean {mean:.3g}, deviation {scale:.3g} of the log"
    mean, scale, freedom = fit_student(log)
    note = f"Student's t: {freedom:.3g} degrees of freedom, centre {mean:.3g}, scale {scale:.3g} of the log"
    if math.isinf(freedom):
        return kinds.NORMAL, (mean, scale, 0.0), f"{note} (normal)"
    return kinds.STUDENT, (mean, scale, freedom), note


def _logs(known: Array, method: str) -> Array:
    fewest = _FEWEST[method]
    if known.size < fewest:
        must = f"at least {fewest} observed returns for the method {method!r}"
        raise ParameterError.of("returns", _OWNER, must, known.size)
    if (known <= -1.0).any():
        must = f"above -1 (no total loss) for the method {method!r}"
        raise ParameterError.of("returns", _OWNER, must, float(known.min()))
    return log_growth(known)
