"""The pipeline as a user calls it: pandas, polars, scikit-learn."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from ml_analytics.core.errors import DataProcessingError, IntegrityError, ParameterError
from ml_analytics.features import FeatureEngineeringPipeline, catalogue, direction_labels

SMALL = {"technical_indicators": {"momentum": True, "returns": True}}
FEW = {"technical_indicators": {"momentum": ["rsi", "roc"], "returns": True}}


def to_polars(frame: pd.DataFrame) -> pl.DataFrame:
    return pl.from_pandas(frame.rename_axis("timestamp").reset_index())


def test_one_row_per_bar_and_the_names_of_the_catalogue(sp500_bars: pd.DataFrame) -> None:
    made = FeatureEngineeringPipeline().generate_features(sp500_bars)
    assert made.shape == (5031, len(FeatureEngineeringPipeline().get_feature_names_out()))
    assert made.index.equals(sp500_bars.index)
    assert (made.dtypes == np.float64).all()
    assert not made.iloc[FeatureEngineeringPipeline().features.warm_up :].isna().any().any()


def test_pandas_and_polars_give_the_same(bars: pd.DataFrame) -> None:
    pipeline = FeatureEngineeringPipeline()
    expected, made = pipeline.generate_features(bars), pipeline.generate_features(to_polars(bars))
    assert isinstance(made, pl.DataFrame)
    assert made.columns == ["timestamp", *expected.columns]
    assert made.schema["timestamp"] == pl.Datetime("us", "UTC")
    assert made["timestamp"].to_list() == list(expected.index.to_pydatetime())
    np.testing.assert_array_equal(made.drop("timestamp").to_numpy(), expected.to_numpy())


def test_title_case_and_naive_times_are_taken_with_a_warning(bars: pd.DataFrame) -> None:
    frame = bars.rename(columns=str.title)
    frame.index = pd.DatetimeIndex(frame.index).tz_localize(None)
    with pytest.warns(UserWarning, match="UTC"):
        made = FeatureEngineeringPipeline(SMALL).generate_features(frame)
    assert str(made.index.tz) == "UTC"


@pytest.mark.parametrize("length", [1, 2, 20, 199])
def test_fewer_bars_than_the_warm_up(make_bars: Callable[..., pd.DataFrame], length: int) -> None:
    made = FeatureEngineeringPipeline().generate_features(make_bars(length))
    assert len(made) == length
    assert made["sma_200"].isna().all()
    assert made["obv"].notna().all()


def test_missing_values_are_an_error_or_filled_forward(bars: pd.DataFrame) -> None:
    holed = bars.copy()
    holed.iloc[50, 3] = np.nan
    with pytest.raises(DataProcessingError, match=r"'close'.*bar 50"):
        FeatureEngineeringPipeline().generate_features(holed)
    filled = FeatureEngineeringPipeline({**SMALL, "preprocessing": {"handle_missing": "ffill"}})
    assert filled.generate_features(holed)["log_return_1"].iloc[50] == 0


def test_nothing_of_the_input_is_kept_or_changed(bars: pd.DataFrame) -> None:
    before = bars.copy()
    made = FeatureEngineeringPipeline(SMALL).generate_features(bars)
    made.iloc[:] = 0
    assert bars.equals(before)


def planted(bars: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    made = FeatureEngineeringPipeline(FEW).generate_features(bars)
    return made, (made["rsi_14"] > 50).astype(float)


@pytest.mark.parametrize("method", ["mutual_info", "f_test", "importance"])
def test_selection_finds_a_planted_feature(bars: pd.DataFrame, method: str) -> None:
    made, target = planted(bars)
    chosen = FeatureEngineeringPipeline(SMALL).select_features(made, target, method=method, n_features=3)
    assert chosen.shape == (len(bars), 3)
    assert chosen.columns[0] == "rsi_14"
    pd.testing.assert_frame_equal(chosen, made[list(chosen.columns)])


def test_selection_of_a_polars_table_keeps_time(bars: pd.DataFrame) -> None:
    made, target = planted(bars)
    table = FeatureEngineeringPipeline(FEW).generate_features(to_polars(bars))
    chosen = FeatureEngineeringPipeline(SMALL).select_features(table, target, "f_test", 2)
    expected = FeatureEngineeringPipeline(SMALL).select_features(made, target, "f_test", 2)
    assert chosen.columns == ["timestamp", *expected.columns]


def test_threshold_and_counts(bars: pd.DataFrame) -> None:
    made, target = planted(bars)
    config = {**SMALL, "feature_selection": {"method": "f_test", "n_features": 5, "threshold": 1e12}}
    with pytest.warns(UserWarning, match="no feature that passes"):
        assert FeatureEngineeringPipeline(config).select_features(made, target).shape[1] == 1
    assert FeatureEngineeringPipeline(SMALL).select_features(made, target, n_features=999).shape == made.shape
    for bad in (0, -1, 1.5, "3"):
        with pytest.raises(ParameterError, match="n_features"):
            FeatureEngineeringPipeline(SMALL).select_features(made, target, n_features=bad)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="'shap'"):
        FeatureEngineeringPipeline(SMALL).select_features(made, target, method="shap")
    with pytest.raises(DataProcessingError, match="column"):
        FeatureEngineeringPipeline(SMALL).select_features(made[[]], target)


def test_every_way_to_select(bars: pd.DataFrame) -> None:
    made, target = planted(bars)
    pipeline = FeatureEngineeringPipeline(
        {**FEW, "feature_selection": {"max_correlation": 0.9, "horizon": 1}}
    )
    chosen = pipeline.select_features(made, target, ["f_test", "importance", "correlation", "stability"], 4)
    assert chosen.columns[0] == "rsi_14"
    found = pipeline.selection_
    assert list(chosen.columns) == list(found.names)
    assert found.stable[0] == "rsi_14"
    assert "rsi_21" in found.pruned
    assert "rsi_21" not in pipeline.select_features(made, target, ["f_test", "correlation"], 20)
    loose = pipeline.select_features(made, target, ["f_test", "correlation"], 20, max_correlation=1.0)
    assert "rsi_21" in loose
    with pytest.raises(ParameterError, match=r"'options'.*'folds'"):
        pipeline.select_features(made, target, folds=3)


def test_fit_selects_as_configured(bars: pd.DataFrame) -> None:
    made, target = planted(bars)
    selection = {"method": ["f_test", "correlation"], "max_correlation": 0.9}
    pipeline = FeatureEngineeringPipeline({**FEW, "feature_selection": selection})
    kept = pipeline.fit_transform(bars, target)
    assert pipeline.selection_.methods == ("f_test", "correlation")
    assert set(kept.columns) == set(made.columns) - set(pipeline.selection_.pruned)
    poisoned = bars.copy()
    poisoned.iloc[400:] *= 2
    first, again = (FeatureEngineeringPipeline({**FEW, "feature_selection": selection}) for _ in range(2))
    first.fit(bars[:400], target[:400])
    again.fit(poisoned[:400], target[:400])
    pd.testing.assert_frame_equal(first.selection_.table, again.selection_.table)


def test_transformer_learns_from_training_only(bars: pd.DataFrame) -> None:
    config = {
        **SMALL,
        "feature_selection": {"method": "f_test", "n_features": 4},
        "preprocessing": {"scaler": "standard", "outlier_detection": True},
    }
    training = bars.iloc[:400]
    pipeline = FeatureEngineeringPipeline(config)
    first = pipeline.fit_transform(training, direction_labels(training["close"]))
    assert list(first.columns) == list(pipeline.get_feature_names_out())
    assert first.shape == (400, 4)
    np.testing.assert_allclose(first.mean(), 0, atol=1e-12)
    np.testing.assert_allclose(first.std(ddof=0), 1, rtol=1e-12)
    whole = pipeline.transform(bars)
    pd.testing.assert_frame_equal(whole.iloc[:400], first, check_freq=False)
    again = FeatureEngineeringPipeline(config).fit(training, direction_labels(training["close"]))
    pd.testing.assert_frame_equal(again.transform(bars), whole)


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_set_output_chooses_the_kind_of_table(bars: pd.DataFrame, kind: str) -> None:
    pipeline = FeatureEngineeringPipeline(SMALL).fit(bars)
    expected = pipeline.transform(bars)
    made = pipeline.set_output(transform=kind).transform(bars)
    assert type(made).__module__.split(".")[0] == kind
    np.testing.assert_array_equal(
        np.asarray(made)[:, -expected.shape[1] :].astype(float), expected.to_numpy()
    )


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_set_output_takes_polars_bars_too(bars: pd.DataFrame, kind: str) -> None:
    pipeline = FeatureEngineeringPipeline(SMALL).set_output(transform=kind)
    made = pipeline.fit(to_polars(bars)).transform(to_polars(bars))
    assert type(made).__module__.split(".")[0] == kind
    assert list(made.columns) == list(pipeline.get_feature_names_out())


def test_a_model_behind_polars_bars_learns_from_features_alone(bars: pd.DataFrame) -> None:
    many = pl.concat([to_polars(bars).with_columns(symbol=pl.lit(name)) for name in ("A", "B")])
    made = FeatureEngineeringPipeline(SMALL).fit_transform(many)
    assert made.columns == list(FeatureEngineeringPipeline(SMALL).get_feature_names_out())


def test_what_was_fitted_is_what_transforms(bars: pd.DataFrame) -> None:
    pipeline = FeatureEngineeringPipeline({"technical_indicators": {"trend": ["sma_5", "sma_10"]}})
    expected = pipeline.fit(bars).transform(bars)
    pipeline.set_params(config={"technical_indicators": {"momentum": ["rsi_14"]}})
    pd.testing.assert_frame_equal(pipeline.transform(bars), expected)
    pd.testing.assert_series_equal(pipeline.stream(bars).vector, expected.iloc[-1])
    assert list(pipeline.fit(bars).transform(bars).columns) == ["rsi_14"]


def test_folds_of_bars_put_together_are_warned_of(bars: pd.DataFrame, sp500_bars: pd.DataFrame) -> None:
    pipeline = FeatureEngineeringPipeline(SMALL)
    spliced = bars.drop(index=bars.index[200:400])
    with pytest.warns(UserWarning, match="hole of 201 days"):
        pipeline.fit(spliced)
    with pytest.warns(UserWarning, match="split them"):
        pipeline.fit(bars).transform(spliced)
    pipeline.fit(sp500_bars).transform(sp500_bars)  # weekends, holidays and the week of 2001: no warning


def test_without_a_target_every_column_stays(bars: pd.DataFrame) -> None:
    pipeline = FeatureEngineeringPipeline({**SMALL, "n_features": 3})
    made = pipeline.fit_transform(bars)
    pd.testing.assert_frame_equal(made, pipeline.generate_features(bars))


def test_scikit_learn_interface(bars: pd.DataFrame) -> None:
    pipeline = FeatureEngineeringPipeline(SMALL)
    assert clone(pipeline).get_params() == {"config": SMALL, "cache": None}
    pipeline.set_params(config={"technical_indicators": {"returns": True}})
    returns = [name for one in catalogue("returns") for name in one.columns]
    assert list(pipeline.get_feature_names_out()) == returns
    with pytest.raises(NotFittedError):
        pipeline.transform(bars)
    with pytest.raises(ParameterError, match="fit_params"):
        pipeline.fit_transform(bars, None, sample_weight=1)


def test_inside_a_scikit_learn_pipeline(bars: pd.DataFrame) -> None:
    features = {"technical_indicators": {"relative": ["bar_range"]}}
    model = make_pipeline(FeatureEngineeringPipeline(features), LogisticRegression())
    target = (bars["close"] > bars["open"]).astype(int)
    assert model.fit(bars, target).predict(bars).shape == (len(bars),)


def test_bad_configuration_is_refused_at_once() -> None:
    with pytest.raises(ParameterError, match="interpolate"):
        FeatureEngineeringPipeline({"preprocessing": {"handle_missing": "interpolate"}})


def test_a_pipeline_is_kept_as_json(bars: pd.DataFrame, tmp_path: Path) -> None:
    config = {
        "technical_indicators": {"momentum": {"rsi": [9, 14]}, "trend": pd.Index(["sma_5", "ema_33"])},
        "feature_selection": {"method": ["f_test", "correlation"], "n_features": np.int64(2)},
        "preprocessing": {"scaler": "quantile", "outlier_detection": True},
    }
    target = (bars["close"].shift(-1) > bars["close"]).astype(int)
    pipeline = FeatureEngineeringPipeline(config).fit(bars.iloc[:400], target.iloc[:400])
    pipeline.save(tmp_path / "pipeline.json")
    again = FeatureEngineeringPipeline.load(tmp_path / "pipeline.json")
    pd.testing.assert_frame_equal(again.transform(bars), pipeline.transform(bars))
    pd.testing.assert_frame_equal(again.generate_features(bars), pipeline.generate_features(bars))
    pd.testing.assert_series_equal(again.stream(bars).vector, pipeline.stream(bars).vector)
    assert again.selection_.names == pipeline.selection_.names
    FeatureEngineeringPipeline().save(tmp_path / "plain.json")
    with pytest.raises(NotFittedError):
        FeatureEngineeringPipeline.load(tmp_path / "plain.json").transform(bars)


def test_a_changed_file_is_no_pipeline(tmp_path: Path) -> None:
    file = tmp_path / "pipeline.json"
    FeatureEngineeringPipeline(SMALL).save(file)
    file.write_text(file.read_text().replace("momentum", "momentun"))
    with pytest.raises(IntegrityError, match="feature pipeline"):
        FeatureEngineeringPipeline.load(file)


def test_a_fitted_pipeline_travels_to_workers(bars: pd.DataFrame) -> None:
    pipeline = FeatureEngineeringPipeline(SMALL).fit(bars)
    sent = pickle.loads(pickle.dumps(pipeline))  # as joblib sends it
    pd.testing.assert_frame_equal(sent.transform(bars), pipeline.transform(bars))
