"""The promotion gate. One more check is one file with one small class, and one line here."""

from .beats_baseline import BeatsBaseline
from .check import Check, CheckResult
from .drift_share import DriftShareCheck
from .evidence import Evidence
from .gate import Gate, GateDecision
from .integrity import IntegrityCheck
from .latency import LatencyCheck
from .leak import LeakCheck
from .not_worse import NotWorseThanProduction
from .parity import ParityCheck
from .plausible import PlausibleScore
from .ready_made import basic_gate, market_gate, table_gate
from .threshold import MetricThreshold

__all__ = [
    "BeatsBaseline",
    "Check",
    "CheckResult",
    "DriftShareCheck",
    "Evidence",
    "Gate",
    "GateDecision",
    "IntegrityCheck",
    "LatencyCheck",
    "LeakCheck",
    "MetricThreshold",
    "NotWorseThanProduction",
    "ParityCheck",
    "PlausibleScore",
    "basic_gate",
    "market_gate",
    "table_gate",
]
