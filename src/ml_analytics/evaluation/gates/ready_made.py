"""Gates for the two main jobs and the least that any promotion must pass."""

from __future__ import annotations

from .beats_baseline import BeatsBaseline
from .gate import Gate
from .integrity import IntegrityCheck
from .latency import LatencyCheck
from .leak import LeakCheck
from .not_worse import NotWorseThanProduction
from .parity import ParityCheck
from .plausible import PlausibleScore


def market_gate(
    maximum_ms: float = 50.0, tolerance: float = 0.0, parity: float = 1e-4, plausible: float = 0.65
) -> Gate:
    """Return the gate for models of market direction.

    Checks: integrity, leak certificate, parity, latency, beats the baseline, plausible score, not worse than
    production (primary metric, within ``tolerance``).

    >>> len(market_gate().checks)
    7
    """
    return Gate(
        [
            IntegrityCheck(),
            LeakCheck(),
            ParityCheck(parity),
            LatencyCheck(maximum_ms),
            BeatsBaseline(),
            PlausibleScore(plausible),
            NotWorseThanProduction(tolerance=tolerance),
        ]
    )


def table_gate(maximum_ms: float = 50.0, tolerance: float = 0.0, parity: float = 1e-4) -> Gate:
    """Return the gate for models of tables and tickets, whose rows have no future to leak.

    Checks: integrity, parity, latency, beats the baseline, not worse than production.

    >>> [check.name for check in table_gate().checks][0]
    'integrity'
    """
    return Gate(
        [
            IntegrityCheck(),
            ParityCheck(parity),
            LatencyCheck(maximum_ms),
            BeatsBaseline(),
            NotWorseThanProduction(tolerance=tolerance),
        ]
    )


def basic_gate(tolerance: float = 0.0) -> Gate:
    """Return the least: intact bytes, and not worse than production.

    >>> from ml_analytics.evaluation.gates import Evidence
    >>> basic_gate().decide(Evidence({"accuracy": 0.7}, integrity=True)).passed
    True
    """
    return Gate([IntegrityCheck(), NotWorseThanProduction(tolerance=tolerance)])
