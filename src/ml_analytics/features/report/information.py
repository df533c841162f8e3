"""What each feature tells about the target, beside what chance alone would tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import xlogy

from ..indicator import Array
from .bins import MISSING, Answers, Codes, binned
from .inputs import Inputs

FEWEST_ROWS = 50
ROTATIONS = 200
_BLOCK = 16
_BINS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Importance:
    """Mutual information of every feature with the target.

    Attributes:
        target: its name.
        classes: whether the target was taken as classes; numbers are taken as five quantiles.
        rows: how many have a known target.
        rotations: how many times chance was tried.
        table: by feature, the surest first: ``information`` in nats beyond the mean of chance, ``noise``
            the 95 % quantile of chance beyond its mean, and ``p_value``: how often the *best* of all features
            under chance stands out as much as this one (1 = always).
    """

    target: str
    classes: bool
    rows: int
    rotations: int
    table: pd.DataFrame

    @property
    def telling(self) -> tuple[str, ...]:
        """Features that tell more than chance would, at 5 % for all of them together."""
        return tuple(map(str, self.table.index[self.table["p_value"] <= 0.05]))


def weigh(inputs: Inputs, answers: Answers, rows: NDArray[np.int64], seed: int) -> Importance | None:
    """Weigh all features on ``rows``; ``None`` when the target has fewer than 50 known rows or one class.

    Chance is the same target, moved along the rows by a random number of them and put back in at the start:
    it keeps how the target and the features hang together in time. Shuffling single rows would destroy that
    and call noise information (a target of five bars ahead has overlapping rows).
    """
    chosen = rows[answers.known[rows]]
    codes = answers.codes[chosen]
    if chosen.size < FEWEST_ROWS or np.unique(codes).size < 2:
        return None
    found, chance = information(inputs.values[chosen], codes, ROTATIONS, seed)
    mean, scale = chance.mean(axis=1), chance.std(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        above = np.where(scale > 0, (found - mean) / scale, 0.0)
        highest = np.where(scale[:, None] > 0, (chance - mean[:, None]) / scale[:, None], 0.0).max(axis=0)
    beaten = (highest[None, :] >= above[:, None]).sum(axis=1)
    table = pd.DataFrame(
        {
            "information": found - mean,
            "noise": np.quantile(chance, 0.95, axis=1) - mean,
            "p_value": (1.0 + beaten) / (1.0 + highest.size),
        },
        index=inputs.index,
    )
    table = table.sort_values(["p_value", "information"], ascending=[True, False], kind="stable")
    return Importance(answers.name, answers.classes, int(chosen.size), int(highest.size), table)


def information(values: Array, codes: Codes, rotations: int, seed: int) -> tuple[Array, Array]:
    """Return mutual information in nats, shape (n_features,), and that of chance, (n_features, n_rotations).

    Values are binned at their quantiles, ten bins at most and five rows per cell at least; a missing value is
    left out for its feature.
    """
    rows = len(codes)
    levels = int(codes.max(initial=0)) + 1
    bins, width = binned(values, int(np.clip(np.sqrt(rows / (5 * levels)), 2, _BINS)))
    shifts = _shifts(rows, rotations, seed)
    found = mutual_information(bins, width, codes[:, None], levels)[:, 0]
    chance = [
        mutual_information(bins, width, np.stack([np.roll(codes, shift) for shift in some], axis=1), levels)
        for some in np.array_split(shifts, max(1, -(-len(shifts) // 25)))
    ]
    return found, np.concatenate(chance, axis=1)


def mutual_information(bins: Codes, width: int, answers: Codes, levels: int) -> Array:
    """Return I(bin; answer) = Σ p(b, a) ln(p(b, a) / p(b) p(a)), shape (n_features, n_answers).

    Args:
        bins: shape (n_rows, n_features), below ``width``; :data:`MISSING` is left out for its feature.
        width: how many bins there are.
        answers: shape (n_rows, n_answers), from 0 to ``levels`` - 1.
        levels: how many classes there are.

    >>> coin = np.array([0, 1, 0, 1])[:, None]
    >>> mutual_information(coin, 2, coin, 2).round(4).tolist()
    [[0.6931]]
    """
    rows, features = bins.shape
    tried = answers.shape[1]
    # A column per class but the last, which is what remains of all rows: the last column.
    answered = np.ones((rows, tried * (levels - 1) + 1), dtype=np.float32)
    for level in range(levels - 1):
        answered[:, level : tried * (levels - 1) : levels - 1] = answers == level
    made = np.empty((features, tried))
    for left in range(0, features, _BLOCK):
        some = bins[:, left : left + _BLOCK]
        # one column too many per feature takes the missing values and is cut off again
        marks = np.zeros((rows, some.shape[1] * (width + 1)), dtype=np.float32)
        place = np.where(some == MISSING, width, some) + np.arange(some.shape[1]) * (width + 1)
        np.put_along_axis(marks, place, 1.0, axis=1)
        counts = (marks.T @ answered).astype(np.float64).reshape(some.shape[1], width + 1, -1)[:, :width]
        others = counts[:, :, :-1].reshape(*counts.shape[:2], tried, levels - 1)
        last = counts[:, :, -1:] - others.sum(axis=3)
        made[left : left + _BLOCK] = _of_counts(np.concatenate([others, last[..., None]], axis=3))
    return made


def _of_counts(joint: Array) -> Array:
    """Return the information of counts of shape (features, bins, tried, levels)."""
    total = joint.sum(axis=(1, 3))
    cells = xlogy(joint, joint).sum(axis=(1, 3))
    by_bin, by_answer = joint.sum(axis=3), joint.sum(axis=1)
    margins = xlogy(by_bin, by_bin).sum(axis=1) + xlogy(by_answer, by_answer).sum(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        result = (cells - margins) / total + np.log(total)
    return np.asarray(np.maximum(np.where(total > 0, result, 0.0), 0.0))


def _shifts(rows: int, rotations: int, seed: int) -> NDArray[np.int64]:
    """Return by how many rows to move the target: different numbers, less than a whole round.

    Small ones too: a target that is slow beside slow features is high over whole stretches of shifts, and
    without the stretch around 0 the true place would look rarer than it is.
    """
    possible = np.arange(1, rows)
    chosen = np.random.default_rng(seed).choice(possible, min(rotations, possible.size), replace=False)
    return np.asarray(np.sort(chosen), dtype=np.int64)
