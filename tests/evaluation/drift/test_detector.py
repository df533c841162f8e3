from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ml_analytics.core.errors import ParameterError
from ml_analytics.evaluation import DriftDetector, PopulationStabilityIndex


def _frame(seed: int, n: int = 400, **columns: object) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    base = {
        "a": random.normal(size=n),
        "b": random.normal(size=n),
        "queue": random.choice(["net", "mail"], n),
    }
    return pd.DataFrame({**base, **columns})


def test_no_drift_and_drift_of_each_kind() -> None:
    detector = DriftDetector().fit(_frame(0))
    assert detector.detect(_frame(1)).drifted == ()
    moved = _frame(2)
    moved["a"] += 1.0
    moved["queue"] = "net"
    moved.loc[::4, "b"] = np.nan
    report = detector.detect(moved)
    assert set(report.drifted) == {"a", "b", "queue"}
    assert report.share == 1.0
    assert {one.test for one in report.tests if one.drifted} == {"ks", "chi-square", "missing share"}


def test_many_features_seldom_alarm() -> None:
    """With 60 steady features plain tests at 5 % would alarm on about three."""
    random = np.random.default_rng(3)
    alarms = 0
    for _ in range(20):
        reference, current = (pd.DataFrame(random.normal(size=(300, 60))) for _ in range(2))
        alarms += len(DriftDetector().fit(reference).detect(current).drifted) > 0
    assert alarms <= 4


def test_column_order_and_kind_of_table_do_not_matter() -> None:
    reference, current = _frame(4), _frame(5)
    expected = DriftDetector().fit(reference).detect(current).to_json()
    turned = current[["queue", "b", "a"]]
    assert DriftDetector().fit(reference).detect(turned).to_json() == expected
    polars = DriftDetector().fit(pl.from_pandas(reference)).detect(pl.from_pandas(current))
    assert polars.to_json() == expected
    array = DriftDetector().fit(reference[["a", "b"]].to_numpy()).detect(current[["a", "b"]].to_numpy())
    assert array.features == ("x0", "x1")


def test_what_is_not_tested_is_said() -> None:
    texts = [f"please look at my broken printer number {i}" for i in range(50)]
    times = pd.date_range("2024-01-01", periods=50, tz="UTC")
    reference = pd.DataFrame(
        {"text": texts, "time": times, "gone": np.full(50, np.nan), "x": np.arange(50.0)}
    )
    report = DriftDetector().fit(reference).detect(reference.assign(extra=1))
    assert report.features == ("gone", "x")
    assert report.not_tested == {
        "extra": "not in the reference",
        "text": "free text has no distribution to compare",
        "time": "times always move on",
    }


def test_constants_stay_and_move() -> None:
    steady = pd.DataFrame({"c": np.full(60, 7.0)})
    detector = DriftDetector().fit(steady)
    assert detector.detect(steady).drifted == ()
    assert detector.detect(steady + 1).drifted == ("c",)


def test_all_values_missing_now() -> None:
    reference = pd.DataFrame({"x": np.arange(80.0)})
    report = DriftDetector().fit(reference).detect(pd.DataFrame({"x": np.full(80, np.nan)}))
    assert report.drifted == ("x",)
    assert [one.test for one in report.tests] == ["missing share"]


def test_a_column_that_turns_into_text_has_drifted() -> None:
    report = DriftDetector().fit(pd.DataFrame({"x": [1.0, 2.0]})).detect(pd.DataFrame({"x": ["a", "b"]}))
    assert report.drifted == ("x",)
    assert report.tests[0].note == "number before, category now"


def test_booleans_are_categories() -> None:
    random = np.random.default_rng(6)
    before, now = (
        pd.DataFrame({"vip": random.random(300) < 0.5}),
        pd.DataFrame({"vip": random.random(300) < 0.9}),
    )
    assert DriftDetector().fit(before).detect(now).drifted == ("vip",)


def test_other_tests_can_be_chosen() -> None:
    report = DriftDetector([PopulationStabilityIndex()], alpha=0.01).fit(_frame(7)).detect(_frame(8))
    assert {one.test for one in report.tests} == {"psi"}
    assert report.alpha == 0.01


def test_the_detector_can_be_fitted_again_and_leaves_tables_alone() -> None:
    reference = _frame(9)
    copy = reference.copy()
    detector = DriftDetector().fit(_frame(10, other=1.0)).fit(reference)
    detector.detect(reference)
    pd.testing.assert_frame_equal(reference, copy)


@pytest.mark.parametrize(("kwargs", "name"), [({"tests": []}, "tests"), ({"alpha": 0.0}, "alpha")])
def test_bad_settings(kwargs: dict[str, object], name: str) -> None:
    with pytest.raises(ParameterError, match=f"The '{name}' parameter of DriftDetector"):
        DriftDetector(**kwargs)  # type: ignore[arg-type]


def test_bad_tables() -> None:
    with pytest.raises(ParameterError, match="given to fit before detect"):
        DriftDetector().detect(_frame(11))
    with pytest.raises(ParameterError, match="rows and columns"):
        DriftDetector().fit(pd.DataFrame({"x": []}))
    with pytest.raises(ParameterError, match="column 'b' of the reference"):
        DriftDetector().fit(_frame(12)).detect(_frame(13).drop(columns="b"))
    with pytest.raises(ParameterError, match="'reference'"):
        DriftDetector().fit(3)
