"""Pure fit/predict families, the factory, safe formats and ONNX compilation. May import ``core``.

One more family: a file in the folder of its kind and its class in that folder's ``FAMILIES``; the factory
knows it and the conformance suite (:mod:`.testing`) crosses it with every law.
"""

from . import anomaly, clustering, ensemble, forecasting, online, regime, sequence, tabular, text, vision
from .base import BaseModel
from .compile import CompileResult, compile_onnx
from .factory import ModelFactory
from .fastest import FastestPredictor
from .foreign import import_model
from .formats import dump_model, load_model
from .onnx_model import OnnxModel
from .onnx_predictor import OnnxPredictor
from .reading import read_model
from .regime import HMMRegimeDetector, NNRegimeDetector
from .tabular import TableClassifier, TableRegressor
from .wrapped import SklearnModel, wrap

_KINDS = (tabular, anomaly, clustering, forecasting, text, vision, sequence, online, ensemble, regime)
_FAMILIES: tuple[type[BaseModel], ...] = (
    *(one for kind in _KINDS for one in kind.FAMILIES),
    SklearnModel,
    OnnxModel,
)
for _family in _FAMILIES:
    ModelFactory.register(_family.model_type, _family)

# What product teams call them: a task, not an algorithm. The table models choose one by the columns.
ModelFactory.register("classification", TableClassifier)
ModelFactory.register("regression", TableRegressor)

__all__ = [
    "BaseModel",
    "CompileResult",
    "FastestPredictor",
    "HMMRegimeDetector",
    "ModelFactory",
    "NNRegimeDetector",
    "OnnxModel",
    "OnnxPredictor",
    "SklearnModel",
    "TableClassifier",
    "TableRegressor",
    "compile_onnx",
    "dump_model",
    "import_model",
    "load_model",
    "read_model",
    "wrap",
]
