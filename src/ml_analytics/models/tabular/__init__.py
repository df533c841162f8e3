"""Models of tables. One more: a file here, and its class in ``FAMILIES``."""

from ..base import BaseModel
from .dummy import DummyModel, DummyRegressorModel
from .extra_trees import ExtraTreesModel, ExtraTreesRegressorModel
from .gradient_boosting import GradientBoostingModel, GradientBoostingRegressorModel
from .lightgbm import LightGBMModel, LightGBMRegressorModel
from .linear import LinearModel
from .logistic import LogisticModel
from .mixed import TableClassifier, TableRegressor
from .random_forest import RandomForestModel, RandomForestRegressorModel
from .xgboost import XGBoostModel, XGBoostRegressorModel

FAMILIES: tuple[type[BaseModel], ...] = (
    DummyModel,
    DummyRegressorModel,
    ExtraTreesModel,
    ExtraTreesRegressorModel,
    GradientBoostingModel,
    GradientBoostingRegressorModel,
    LightGBMModel,
    LightGBMRegressorModel,
    LinearModel,
    LogisticModel,
    RandomForestModel,
    RandomForestRegressorModel,
    TableClassifier,
    TableRegressor,
    XGBoostModel,
    XGBoostRegressorModel,
)

__all__ = ["FAMILIES", "TableClassifier", "TableRegressor"]
