"""Value at risk and expected shortfall in five ways, at several confidence levels, with intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from ...core.canonical import plain
from ...core.errors import ParameterError
from ..inputs import Array, count, fraction, log_growth, observed, seed_of
from ..metrics.sample import Sample
from ..metrics.tail import conditional_value_at_risk, kurtosis, skew, value_at_risk
from . import cornish_fisher
from .blocks import block_length_of, stationary_positions
from .pareto import TAIL_SHARE, fit_tail

TailMethod: TypeAlias = Literal["historical", "gaussian", "cornish_fisher", "maillard", "evt"]
"""How the tail is found."""

Estimate: TypeAlias = "tuple[list[float], list[float], str]"
"""Value at risk and expected shortfall of each level, and a note."""

_FEWEST_WINDOWS = 30


@dataclass(frozen=True)
class TailRisk:
    """Value at risk and expected shortfall, as returns (-0.02: a loss of 2 %).

    ``table`` has a row per confidence level: ``confidence_level``, ``var``, ``cvar`` and, where intervals
    were asked, ``var_low``, ``var_high``, ``cvar_low``, ``cvar_high``. ``note`` says what was fitted and how
    the horizon was reached.
    """

    table: pd.DataFrame
    method: str
    horizon: int
    n: int
    note: str
    interval: str = ""

    def var(self, confidence_level: float = 0.95) -> float:
        """Return the value at risk of one of the levels of the table."""
        return self._at("var", confidence_level)

    def cvar(self, confidence_level: float = 0.95) -> float:
        """Return the expected shortfall of one of the levels of the table."""
        return self._at("cvar", confidence_level)

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        rows = self.table.to_dict(orient="records")
        parts = {name: getattr(self, name) for name in ("method", "horizon", "n", "note", "interval")}
        value: dict[str, Any] = plain({**parts, "levels": rows})
        return value

    def _at(self, column: str, level: float) -> float:
        rows = self.table.loc[np.isclose(self.table["confidence_level"], level, atol=1e-12), column]
        if rows.empty:
            must = f"one of {', '.join(f'{one:g}' for one in self.table['confidence_level'])}"
            raise ParameterError.of("confidence_level", f"TailRisk.{column}", must, level)
        return float(rows.iloc[0])


def tail_risk(
    returns: Any,
    confidence_level: float | Sequence[float] = (0.95, 0.99),
    *,
    method: TailMethod = "historical",
    horizon: int = 1,
    scaling: Literal["sqrt"] | None = None,
    tail_share: float = TAIL_SHARE,
    interval: float | None = None,
    resamples: int = 1000,
    block_length: float | None = None,
    seed: int = 0,
    owner: str = "tail_risk",
) -> TailRisk:
    """Return value at risk and expected shortfall of ``horizon`` periods.

    ==================  =================================================================================
    ``historical``      the quantile of what happened; horizon: all windows of that length, compounded
    ``gaussian``        mean and deviation; horizon: mean * h, deviation * sqrt(h)
    ``cornish_fisher``  with skew and kurtosis as they are (at horizon h: skew / sqrt(h), kurtosis / h),
                        where that is a quantile function (without skew: excess kurtosis up to 8), else
                        refused
    ``maillard``        the same expansion with parameters that give it exactly the observed moments (excess
                        kurtosis up to about 40), else refused
    ``evt``             generalised Pareto over the worst ``tail_share`` of the returns (McNeil & Frey 2000);
                        levels inside the tail only; a horizon needs ``scaling``
    ==================  =================================================================================

    Moments are those of :func:`~ml_analytics.analytics.metrics.skew` and ``kurtosis`` (corrected for bias).
    Scaling the moments takes periods as independent and adds returns instead of compounding them.

    Args:
        returns: simple returns; NaN is left out. None gives NaN, one or equal ones their own value (Gaussian
            and expansions: NaN below 2, 3 and 4 for deviation, skew, kurtosis).
        confidence_level: one or several, between 0 and 1: 0.95 is the worst 5 %.
        method: one of the table.
        horizon: periods that the loss may take.
        scaling: ``"sqrt"`` multiplies the figures of one period by sqrt(horizon), the rule of Basel, for any
            method; ``None`` takes the method's own way.
        tail_share: of ``evt``: the share of returns over the threshold.
        interval: confidence of an interval (such as 0.9) from ``resamples`` stationary bootstraps; each
            repeats everything, the fit and the threshold too; ``None`` makes none. A resample that cannot be
            fitted is left out.
        resamples: how many.
        block_length: mean length of blocks; ``None`` finds it (see
            :func:`~ml_analytics.analytics.risk.simulate_returns`).
        seed: of the bootstrap.
        owner: who asks, for the error sentence.

    Raises:
        ParameterError: a value out of its range, moments outside the method's domain, too few returns for
            the tail (25 in it) or the horizon (30 windows).

    >>> risk = tail_risk([-0.03, -0.01, 0.0, 0.01, 0.02], 0.75)
    >>> round(risk.var(0.75), 6), round(risk.cvar(0.75), 6)
    (-0.01, -0.02)
    """
    known = observed(returns, owner)
    levels = confidence_levels(confidence_level, owner)
    periods, factor = count(horizon, "horizon", owner), 1.0
    if scaling not in (None, "sqrt"):
        raise ParameterError.of("scaling", owner, "'sqrt' or None", scaling)
    if scaling == "sqrt":
        factor = math.sqrt(periods)
    estimate = _estimator(method, levels, 1 if scaling else periods, tail_share, owner)
    var, cvar, note = estimate(known)
    table = pd.DataFrame({"confidence_level": levels, "var": var, "cvar": cvar})
    described = ""
    if interval is not None:
        level, times = fraction(interval, "interval", owner), count(resamples, "resamples", owner)
        length = block_length_of(known, block_length, owner) if known.size else 1.0
        drawn = _resampled(estimate, known, length, times, seed_of(seed, owner))
        bounds = _bounds(drawn, level, len(levels))
        for i, name in enumerate(("var_low", "var_high", "cvar_low", "cvar_high")):
            table[name] = bounds[i]
        described = f"{level:.0%} from {len(drawn):,} stationary bootstraps, blocks of {length:.3g} periods"
    table[table.columns[1:]] *= factor
    if scaling and periods > 1:
        note = f"{note}; one period times the root of {periods}"
    return TailRisk(table, method, periods, int(known.size), note, described)


def confidence_levels(levels: Any, owner: str) -> list[float]:
    """Return one or several confidence levels as a list."""
    several = list(levels) if isinstance(levels, (list, tuple, np.ndarray)) else [levels]
    if not several:
        raise ParameterError.of("confidence_level", owner, "at least one number such as 0.95", levels)
    return [fraction(one, "confidence_level", owner) for one in several]


def _estimator(
    method: Any, levels: list[float], horizon: int, tail_share: Any, owner: str
) -> Callable[[Array], Estimate]:
    if method == "historical":
        return lambda values: _historical(values, levels, horizon, owner)
    if method in ("gaussian", "cornish_fisher", "maillard"):
        return lambda values: _moments(values, levels, horizon, method, owner)
    if method != "evt":
        must = f"one of {', '.join(map(repr, get_args(TailMethod)))}"
        raise ParameterError.of("method", owner, must, method)
    share = fraction(tail_share, "tail_share", owner)
    if horizon > 1:
        raise ParameterError.of("horizon", owner, "1 for 'evt' unless scaling is 'sqrt'", horizon)
    outside = [one for one in levels if round(1.0 - one, 12) >= share]
    if outside:
        must = f"above {1.0 - share:g} for 'evt' (inside a tail_share of {share:g})"
        raise ParameterError.of("confidence_level", owner, must, outside[0])
    return lambda values: _extreme(values, levels, share, owner)


def _historical(values: Array, levels: list[float], horizon: int, owner: str) -> Estimate:
    note = f"{values.size:,} returns"
    if horizon > 1 and values.size:
        windows = values.size - horizon + 1
        if windows < _FEWEST_WINDOWS:
            must = f"short enough to leave {_FEWEST_WINDOWS} windows in {values.size} returns"
            raise ParameterError.of("horizon", owner, must, horizon)
        log = sliding_window_view(log_growth(values), horizon).sum(axis=1)
        values = np.expm1(np.minimum(log, 709.0))
        note = f"{windows:,} overlapping windows of {horizon} periods, compounded"
    one = Sample(values)
    return (
        [value_at_risk(one, level) for level in levels],
        [conditional_value_at_risk(one, level) for level in levels],
        note,
    )


def _moments(values: Array, levels: list[float], horizon: int, method: str, owner: str) -> Estimate:
    one = Sample(values)
    mean, spread = one.mean * horizon, one.deviation * math.sqrt(horizon)
    if not spread > 0.0:
        value = mean if spread == 0.0 else math.nan
        return [value] * len(levels), [value] * len(levels), "no variance" if spread == 0.0 else "too few"
    s, k, scale = 0.0, 0.0, 1.0
    note = f"mean {mean:.3g}, deviation {spread:.3g}"
    if method != "gaussian":
        s, k = skew(one) / math.sqrt(horizon), kurtosis(one) / horizon
        note = f"{note}, skew {s:.3g}, excess kurtosis {k:.3g}"
        if math.isnan(s) or math.isnan(k):
            return [math.nan] * len(levels), [math.nan] * len(levels), "too few"
        s, k, scale = _parameters(s, k, method, owner)
    low = [round(1.0 - level, 12) for level in levels]
    var = [mean + spread * cornish_fisher.quantile(a, s, k) / scale for a in low]
    cvar = [mean + spread * cornish_fisher.shortfall(a, s, k) / scale for a in low]
    if method == "maillard":  # the bent variable has a mean of zero, as the normal one
        note = f"{note} (parameters {s:.3g} and {k:.3g})"
    return var, cvar, note


def _parameters(s: float, k: float, method: str, owner: str) -> tuple[float, float, float]:
    shown = f"skew {s:.3g} and excess kurtosis {k:.3g}"
    if method == "maillard":
        found = cornish_fisher.matched(s, k)
        if found is None:
            must = "'historical' or 'evt' where no Cornish-Fisher expansion has the moments"
            raise ParameterError.of("method", owner, must, f"maillard at {shown}")
        return found
    if not cornish_fisher.rises(s, k):
        must = "'maillard', 'historical' or 'evt' where the Cornish-Fisher expansion does not rise everywhere"
        raise ParameterError.of("method", owner, must, f"cornish_fisher at {shown}")
    return s, k, 1.0


def _extreme(values: Array, levels: list[float], share: float, owner: str) -> Estimate:
    tail = fit_tail(values, share, owner)
    note = f"{tail.excesses} losses over {tail.threshold:.3g}: shape {tail.shape:.3g}, scale {tail.scale:.3g}"
    low = [round(1.0 - level, 12) for level in levels]
    return [tail.quantile(a) for a in low], [tail.shortfall(a) for a in low], note


def _resampled(
    estimate: Callable[[Array], Estimate], values: Array, length: float, resamples: int, seed: int
) -> list[list[float]]:
    """Return value at risk and shortfall, side by side, of each resample that can be estimated."""
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(resamples if values.size else 0):
        again = values[stationary_positions(values.size, length, rng)]
        try:
            var, cvar, _ = estimate(again)
        except ParameterError:
            continue
        drawn.append([*var, *cvar])
    return drawn


def _bounds(drawn: list[list[float]], level: float, levels: int) -> np.ndarray:
    """Return (4, levels): low and high of value at risk, low and high of expected shortfall."""
    if not drawn:
        return np.full((4, levels), np.nan)
    tails = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
    with np.errstate(invalid="ignore"):
        low, high = np.quantile(np.array(drawn), tails, axis=0)
    return np.array([low[:levels], high[:levels], low[levels:], high[levels:]])
