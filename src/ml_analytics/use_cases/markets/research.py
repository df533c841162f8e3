"""From bars to an honest comparison: features, labels, purged folds, models against baselines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import (
    DataProcessingError,
    MLFrameworkError,
    ParameterError,
    SettingsError,
    TrainingError,
)
from ...core.values import Score
from ...data import WalkForwardSplit, final_holdout
from ...evaluation import accuracy_score_interval, advantage, always_up, same_as_yesterday
from ...features import FeatureEngineeringPipeline, direction_labels
from ...models import BaseModel, ModelFactory
from .config import MarketConfig

_UNFITTED = ("technical_indicators", "market_microstructure", "scale_free")
"""What can be configured of the features without learning from bars that a fold may not see."""

DEFAULTS: dict[str, dict[str, Any]] = {
    "xgboost": {
        "n_estimators": 80,
        "max_depth": 2,
        "learning_rate": 0.03,
        "subsample": 0.7,
        "colsample_bytree": 0.5,
        "min_child_weight": 30,
        "reg_lambda": 10.0,
    },
    "logistic": {"C": 0.001},
}


@dataclass(frozen=True)
class Dataset:
    """Rows whose features are all known, with labels where the future is known.

    ``X`` (n_samples, n_features), ``y`` 1.0 up, 0.0 not, NaN where the horizon reaches past the last bar;
    ``train`` marks the rows before the holdout whose label span ends before it begins.
    """

    X: pd.DataFrame
    y: pd.Series
    close: pd.Series
    train: np.ndarray
    holdout: np.ndarray


def build_dataset(bars: pd.DataFrame, features: pd.DataFrame, config: MarketConfig) -> Dataset:
    """Join features and labels and set the last years aside, purged by the horizon.

    Raises:
        DataProcessingError: too few bars for the folds and the holdout asked for.
    """
    labels = direction_labels(bars["close"], config.horizon)
    features = features[training_columns(config)]
    known = features.notna().all(axis=1)
    X, y, close = features.loc[known], labels.loc[known], bars["close"].loc[known]
    if X.empty:
        raise DataProcessingError(
            f"The data of '{config.name}' must have more bars than the longest warm-up of its features, "
            f"{_training_pipeline(config).features.warm_up} bars. Got {len(bars)} bars."
        )
    try:
        parts = final_holdout(X.index, config.holdout_years, horizon=config.horizon + config.embargo)
    except ParameterError:  # one part would be empty
        parts = None
    if parts is None or len(parts.train) < 50 * config.splits or len(parts.test) <= 2 * config.horizon:
        raise DataProcessingError(
            f"The data of '{config.name}' must have more bars for {config.splits} folds and a holdout of "
            f"{config.holdout_years:g} years. Got {len(bars)} bars, {len(X)} of them after the warm-up."
        )
    return Dataset(X, y, close, _mask(parts.train, len(X)), _mask(parts.test, len(X)))


def _mask(positions: np.ndarray, length: int) -> np.ndarray:
    mask = np.zeros(length, dtype=bool)
    mask[positions] = True
    return mask


def make_model(model_type: str, config: MarketConfig) -> BaseModel:
    """Return an unfitted model of that type with the run's parameters and seed."""
    parameters = {**DEFAULTS.get(model_type, {}), **config.parameters.get(model_type, {})}
    model: BaseModel = ModelFactory.create(model_type, **parameters)
    if "random_state" in model.get_params() and "random_state" not in parameters:
        model.set_params(random_state=config.seed)
    return model


def fitted(model_type: str, X: pd.DataFrame, y: pd.Series, config: MarketConfig) -> BaseModel:
    """Return a model of that type, fitted.

    Raises:
        TrainingError: its parameters or the data do not let it fit.
    """
    model = make_model(model_type, config)
    try:
        return model.fit(X, y)
    except MLFrameworkError:
        raise
    except (ValueError, TypeError) as error:  # libraries check parameters only here
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise TrainingError(
            f"The model '{model_type}' could not be fitted: {reason}", config.name, "fit"
        ) from error


