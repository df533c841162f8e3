"""The HTTP edge: API keys, Open Inference Protocol v2, limits. May import ``use_cases`` and below."""
