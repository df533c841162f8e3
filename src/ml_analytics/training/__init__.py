"""Fit with hooks, metrics and checkpoints; returns a TrainedModel and does not know the registry. May
import ``core``, ``data``, ``features``, ``models``, ``evaluation``."""