def out_of_fold(model_type: str, data: Dataset, config: MarketConfig) -> pd.Series:
    """Return the probability of *up* for every test row of the walk-forward folds.

    Each is made by a model that has seen only rows whose labels were known before the fold began.
    """
    X, y = data.X.loc[data.train], data.y.loc[data.train].astype(int)
    splitter = WalkForwardSplit(n_splits=config.splits, purge=config.horizon, embargo=config.embargo)
    parts = []
    for train, test in splitter.split(X):
        model = fitted(model_type, X.iloc[train], y.iloc[train], config)
        parts.append(pd.Series(_up(model, X.iloc[test]), index=X.index[test]))
    return pd.concat(parts)


def _up(model: BaseModel, X: pd.DataFrame) -> np.ndarray:
    classes = list(model.signature.classes) if model.signature else []
    return np.asarray(model.predict_proba(X))[:, classes.index(1)]


def compare(probabilities: dict[str, pd.Series], data: Dataset, config: MarketConfig) -> dict[str, Any]:
    """Score models and baselines on the same rows, each with its interval; pick the champion.

    The advantage of each model is the paired difference to the better baseline, its interval widened for
    the number of models tried.
    """
    rows = next(iter(probabilities.values())).index
    truth = data.y.loc[rows].to_numpy().astype(int)
    baselines = _baselines(data, rows, config)
    scores = {name: _accuracy(truth, predicted, config) for name, predicted in baselines.items()}
    best = max(baselines, key=lambda name: scores[name].value)
    trials = len(probabilities)
    gains: dict[str, Score] = {}
    for name, up in probabilities.items():
        predicted = (up.to_numpy() >= 0.5).astype(int)
        scores[name] = _accuracy(truth, predicted, config)
        gains[name] = advantage(truth, predicted, baselines[best], config.horizon, trials=trials)
    champion = max(probabilities, key=lambda name: scores[name].value)
    return {
        "rows": len(rows),
        "first": rows[0].isoformat(),
        "last": rows[-1].isoformat(),
        "scores": scores,
        "advantages": gains,
        "best_baseline": best,
        "champion": champion,
        "trials": trials,
    }


def beside_baselines(
    data: Dataset, truth: pd.Series, answers: np.ndarray, config: MarketConfig
) -> dict[str, Any]:
    """Return the baselines' scores on the rows of ``truth`` and the answers' advantage over the better one."""
    guesses = _baselines(data, truth.index, config)
    known = truth.to_numpy()
    scores = {name: _accuracy(known, guess, config) for name, guess in guesses.items()}
    best = max(guesses, key=lambda name: scores[name].value)
    gain = advantage(known, answers, guesses[best], config.horizon)
    return {"baselines": scores, "best_baseline": best, "advantage": gain}


def _baselines(data: Dataset, rows: pd.Index, config: MarketConfig) -> dict[str, np.ndarray]:
    labels = data.y.dropna()
    yesterday = pd.Series(same_as_yesterday(labels.to_numpy(), config.horizon), index=labels.index).loc[rows]
    return {"always up": always_up(len(rows)), "same as yesterday": yesterday.to_numpy().astype(int)}


def _accuracy(truth: np.ndarray, predicted: np.ndarray, config: MarketConfig) -> Score:
    return accuracy_score_interval(truth, predicted, horizon=config.horizon)


def make_pipeline(config: MarketConfig) -> FeatureEngineeringPipeline:
    """Return the feature pipeline of a run; all of its columns are certified.

    Raises:
        SettingsError: the configuration asks for a selection or scaling, which no fold would learn by itself.
    """
    fitted = [name for name in config.features if name not in _UNFITTED]
    if fitted:
        raise SettingsError(
            f"The key 'features' of '{config.name}' must hold {', '.join(_UNFITTED)} only: a market run trains on "
            f"every feature. Got '{fitted[0]}'."
        )
    return FeatureEngineeringPipeline(config.features or None)


def training_columns(config: MarketConfig) -> list[str]:
    """Return the columns to train on: by default those without a level, so that 1999 and 2018 compare."""
    return list(_training_pipeline(config).features.columns)


def _training_pipeline(config: MarketConfig) -> FeatureEngineeringPipeline:
    if not config.scale_free:
        return make_pipeline(config)
    return FeatureEngineeringPipeline({**config.features, "scale_free": True})
