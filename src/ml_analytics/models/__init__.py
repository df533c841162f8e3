"""Pure fit/predict families, the factory, safe formats and ONNX compilation. May import ``core``."""

from .base import BaseModel
from .compile import CompileResult, OnnxPredictor, compile_onnx
from .factory import ModelFactory
from .formats import dump_model, load_model
from .tabular import FAMILIES as _TABULAR

for _family in _TABULAR:
    ModelFactory.register(_family.model_type, _family)

__all__ = [
    "BaseModel",
    "CompileResult",
    "ModelFactory",
    "OnnxPredictor",
    "compile_onnx",
    "dump_model",
    "load_model",
]
