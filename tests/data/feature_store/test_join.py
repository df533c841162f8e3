"""The point-in-time join against loops that are obviously right, and against a changed future."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.data.feature_store import join
from ml_analytics.data.feature_store.join import newest, point_in_time

ENTITIES = 4
TIMES = st.integers(-6, 6)
SCALES = st.sampled_from(
    [(1, ENTITIES), (1_000_000, ENTITIES), (10**16, 10**6)]
)  # the last: too big for one int64
ROWS = st.lists(st.tuples(st.integers(0, ENTITIES - 1), TIMES, TIMES), max_size=25)
QUESTIONS = st.lists(st.tuples(st.integers(-1, ENTITIES - 1), st.integers(-8, 8)), max_size=25)
TTL = st.none() | st.integers(0, 8)
Triples = list[tuple[int, int, int]]


def arrays(rows: Triples, scale: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return table[:, 0].copy(), table[:, 1] * scale, table[:, 2] * scale


def oracle(rows: Triples, entity: int, at: int, ttl: int | None) -> int:
    best = -1
    for place, (one, event, created) in enumerate(rows):
        if one == entity and event <= at and created <= at:
            if best >= 0 and (event, created) <= rows[best][1:]:
                continue
            best = place
    if best >= 0 and ttl is not None and at - rows[best][1] > ttl:
        return -1
    return best


def asked(
    rows: Triples, questions: list[tuple[int, int]], ttl: int | None, size: tuple[int, int] = (1, ENTITIES)
) -> list[int]:
    scale, entities = size
    queries = np.array(questions, dtype=np.int64).reshape(-1, 2)
    scaled = None if ttl is None else ttl * scale
    codes, event, created = arrays(rows, scale)
    found: list[int] = point_in_time(
        codes, event, created, queries[:, 0], queries[:, 1] * scale, entities, scaled
    ).tolist()
    return found


@given(ROWS, QUESTIONS, TTL, SCALES)
def test_the_join_is_that_of_the_loops(
    rows: Triples, questions: list[tuple[int, int]], ttl: int | None, size: tuple[int, int]
) -> None:
    expected = [oracle(rows, entity, at, ttl) for entity, at in questions]
    assert asked(rows, questions, ttl, size) == expected


@given(ROWS, QUESTIONS, TTL)
def test_entities_with_many_rows_are_searched_as_exactly(
    rows: Triples, questions: list[tuple[int, int]], ttl: int | None
) -> None:
    expected = [oracle(rows, entity, at, ttl) for entity, at in questions]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(join, "_FEW_STEPS", 0)
        assert asked(rows, questions, ttl) == expected


@given(ROWS, QUESTIONS, SCALES)
def test_an_age_bound_before_choosing_is_the_same_as_after(
    rows: Triples, questions: list[tuple[int, int]], size: tuple[int, int]
) -> None:
    for entity, at in questions:
        young = [row if at - row[1] <= 2 else (ENTITIES - 1, 99, 99) for row in rows]
        assert asked(rows, [(entity, at)], 2, size) == [oracle(young, entity, at, None)]


@given(ROWS, st.tuples(st.integers(0, ENTITIES - 1), TIMES), TTL, st.data())
def test_nothing_after_t_changes_the_answer_at_t(
    rows: Triples, question: tuple[int, int], ttl: int | None, data: st.DataObject
) -> None:
    at = question[1]
    before = asked(rows, [question], ttl)
    later = st.integers(at + 1, at + 9)
    changed: Triples = []
    for entity, event, created in rows:
        if max(event, created) <= at:
            changed.append((entity, event, created))
        else:
            changed.append((data.draw(st.integers(0, ENTITIES - 1)), *data.draw(future(later))))
    assert asked(changed, [question], ttl) == before
    known = [place for place, row in enumerate(rows) if max(row[1:]) <= at]
    without = asked([rows[place] for place in known], [question], ttl)
    assert [known[place] if place >= 0 else -1 for place in without] == before


def future(later: st.SearchStrategy[int]) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(later, TIMES) | st.tuples(TIMES, later) | st.tuples(later, later)


@pytest.mark.parametrize(
    ("rows", "at", "ttl", "row"),
    [
        ([(0, 5, 5)], 5, None, 0),  # known at its own moment
        ([(0, 5, 5)], 4, None, -1),
        ([(0, 5, 9)], 8, None, -1),  # late
        ([(0, 5, 9)], 9, None, 0),
        ([(0, 5, 2)], 4, None, -1),  # known before it happened: a forecast is not served before its time
        ([(0, 1, 9), (0, 3, 3)], 10, None, 1),  # a late old value does not hide a newer event
        ([(0, 3, 3), (0, 3, 8)], 7, None, 0),  # corrected
        ([(0, 3, 3), (0, 3, 8)], 8, None, 1),
        ([(0, 3, 3), (0, 3, 3)], 8, None, 0),  # equal: the first stays
        ([(0, 3, 3)], 8, 5, 0),  # the last moment of a life counts
        ([(0, 3, 3)], 9, 5, -1),
    ],
)
def test_boundaries(rows: Triples, at: int, ttl: int | None, row: int) -> None:
    assert asked(rows, [(0, at)], ttl) == [row]


@given(ROWS)
def test_the_newest_of_each_entity_is_the_answer_at_the_end(rows: Triples) -> None:
    codes, event, created = arrays(rows, 1)
    if rows:
        found = newest(codes, event, created, ENTITIES).tolist()
        assert found == [place for one in range(ENTITIES) if (place := oracle(rows, one, 99, None)) >= 0]
