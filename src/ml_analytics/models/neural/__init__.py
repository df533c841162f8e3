"""What the families of neural networks share: windows, scaling, training through Lightning, safe files, ONNX.

PyTorch and Lightning are the extra ``torch``. They are imported when a model is fitted, asked or loaded; files
here that import them at the top are imported only then.
"""

from .model import NeuralModel

__all__ = ["NeuralModel"]
