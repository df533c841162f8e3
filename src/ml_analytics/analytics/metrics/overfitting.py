"""How likely it is that the best backtest is not the best: combinatorially symmetric cross-validation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.canonical import plain
from ...core.errors import ParameterError
from ..inputs import Array
from .trials import trials

_OWNER = "overfitting_probability"
_MOST_BLOCKS = 20
_CELLS_AT_ONCE = 2**19
# A variance below this share of the mean square is rounding.
_NOTHING = 1e-20


@dataclass(frozen=True)
class Overfitting:
    """What became of the strategy that looked best in one half of the history, over all halves.

    Arrays have one entry per way to split the blocks. ``logits`` are ln(w / (1 - w)) with w the relative
    rank, from 0 to 1, that the best strategy of the first half has in the other half. ``in_sample`` and
    ``out_of_sample`` are its Sharpe ratios per period in both halves.
    """

    logits: Array
    in_sample: Array
    out_of_sample: Array
    strategies: int
    blocks: int

    @property
    def probability(self) -> float:
        """Probability of backtest overfitting: share of splits whose best ranks in the lower half after."""
        return float((self.logits <= 0.0).mean())

    @property
    def probability_of_loss(self) -> float:
        """Share of splits whose best strategy loses in the other half."""
        return float((self.out_of_sample < 0.0).mean())

    @property
    def degradation(self) -> float:
        """Slope of the Sharpe ratio after on that before; negative: the better it looked, the worse it did.

        NaN where the ratio before does not vary.
        """
        before = self.in_sample - self.in_sample.mean()
        spread = float(before @ before)
        return float(before @ self.out_of_sample) / spread if spread else float("nan")

    def to_json(self) -> dict[str, Any]:
        """Return the summary as plain JSON values."""
        value: dict[str, Any] = plain(
            {
                "probability": self.probability,
                "probability_of_loss": self.probability_of_loss,
                "degradation": self.degradation,
                "splits": int(self.logits.size),
                "strategies": self.strategies,
                "blocks": self.blocks,
            }
        )
        return value


def overfitting_probability(returns: Any, blocks: int = 16) -> Overfitting:
    """Return how often the best strategy of one half of the history is below the median in the other half.

    The history is cut into ``blocks`` of equal length (to one period). Each choice of half of them is a
    first half, the rest the other half; the strategy with the highest Sharpe ratio in the first is ranked in
    the other. Without skill the probability is near one half; near 1 the choice itself is the harm.

    Args:
        returns: (n_periods, n_strategies), every strategy that was tried; NaN is left out. A strategy that
            does not vary in a half has the ratio 0 there.
        blocks: an even number from 2 to 20; 16 gives 12,870 splits.

    Raises:
        ParameterError: not a table of numbers, fewer than two strategies, fewer than two periods a block,
            or another number of blocks.

    Source: Bailey, Borwein, Lopez de Prado & Zhu (2017), "The probability of backtest overfitting".

    >>> rng = np.random.default_rng(0)
    >>> skill = rng.normal(0.0, 0.01, (600, 10)) + np.array([0.003] + [0.0] * 9)
    >>> overfitting_probability(skill, blocks=10).probability < 0.05
    True
    """
    table = trials(returns, _OWNER)
    strategies, periods = table.values.shape
    blocks = _even(blocks)
    if strategies < 2:
        raise ParameterError.of(
            "returns", _OWNER, "a table of at least two strategies", f"{strategies} column"
        )
    if periods < 2 * blocks:
        raise ParameterError.of("returns", _OWNER, f"at least {2 * blocks} periods (two a block)", periods)
    logits, before, after = [], [], []
    for inside, outside in _halves(table.values, blocks):
        best = inside.argmax(axis=1)
        rows = np.arange(best.size)
        reached = outside[rows, best]
        lower = (outside < reached[:, None]).sum(axis=1)
        same = (outside == reached[:, None]).sum(axis=1) - 1
        share = (1.0 + lower + same / 2.0) / (strategies + 1.0)
        logits.append(np.log(share / (1.0 - share)))
        before.append(inside[rows, best])
        after.append(reached)
    return Overfitting(
        np.concatenate(logits), np.concatenate(before), np.concatenate(after), strategies, blocks
    )


def _even(blocks: Any) -> int:
    whole = isinstance(blocks, (int, np.integer)) and not isinstance(blocks, bool)
    if not whole or blocks % 2 or not 2 <= blocks <= _MOST_BLOCKS:
        raise ParameterError.of("blocks", _OWNER, f"an even number from 2 to {_MOST_BLOCKS}", blocks)
    return int(blocks)


def _halves(values: NDArray[np.float64], blocks: int) -> Iterator[tuple[Array, Array]]:
    """Yield Sharpe ratios (splits, strategies) in both halves, some splits at a time.

    A half is a sum of blocks, so counts, sums and squares of blocks are all that is needed.
    """
    known = ~np.isnan(values)
    counted = np.maximum(known.sum(axis=1, keepdims=True), 1)
    shift = np.where(known, values, 0.0).sum(axis=1, keepdims=True) / counted
    centred = np.where(known, values - shift, 0.0)
    cuts = np.linspace(0, values.shape[1], blocks + 1).astype(np.intp)[:-1]
    parts = [np.add.reduceat(one, cuts, axis=1).T for one in (known.astype(np.float64), centred, centred**2)]
    halves = np.array(list(combinations(range(blocks), blocks // 2)))
    at_once = max(1, _CELLS_AT_ONCE // values.shape[0])
    for begin in range(0, len(halves), at_once):
        some = halves[begin : begin + at_once]
        chosen = np.zeros((len(some), blocks))
        np.put_along_axis(chosen, some, 1.0, axis=1)
        yield _ratios(chosen, parts, shift.T), _ratios(1.0 - chosen, parts, shift.T)


def _ratios(chosen: Array, parts: list[Array], shift: Array) -> Array:
    n, total, square = (chosen @ one for one in parts)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / n
        variance = (square - total * mean) / (n - 1.0)
        varies = variance > _NOTHING * (square / n + shift**2)
        return np.asarray(np.where(varies, (mean + shift) / np.sqrt(variance), 0.0), dtype=np.float64)
