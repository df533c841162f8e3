"""Prediction log plus outcomes to performance and drift. May import ``core``, ``stores``, ``evaluation``,
``registry``."""
