"""Finished use cases: the market run and ticket classification. May import ``pipelines`` and below."""
