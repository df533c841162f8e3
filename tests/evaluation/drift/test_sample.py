from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.columns import ColumnKind
from ml_analytics.evaluation.drift import Sample


def _of(values: object, kind: ColumnKind) -> Sample:
    sample = Sample.of(pd.Series(values), kind)
    assert sample is not None
    return sample


def test_missing_values_are_kept_apart() -> None:
    sample = _of([2.0, None, 1.0, np.inf], ColumnKind.NUMBER)
    assert sample.values.tolist() == [2.0, 1.0, np.inf]
    assert sample.ordered.tolist() == [1.0, 2.0, np.inf]
    assert sample.missing.tolist() == [False, True, False, False]
    assert sample.rows == 4


def test_categories_become_text_with_counts() -> None:
    sample = _of(["b", "a", None, "b"], ColumnKind.CATEGORY)
    assert sample.counts == {"a": 1, "b": 2}


@pytest.mark.parametrize("values", [["x", "y"], [pd.Timestamp("2024-01-01")]])
def test_what_is_no_number_is_not_made_one(values: object) -> None:
    assert Sample.of(pd.Series(values), ColumnKind.NUMBER) is None


def test_numbers_held_as_objects_and_nothing_at_all_are_numbers() -> None:
    assert _of(pd.Series([1, 2.5, None], dtype=object), ColumnKind.NUMBER).values.tolist() == [1.0, 2.5]
    nothing = _of(pd.Series([None, None], dtype=object), ColumnKind.NUMBER)
    assert nothing.values.size == 0
    assert nothing.effective == 0.0


def test_runs_of_categories_are_worth_fewer_rows() -> None:
    random = np.random.default_rng(0)
    mixed = random.choice(["bull", "bear"], 600)
    runs = np.repeat(random.choice(["bull", "bear"], 30), 20)
    assert _of(mixed, ColumnKind.CATEGORY).effective > 450
    assert _of(runs, ColumnKind.CATEGORY).effective < 80


def test_an_outage_is_worth_few_rows() -> None:
    outage = np.ones(400)
    outage[100:140] = np.nan
    scattered = np.ones(400)
    scattered[::10] = np.nan
    assert (
        _of(outage, ColumnKind.NUMBER).effective_rows < _of(scattered, ColumnKind.NUMBER).effective_rows / 4
    )
