"""A whole selection: planted features are found, chance is not, and everything has a reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml_analytics.core.errors import DataProcessingError
from ml_analytics.features.selection import FeatureSelector

Planted = Callable[..., tuple[pd.DataFrame, np.ndarray]]
SourcesOf = Callable[[Iterable[object]], list[str]]


def select(X: Any, y: Any, *method: str, **options: Any) -> Any:
    return FeatureSelector(list(method), **{"n_features": 3, **options}).fit(X, y).selection_


@pytest.mark.parametrize(
    "scores", [("mutual_info",), ("f_test",), ("importance",), ("mutual_info", "f_test")]
)
@pytest.mark.parametrize("kind", ["numbers", "classes", "texts"])
def test_the_three_planted_among_fifty_with_copies(
    make_planted: Planted, sources_of: SourcesOf, scores: tuple[str, ...], kind: str
) -> None:
    X, numbers = make_planted(rows=1000)
    target = {
        "numbers": numbers, "classes": np.digitize(numbers, [-1, 1]), "texts": np.where(numbers > 0, "up", "down")
    }[kind]  # fmt: skip
    alone = select(X, target, *scores)
    assert set(sources_of(alone.names)) <= {"z0", "z1", "z2"}
    assert sources_of(alone.names) != ["z0", "z1", "z2"], "without pruning, copies take the places"
    found = select(X, target, *scores, "correlation", "stability")
    assert sources_of(found.names) == ["z0", "z1", "z2"]
    assert sources_of(found.stable) == ["z0", "z1", "z2"]
    assert found.table.loc[list(found.names), "stability"].min() >= 0.6


def test_what_was_pruned_for_what(make_planted: Planted, sources_of: SourcesOf) -> None:
    X, target = make_planted()
    found = select(X, target, "f_test", "correlation")
    assert len(found.pruned) == 27
    for gone, (kept, value) in found.pruned.items():
        assert sources_of([gone]) == sources_of([kept])
        assert value == pytest.approx(X[gone].corr(X[kept], method="spearman"))
        assert abs(value) > 0.95
        assert found.table.loc[kept, "score"] >= found.table.loc[gone, "score"]
        assert found.table.loc[gone, "reason"] == f"correlated {value:+.3f} with '{kept}'"
    assert found.table.loc[list(found.pruned), "stability"].isna().all()


def test_importance_is_not_thinned_by_copies(make_planted: Planted) -> None:
    X, target = make_planted()
    best = select(X, target, "importance", "correlation").table["score"].max()
    assert best > 3 * select(X, target, "importance").table["score"].max()


@pytest.mark.parametrize("scores", [("mutual_info",), ("f_test",), ("mutual_info", "f_test")])
def test_a_permuted_target_has_no_stable_feature(make_planted: Planted, scores: tuple[str, ...]) -> None:
    for seed in range(5):
        X, target = make_planted(seed)
        permuted = np.random.default_rng(seed).permutation(target)
        for one in (permuted, permuted > 0):
            with pytest.warns(UserWarning, match=r"no feature that passes.*selected in \d of 5 folds"):
                found = select(X, one, *scores, "correlation", "stability", n_features=20)
            assert found.stable == ()
            assert len(found.names) == 1
            assert "kept as the best" in found.table.loc[found.names[0], "reason"]


def test_a_permuted_target_has_no_stable_importance(make_planted: Planted) -> None:
    X, target = make_planted(rows=600)
    permuted = np.random.default_rng(0).permutation(target)
    with pytest.warns(UserWarning, match="no feature that passes"):
        assert select(X, permuted, "importance", "stability", n_features=20).stable == ()


def test_stability_may_only_report(make_planted: Planted) -> None:
    X, target = make_planted()
    permuted = np.random.default_rng(0).permutation(target)
    found = select(X, permuted, "f_test", "stability", n_features=20, min_stability=0)
    assert len(found.names) == 20
    assert found.names == select(X, permuted, "f_test", n_features=20).names
    assert found.table["stability"].between(0, 1).all()
    assert found.folds == 5


def test_every_feature_has_a_rank_and_a_reason(make_planted: Planted) -> None:
    X, target = make_planted()
    X = X.assign(constant=1.0, empty=np.nan, when=pd.date_range("2020-01-01", periods=1500))
    found = select(
        X, target, "f_test", "mutual_info", "correlation", "stability", n_features=2, threshold=0.1
    )
    table = found.table
    assert list(table.index) == list(X.columns)
    assert sorted(table["rank"]) == list(range(1, 54))
    assert (table.sort_values("rank")["score"].diff().dropna() <= 0).all()
    assert list(table.index[table["selected"]]) == [name for name in X.columns if name in found.names]
    assert list(table.loc[list(found.names), "rank"]) == sorted(table.loc[list(found.names), "rank"])
    assert table.loc["constant", "reason"] == "constant"
    assert table.loc["empty", "reason"] == "without a value"
    assert table.loc["when", "reason"] == "a column of times"
    assert {"f_test", "mutual_info"} <= set(table.columns)
    reasons = " ".join(table["reason"])
    assert "selected in 0 of 5 folds" in reasons
    assert "correlated" in reasons
    plain = select(X, target, "f_test", n_features=2, threshold=1.0).table["reason"]
    assert (
        plain.value_counts()["not among the best 2"]
        == 50 - 2 - plain.value_counts()["below the threshold of 1"]
    )


def test_threshold() -> None:
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(300, 3)), columns=list("abc"))
    y = (X["b"] > 0).to_numpy()
    scores = select(X, y, "f_test").table["score"]
    assert select(X, y, "f_test", threshold=float(scores["b"])).names == ("b",)
    assert select(X, y, "f_test", threshold=-1.0).table["selected"].all()
    with pytest.warns(
        UserWarning, match="'b', the best by score, is kept although it is below the threshold"
    ):
        assert select(X, y, "f_test", threshold=1e9).names == ("b",)


def test_nothing_to_tell_is_an_error() -> None:
    X = pd.DataFrame({"a": np.arange(30.0), "b": 1.0})
    with pytest.raises(DataProcessingError, match=r"has values and changes. Got none among 1"):
        select(X[["b"]], np.arange(30), "f_test")
    with pytest.raises(DataProcessingError, match="two different values"):
        select(X, ["same"] * 30, "f_test")


def test_the_same_again_and_in_any_order_of_columns(make_planted: Planted) -> None:
    X, target = make_planted(rows=400)
    methods = ("mutual_info", "f_test", "importance", "correlation", "stability")
    first, again = (select(X, target, *methods, min_stability=0, n_folds=2) for _ in range(2))
    pd.testing.assert_frame_equal(first.table, again.table)
    mirrored = select(X[X.columns[::-1]], target, "f_test", "correlation")
    assert mirrored.names == select(X, target, "f_test", "correlation").names


def test_plain_json(make_planted: Planted) -> None:
    X, target = make_planted(rows=400)
    found = select(X.assign(constant=1), target, "f_test", "correlation", "stability")
    plain = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert plain["names"] == list(found.names)
    assert plain["features"]["constant"]["stability"] is None
    assert plain["features"][found.names[0]]["rank"] == 1
    assert (plain["rows"], plain["folds"], plain["classes"]) == (400, 5, False)
