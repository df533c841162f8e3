"""Pure fit/predict families, the factory, safe formats and ONNX compilation. May import ``core``."""
