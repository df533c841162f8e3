"""Clusters of volatility: a GARCH(1,1) that is fitted anew now and then, on the past only (Bollerslev 1986)."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np

from ...garch import RISKMETRICS, Garch, fit_garch
from ...indicator import Array, declare
from ...moves import log_return
from ...stepping import Recent, State, Step

_Values = tuple[float, float, float]
_FORGOTTEN = (nan, nan, nan)


def garch(close: Array, refit_every: int, window: int, least: int) -> tuple[Array, ...]:
    """Return the volatility expected for the next bar, the persistence, and the surprise at this bar.

    The first fit is at bar ``least``, on all log returns up to it, then one every ``refit_every`` bars on
    the last ``window`` of them; at a fit the variance is run anew through these returns. Between fits the
    parameters stay. Where a fit has nothing to go by or does not converge, the parameters before it stay too,
    and those of RiskMetrics (0, 0.06, 0.94) as long as there are none. The surprise is the bar's return over
    the volatility that the bar before expected (at the first fit: that its own parameters say); 0 where none
    was expected. Bars count from the beginning of the series: one that begins on another day is fitted on other
    days, and is only near. Volatility is per bar, not annualised, and fades out where the price stands still.
    """
    moves = log_return(close, 1)
    out = np.full((3, len(close)), nan)
    state: State = None
    for bar in range(least, len(close)):
        past = None
        if (bar - least) % refit_every == 0:
            past = moves[max(1, bar - window + 1) : bar + 1].copy()
        state, out[:, bar] = _advance(state, float(moves[bar]), past)
    return tuple(out)


def garch_stepper(refit_every: int, window: int, least: int) -> Step:
    """Return the step of :func:`garch`; where it fits, it takes tens of milliseconds."""

    def step(state: State, recent: Recent) -> tuple[State, _Values]:
        bar = recent.bar
        if bar < least:
            return None, _FORGOTTEN
        past = None
        if (bar - least) % refit_every == 0:
            close = np.array(recent.close[-min(window, bar) - 1 :])
            past = log_return(close, 1)[1:].copy()
            return _advance(state, float(past[-1]), past)
        return _advance(state, float(np.log(recent.close[-1] / recent.close[-2])), None)

    return step


def _advance(state: State, move: float, past: Array | None) -> tuple[State, _Values]:
    """Take the bar's log return in; ``past`` are the returns to fit on, this one the last of them."""
    expected = state[3] if state else nan
    model = Garch(*state[:3]) if state else RISKMETRICS
    if past is None:
        variance = model.next_variance(expected, move)
    else:
        model = fit_garch(past) or model
        *_, within, variance = model.filter(past.tolist())
        expected = expected if state else within
    surprise = move / sqrt(expected) if expected > 0 else 0.0
    return (model.omega, model.alpha, model.beta, variance), (sqrt(variance), model.persistence, surprise)


INDICATORS = declare(
    "garch",
    "microstructure",
    ["garch_volatility", "garch_persistence", "garch_surprise"],
    ["close"],
    garch,
    stepper=garch_stepper,
    warm_up=lambda refit_every, window, least: least,
    reach=lambda refit_every, window, least: window + 1,
    unit="fraction",
    formula="sqrt(h[t+1]), h[t+1] = omega + alpha r[t]² + beta h[t]; alpha + beta; r[t] / sqrt(h[t]); "
    "r = log_return_1, fitted every {refit_every} bars (from bar {least} of the series on) on the last {window}",
    source="Bollerslev 1986; arch",
    aliases=["volatility_clustering"],
    optional=True,  # a fit takes tens of milliseconds
    over=[{"refit_every": 250, "window": 1000, "least": 500}],
)
