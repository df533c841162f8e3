"""One selection, step by step: score, prune, judge stability, keep the best."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..indicator import Array
from ..rank_correlation import rank_correlation
from .correlation import prune
from .evidence import Evidence, UnfitFeaturesError
from .methods import CORRELATION, STABILITY, scores_among
from .plan import Plan
from .result import Selection
from .scoring import best_first, combine, make_scorer, varies
from .stability import selected_shares

_IMPORTANCE = "importance"


@dataclass(slots=True)
class _Findings:
    """What is known of each scored column (positions among those); ``against`` says why one is not selected."""

    scores: dict[str, Array]
    pruned: dict[int, tuple[int, float]]
    shares: Array
    judged: int
    against: dict[int, str]

    @property
    def score(self) -> Array:
        return combine(self.scores)

    @property
    def order(self) -> list[int]:
        return [int(one) for one in best_first(self.score)]


def choose(evidence: Evidence, plan: Plan) -> Selection:
    """Select from ``evidence`` by ``plan``; at least one feature is selected, with a warning when none deserves it.

    Raises:
        UnfitFeaturesError: no column can be scored, or the target never changes.
        ParameterError: too few rows for the folds.
    """
    _require_something(evidence, plan.owner)
    found = _score_and_prune(evidence, plan)
    if STABILITY in plan.methods:
        _judge_stability(evidence, plan, found)
    _judge_strength(plan, found)
    chosen = [one for one in found.order if one not in found.against][: plan.n_features]
    if not chosen:
        chosen = [next(one for one in found.order if one not in found.pruned)]
        reason = found.against[chosen[0]]
        warnings.warn(
            f"{plan.owner} found no feature that passes; '{_name(evidence, chosen[0])}', the best by score, is kept "
            f"although it is {reason}.",
            UserWarning,
            stacklevel=4,
        )
        found.against[chosen[0]] = f"kept as the best, though {reason}"
    return Selection(
        _table(evidence, found, chosen),
        tuple(_name(evidence, one) for one in chosen),
        plan.methods,
        evidence.classes,
        len(evidence.values),
        found.judged,
        plan.min_stability,
    )


def _require_something(evidence: Evidence, owner: str) -> None:
    if not len(evidence.columns):
        raise UnfitFeaturesError(
            f"The features of {owner} must have a column that has values and changes. "
            f"Got none among {len(evidence.names)}."
        )
    if not varies(evidence.target):
        raise UnfitFeaturesError(
            f"The target of {owner} must have two different values in the complete rows. "
            f"Got 1 class or value in {len(evidence.target)} rows."
        )


def _score_and_prune(evidence: Evidence, plan: Plan) -> _Findings:
    values, target = evidence.values, evidence.target
    scores = {}
    for one in scores_among(plan.methods):
        scorer = make_scorer(one, values, evidence.classes, n_jobs=plan.n_jobs, seed=plan.seed)
        scores[one] = scorer(target)
    found = _Findings(scores, {}, np.full(values.shape[1], np.nan), 0, {})
    if CORRELATION not in plan.methods:
        return found
    found.pruned = prune(found.order, rank_correlation(values), plan.max_correlation)
    if found.pruned and _IMPORTANCE in scores:
        # Copies share the importance of what they copy; without them it shows.
        stays = _staying(found)
        scorer = make_scorer(
            _IMPORTANCE, values[:, stays], evidence.classes, n_jobs=plan.n_jobs, seed=plan.seed
        )
        scores[_IMPORTANCE][stays] = scorer(target)
    for gone, (kept, value) in found.pruned.items():
        found.against[gone] = f"correlated {value:+.3f} with '{_name(evidence, kept)}'"
    return found


def _judge_stability(evidence: Evidence, plan: Plan, found: _Findings) -> None:
    stays = _staying(found)
    found.shares[stays], found.judged = selected_shares(
        evidence,
        stays,
        tuple(found.scores),
        plan.n_features,
        plan.folds,
        owner=plan.owner,
        n_jobs=plan.n_jobs,
        seed=plan.seed,
    )
    for one in map(int, stays):
        if found.shares[one] < plan.min_stability:
            times = round(found.shares[one] * found.judged)
            found.against[one] = f"selected in {times} of {found.judged} folds"


def _judge_strength(plan: Plan, found: _Findings) -> None:
    if plan.threshold is not None:
        for weak in np.flatnonzero(found.score < plan.threshold).tolist():
            found.against.setdefault(weak, f"below the threshold of {plan.threshold:g}")
    passing = [one for one in found.order if one not in found.against]
    for one in passing[plan.n_features :] if plan.n_features is not None else []:
        found.against[one] = f"not among the best {plan.n_features}"


def _staying(found: _Findings) -> np.ndarray:
    return np.setdiff1d(np.arange(len(found.shares)), list(found.pruned))


def _name(evidence: Evidence, position: int) -> str:
    return evidence.names[int(evidence.columns[position])]


def _table(evidence: Evidence, found: _Findings, chosen: list[int]) -> pd.DataFrame:
    width = len(evidence.names)
    rank = np.full(width, width)
    order = [int(evidence.columns[one]) for one in found.order]
    order += [at for at in range(width) if at in evidence.aside]
    rank[order] = np.arange(1, width + 1)
    table = pd.DataFrame(
        {"score": np.zeros(width), "rank": rank}, index=pd.Index(evidence.names, name="feature")
    )
    places = evidence.columns
    table.iloc[places, 0] = found.score
    if len(found.scores) > 1:
        for method, values in found.scores.items():
            table[method] = _spread(width, places, values, 0.0)
    table["stability"] = _spread(width, places, found.shares, np.nan)
    partners = {
        int(places[one]): (_name(evidence, kept), value) for one, (kept, value) in found.pruned.items()
    }
    table["pruned_for"] = pd.Series(
        [partners[at][0] if at in partners else None for at in range(width)], index=table.index, dtype=object
    )
    table["correlation"] = [partners[at][1] if at in partners else np.nan for at in range(width)]
    selected = {int(places[one]) for one in chosen}
    table["selected"] = [at in selected for at in range(width)]
    why = {int(places[one]): reason for one, reason in found.against.items()} | evidence.aside
    table["reason"] = [why.get(at, "selected") for at in range(width)]
    return table


def _spread(width: int, places: np.ndarray, values: Array, empty: float) -> Array:
    out = np.full(width, empty)
    out[places] = values
    return out
