"""Models of tables. One more: a file here, and its class in ``FAMILIES``."""

from ..base import BaseModel
from .dummy import DummyModel, DummyRegressorModel
from .elastic_net import ElasticNetModel
from .extra_trees import ExtraTreesModel, ExtraTreesRegressorModel
from .gradient_boosting import GradientBoostingModel, GradientBoostingRegressorModel
from .k_neighbors import KNeighborsModel, KNeighborsRegressorModel
from .lightgbm import LightGBMModel, LightGBMRegressorModel
from .linear import LinearModel
from .logistic import LogisticModel
from .mixed import TableClassifier, TableRegressor
from .random_forest import RandomForestModel, RandomForestRegressorModel
from .xgboost import XGBoostModel, XGBoostRegressorModel

FAMILIES: tuple[type[BaseModel], ...] = (
    DummyModel,
    DummyRegressorModel,
    ElasticNetModel,
    ExtraTreesModel,
    ExtraTreesRegressorModel,
    GradientBoostingModel,
    GradientBoostingRegressorModel,
    KNeighborsModel,
    KNeighborsRegressorModel,
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
