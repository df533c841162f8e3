"""The point-in-time join: for each question the newest row that was known when it was asked.

Exact for late rows, equal times and boundaries in O((n + m) log n), without a loop over rows:

1. A row can be seen from ``max(event, created)`` on.
2. Rank all rows by (entity, event, created, first written); a greater rank is a better answer.
3. In the order of (entity, seen from) take the running maximum of the ranks. Ranks of a later entity are
   greater than all of an earlier one, so the maximum never mixes two.
4. A question finds by binary search the last row of its entity that can be seen; the running maximum there
   is the answer. ``ttl`` is looked at last: if the newest row is too old, so are all others.
"""

from __future__ import annotations

import numpy as np

_FEW_STEPS = 10


def point_in_time(
    codes: np.ndarray,
    event: np.ndarray,
    created: np.ndarray,
    query_codes: np.ndarray,
    at: np.ndarray,
    entities: int,
    ttl: int | None = None,
) -> np.ndarray:
    """Return for each question the position of its row, or -1.

    The row has the greatest (event, created) among those of the entity with ``event <= at`` and
    ``created <= at``; of equal ones the first. It must not be older than ``ttl``: ``at - event <= ttl``.

    Args:
        codes: entity of each row, 0 to ``entities - 1``.
        event: int64 times of the rows, any one unit.
        created: since when each row is known, same unit.
        query_codes: entity of each question, -1 for an unknown one.
        at: time of each question.
        entities: how many entity numbers there may be.
        ttl: greatest age, or ``None``.

    >>> one = np.zeros(2, dtype=np.int64)
    >>> event, created = np.array([10, 20]), np.array([10, 35])  # the second came late
    >>> point_in_time(one, event, created, np.zeros(3, dtype=np.int64), np.array([9, 30, 35]), 1)
    array([-1,  0,  1])
    """
    if not len(codes) or not len(query_codes):
        return np.full(len(query_codes), -1, dtype=np.int64)
    by_rank = _by_rank(codes, event, created, entities)
    rank = np.empty(len(codes), dtype=np.int64)
    rank[by_rank] = np.arange(len(codes))
    seen_from = np.maximum(event, created)
    row_keys, query_keys = _keys(codes, seen_from, entities, query_codes, at)
    order = np.argsort(row_keys)
    best = np.maximum.accumulate(rank[order])
    last = _last_not_after(row_keys[order], codes, query_keys, query_codes, entities)
    rows = by_rank[best[np.maximum(last, 0)]]
    found = (last >= 0) & (codes[rows] == query_codes)
    if ttl is not None:
        found &= at - event[rows] <= ttl
    return np.where(found, rows, -1)


def _by_rank(codes: np.ndarray, event: np.ndarray, created: np.ndarray, entities: int) -> np.ndarray:
    """Return positions from the worst to the best answer of each entity; of equal rows the first is best."""
    backwards = np.arange(len(codes) - 1, -1, -1)
    keys, _ = _keys(codes[::-1], event[::-1], entities)
    order = np.argsort(keys)  # not stable, and faster: without equal keys there is nothing to keep in order
    sorted_keys = keys[order]
    if (sorted_keys[1:] == sorted_keys[:-1]).any():  # equal events: created time decides, then who was first
        order = np.lexsort((created[::-1], keys))
    positions: np.ndarray = backwards[order]
    return positions


def _keys(
    codes: np.ndarray,
    times: np.ndarray,
    entities: int,
    query_codes: np.ndarray | None = None,
    at: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return (entity, time) as one int64 each, in the same order; times are numbered when they do not fit."""
    low, high = int(times.min()), int(times.max())
    width = high - low + 2
    if entities * width < 1 << 62:
        offsets = times - (low - 1)
        asked = None if at is None else np.clip(at, low - 1, high) - (low - 1)
    else:
        known = np.unique(times)
        width = len(known) + 1
        offsets = np.searchsorted(known, times) + 1
        asked = None if at is None else np.searchsorted(known, at, side="right")
    keys = codes * width + offsets
    if query_codes is None or asked is None:
        return keys, keys[:0]
    return keys, query_codes * width + asked


def _last_not_after(
    keys: np.ndarray, codes: np.ndarray, query_keys: np.ndarray, query_codes: np.ndarray, entities: int
) -> np.ndarray:
    """Return for each question the position of the last of the sorted keys that is not after its own, or -1.

    The search begins at the entity's first row: with few rows for each entity that is half the steps.
    """
    counts = np.bincount(codes, minlength=entities)
    steps = int(counts.max()).bit_length()
    if steps > _FEW_STEPS:
        found: np.ndarray = np.searchsorted(keys, query_keys, side="right") - 1
        return found
    place: np.ndarray = (np.cumsum(counts) - counts)[np.maximum(query_codes, 0)]
    padded = np.concatenate([keys, np.full(1 << steps, np.iinfo(np.int64).max)])
    for bit in range(steps - 1, -1, -1):  # keys of later entities are greater: it never goes past its own
        step = 1 << bit
        place += (padded[place + (step - 1)] <= query_keys) * step
    place -= 1
    return place


def newest(codes: np.ndarray, event: np.ndarray, created: np.ndarray, entities: int) -> np.ndarray:
    """Return the position of each entity's best row, by entity.

    >>> newest(np.array([1, 0, 1]), np.array([5, 5, 7]), np.array([5, 5, 7]), 2)
    array([1, 2])
    """
    by_rank = _by_rank(codes, event, created, entities)
    ordered = codes[by_rank]
    last = np.append(ordered[1:] != ordered[:-1], True)
    positions: np.ndarray = by_rank[last] if len(codes) else by_rank
    return positions
