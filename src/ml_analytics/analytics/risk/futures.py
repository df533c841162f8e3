"""The outcome of simulated futures: ends, drawdowns, ruin, each with its interval; paths are drawn again when asked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import bdtr, ndtri

from ...core.canonical import plain
from ...core.values import Score
from ..inputs import Array, count, fraction

_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_DEPTHS = (0.1, 0.2, 0.3, 0.5)
_RESULT = "MonteCarloResult"


@dataclass(frozen=True)
class Draw:
    """How futures are drawn: enough to draw any of them again, bit by bit.

    ``values`` are growth factors, or money over capital where ``added``; ``kind`` and ``parameters`` are
    those of :func:`~ml_analytics.analytics.risk.paths_kernel.walk_futures`.
    """

    kind: int
    values: Array
    parameters: tuple[float, float, float]
    added: bool
    seed: int
    horizon: int

    def walk(self, futures: int, marks: Sequence[int] = ()) -> tuple[Array, Array]:
        """Return (futures, 4) outcomes and (futures, marks) wealth at the marks."""
        # Half a second of start-up that only those who simulate pay.
        from .paths_kernel import walk_futures

        out, seen = np.empty((futures, 4)), np.empty((futures, len(marks)))
        walk_futures(
            self.kind,
            self.values,
            np.array(self.parameters),
            self.added,
            np.uint64(self.seed),
            self.horizon,
            np.array(marks, dtype=np.int64),
            seen,
            out,
        )
        return out, seen

    def result(self, simulations: int, method: str, note: str) -> MonteCarloResult:
        """Walk all futures and keep what sums them up."""
        out, _ = self.walk(simulations)
        ends, deepest, lowest, longest = (np.ascontiguousarray(column) for column in out.T)
        return MonteCarloResult(
            total_returns=ends - 1.0,
            max_drawdowns=deepest - 1.0,
            lowest_levels=lowest,
            longest_drawdowns=longest.astype(np.int64),
            time_horizon=self.horizon,
            seed=self.seed,
            method=method,
            note=note,
            draw=self,
        )


@dataclass(frozen=True)
class MonteCarloResult:
    """Outcomes of simulated futures; arrays have one entry per simulation.

    ``total_returns`` are compounded returns over the horizon, ``max_drawdowns`` the deepest fall on the way
    (negative fractions), ``lowest_levels`` the least that one unit was worth, ``longest_drawdowns`` the most
    steps below a high. ``method`` and ``note`` say how they were drawn. Intervals are the error of
    simulating a finite number of futures; that the observed returns are themselves a sample is not in them.
    """

    total_returns: Array
    max_drawdowns: Array
    lowest_levels: Array
    longest_drawdowns: np.ndarray
    time_horizon: int
    seed: int
    method: str
    note: str
    draw: Draw = field(repr=False, compare=False)

    @property
    def n_simulations(self) -> int:
        """Number of simulated futures."""
        return int(self.total_returns.size)

    @property
    def probability_of_loss(self) -> float:
        """Share of futures that end below where they began."""
        return float((self.total_returns < 0).mean())

    def quantile(self, q: float) -> float:
        """Return the total return that a share ``q`` of futures stays below."""
        return quantile_of(self.total_returns, fraction(q, "q", f"{_RESULT}.quantile"))

    def drawdown_quantile(self, q: float) -> float:
        """Return the deepest drawdown (negative) that a share ``q`` of futures falls below."""
        return quantile_of(self.max_drawdowns, fraction(q, "q", f"{_RESULT}.drawdown_quantile"))

    def probability_of_drawdown(self, depth: float) -> float:
        """Return the share of futures that fall by ``depth`` (0.2 is 20 %) or more from a high."""
        depth = fraction(depth, "depth", f"{_RESULT}.probability_of_drawdown")
        return float((self.max_drawdowns <= -depth).mean())

    def probability_of_ruin(self, loss: float = 0.5) -> float:
        """Return the share of futures that at some time have lost ``loss`` or more of what they began with.

        ``loss`` is a fraction above 0, up to 1 (everything).
        """
        return float((self.lowest_levels <= 1.0 - _loss(loss)).mean())

    def summary(self, *, ruin: float = 0.5, level: float = 0.95) -> pd.DataFrame:
        """Return the figures with their intervals: ``figure``, ``value``, ``low``, ``high``.

        Shares have Wilson's interval (1927), quantiles that of order statistics (no distribution is
        assumed), the mean that of the central limit theorem.
        """
        level = fraction(level, "level", f"{_RESULT}.summary")
        rows = [self.mean_total_return(level)]
        rows += [quantile_score(f"total return {q:.0%}", self.total_returns, q, level) for q in _QUANTILES]
        rows += [quantile_score(f"max drawdown {q:.0%}", self.max_drawdowns, q, level) for q in _QUANTILES]
        rows.append(share_score("probability of loss", self.total_returns < 0, level))
        rows += [
            share_score(f"probability of drawdown {d:.0%}", self.max_drawdowns <= -d, level) for d in _DEPTHS
        ]
        lost = self.lowest_levels <= 1.0 - _loss(ruin)
        rows.append(share_score(f"probability of ruin (loss of {ruin:.0%})", lost, level))
        return pd.DataFrame([(one.name, one.value, one.low, one.high) for one in rows], columns=_COLUMNS)

    def mean_total_return(self, level: float = 0.95) -> Score:
        """Return the mean total return with its interval."""
        level = fraction(level, "level", f"{_RESULT}.mean_total_return")
        n, mean = self.n_simulations, float(self.total_returns.mean())
        spread = self._deviation() / math.sqrt(n)
        reach = float(ndtri(0.5 + level / 2.0)) * spread
        return Score("mean total return", mean, mean - reach, mean + reach, level, n, "central limit theorem")

    def _deviation(self) -> float:
        finite = self.n_simulations > 1 and bool(np.isfinite(self.total_returns).all())
        with np.errstate(over="ignore"):
            return float(self.total_returns.std(ddof=1)) if finite else math.nan

    def percentile_paths(self, levels: Sequence[float] = _QUANTILES, points: int = 60) -> pd.DataFrame:
        """Return quantiles of the wealth of one unit at up to ``points`` steps from 0 to the horizon.

        One row per step (the index), one column per level. The futures are walked once more, the same ones;
        memory is futures times points.
        """
        owner = f"{_RESULT}.percentile_paths"
        wanted = [fraction(one, "levels", owner) for one in levels]
        points = min(count(points, "points", owner), self.time_horizon)
        marks = np.unique(np.linspace(0, self.time_horizon, points + 1).round().astype(np.int64))[1:]
        _, seen = self.draw.walk(self.n_simulations, marks.tolist())
        rows = np.vstack((np.ones(len(wanted)), *([[quantile_of(one, q) for q in wanted] for one in seen.T])))
        return pd.DataFrame(rows, index=pd.Index([0, *marks], name="step"), columns=wanted)

    def paths(self, n: int = 20) -> Array:
        """Return the wealth of one unit along the first ``n`` futures: (n, horizon + 1), from 1.0."""
        n = min(count(n, "n", f"{_RESULT}.paths"), self.n_simulations)
        _, seen = self.draw.walk(n, range(1, self.time_horizon + 1))
        return np.hstack((np.ones((n, 1)), seen))

    def to_json(self) -> dict[str, Any]:
        """Return the summary as plain JSON values."""
        summary: dict[str, Any] = plain(
            {
                "n_simulations": self.n_simulations,
                "time_horizon": self.time_horizon,
                "seed": self.seed,
                "method": self.method,
                "note": self.note,
                "mean_total_return": float(self.total_returns.mean()),
                "total_return_quantiles": {f"{q:.0%}": self.quantile(q) for q in _QUANTILES},
                "max_drawdown_quantiles": {f"{q:.0%}": self.drawdown_quantile(q) for q in _QUANTILES},
                "probability_of_loss": self.probability_of_loss,
                "probability_of_ruin": self.probability_of_ruin(),
            }
        )
        return summary


_COLUMNS = pd.Index(["figure", "value", "low", "high"])


def share_score(name: str, hits: np.ndarray, level: float) -> Score:
    """Return a share of independent futures with Wilson's interval.

    >>> print(share_score("ruin", np.array([True, False, False, False]), 0.95))
    ruin 0.250 [0.046, 0.699]
    """
    n, share, z = int(hits.size), float(hits.mean()), float(ndtri(0.5 + level / 2.0))
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low, high = max(0.0, min(centre - reach, share)), min(1.0, max(centre + reach, share))
    return Score(name, share, low, high, level, n, "Wilson score")


def quantile_score(name: str, values: Array, q: float, level: float) -> Score:
    """Return a quantile with the interval between two order statistics that covers it with ``level``.

    The number of values below the true quantile is binomial (n, q); an end that no order statistic can
    reach is infinite.

    >>> score = quantile_score("median", np.arange(1.0, 12.0), 0.5, 0.95)
    >>> score.value, score.low, score.high
    (6.0, 2.0, 10.0)
    """
    n, ordered = int(values.size), np.sort(values)
    below = bdtr(np.arange(n), n, q)  # P(at most k of n lie below)
    tail = (1.0 - level) / 2.0
    first = int(np.searchsorted(below, tail, side="right"))
    last = int(np.searchsorted(below, 1.0 - tail, side="left"))
    low = float(ordered[first - 1]) if first > 0 else -math.inf
    high = float(ordered[last]) if last < n else math.inf
    return Score(name, quantile_of(values, q), low, high, level, n, "order statistics")


def quantile_of(values: Array, q: float) -> float:
    """Return the linearly interpolated quantile; between two infinite values it is infinite.

    >>> quantile_of(np.array([1.0, 2.0, math.inf, math.inf]), 0.9), quantile_of(np.array([1.0, 2.0]), 0.5)
    (inf, 1.5)
    """
    at = (values.size - 1) * q
    low = math.floor(at)
    high = min(low + 1, values.size - 1)
    part = np.partition(values, [low, high])
    below, above = float(part[low]), float(part[high])
    return below if below == above or at == low else below + (above - below) * (at - low)


def _loss(loss: Any) -> float:
    return 1.0 if loss == 1 and not isinstance(loss, bool) else fraction(loss, "loss", f"{_RESULT}.ruin")
