"""Rank correlations beside pandas, clusters beside what was planted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.features.report.correlation import Correlation, correlate
from ml_analytics.features.report.inputs import read_inputs


def found(table: pd.DataFrame, threshold: float = 0.7) -> Correlation:
    return correlate(read_inputs(table, None, None), np.arange(len(table)), threshold)


def planted(seed: int = 0, rows: int = 400) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    source = generator.normal(size=(rows, 4))
    columns = {
        **{f"a{at}": source[:, 0] + 0.2 * generator.normal(size=rows) for at in range(4)},
        **{f"b{at}": np.exp(-source[:, 1] + 0.1 * generator.normal(size=rows)) for at in range(3)},
        "c": source[:, 2],
        "d": source[:, 3],
    }
    return pd.DataFrame(columns)[["c", "a0", "b1", "a3", "d", "b0", "a1", "b2", "a2"]]


def test_planted_clusters_are_found_in_any_order_of_columns() -> None:
    table = planted()
    for columns in (list(table), list(table)[::-1], sorted(map(str, table))):
        result = found(table[columns])
        assert sorted(map(sorted, (one.members for one in result.clusters))) == [
            ["a0", "a1", "a2", "a3"],
            ["b0", "b1", "b2"],
        ]
        assert sorted(result.alone) == ["c", "d"] and result.left_out == ()


def test_members_stand_side_by_side_and_the_representative_is_nearest_to_all() -> None:
    result = found(planted(3))
    frame = pd.DataFrame(result.matrix, index=result.names, columns=result.names).abs()
    for one in result.clusters:
        assert result.names[one.start : one.start + len(one.members)] == one.members
        part = frame.loc[list(one.members), list(one.members)]
        mean = (part.sum() - 1) / (len(part) - 1)
        assert mean[one.representative] == mean.max()
        assert one.strength == pytest.approx(mean.mean())


def test_a_monotone_change_of_a_feature_changes_nothing() -> None:
    table = planted(5)
    bent = table.assign(a0=np.exp(table["a0"]), c=table["c"] ** 3)
    np.testing.assert_allclose(found(bent).matrix, found(table).matrix, atol=1e-12)


def test_what_does_not_vary_is_left_out() -> None:
    table = planted().assign(flat=1.0, none=np.nan, few=np.nan)
    table.loc[:28, "few"] = np.arange(29.0)
    assert found(table).left_out == ("flat", "none", "few")


@pytest.mark.parametrize("columns", [["c"], []])
def test_one_feature_or_none_to_compare(columns: list[str]) -> None:
    result = found(planted()[columns].assign(flat=1.0))
    assert result.names == tuple(columns) and result.clusters == ()


def test_pairs_that_never_meet_are_unknown() -> None:
    early, late = np.arange(100.0), np.arange(100.0)
    early[50:], late[:50] = np.nan, np.nan
    result = found(pd.DataFrame({"early": early, "late": late, "always": np.arange(100.0)}))
    frame: Any = pd.DataFrame(result.matrix, index=result.names, columns=result.names)
    assert np.isnan(frame.loc["early", "late"]) and frame.loc["early", "always"] == 1.0
