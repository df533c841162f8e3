"""The kinds of problems that models solve, and what each kind answers with."""

from __future__ import annotations

from typing import Literal

Task = Literal["classification", "regression", "regime", "anomaly", "clustering", "forecasting"]
"""``anomaly`` answers 1 (as the rest) or -1 (unlike the rest), ``clustering`` with numbers of clusters,
``forecasting`` with the next value after each row (and has ``following(X)``, those values as far as X knows them),
``regime`` with a regime number; rows of the last two are
bars in time order."""

OUTPUT: dict[Task, str] = {
    "classification": "class",
    "regression": "number",
    "regime": "regime",
    "anomaly": "anomaly",
    "clustering": "cluster",
    "forecasting": "number",
}
"""The ``output`` of a signature by task."""

SUPERVISED: frozenset[Task] = frozenset({"classification", "regression"})
"""Tasks that learn from a target ``y``; the others learn from the table alone."""
