"""Prediction log plus outcomes to performance and drift. May import ``core``, ``stores``, ``evaluation``,
``registry``."""

from .outcomes import joined, record_outcomes
from .performance import ModelMonitoring
from .report import PerformanceReport

PerformanceMonitor = ModelMonitoring
"""The name that one of the project's source documents uses for :class:`ModelMonitoring`."""

__all__ = ["ModelMonitoring", "PerformanceMonitor", "PerformanceReport", "joined", "record_outcomes"]
