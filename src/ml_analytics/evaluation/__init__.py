"""Pure metrics with intervals, baselines, drift and the promotion gate. May import ``core``."""
