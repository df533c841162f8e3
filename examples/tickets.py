"""Tickets in, a served classifier out: text, categories and numbers mixed, found by themselves.

python examples/tickets.py [directory]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from ml_analytics import MLSystem, train_table

WORDS = {
    "hardware": "printer toner paper jam screen keyboard broken replace".split(),
    "access": "password login locked account reset permission denied".split(),
    "network": "wifi vpn slow connection drops timeout router".split(),
}


def tickets(rows: int = 600, seed: int = 0) -> pd.DataFrame:
    """Make tickets: a sentence, a site and an hour of the day."""
    rng = np.random.default_rng(seed)
    kinds = rng.choice(list(WORDS), rows)
    common = "please help my the is again since this morning urgent".split()
    return pd.DataFrame(
        {
            "body": [" ".join([*rng.choice(WORDS[kind], 3), *rng.choice(common, 5)]) for kind in kinds],
            "site": rng.choice(["Pune", "Berlin", "Austin"], rows),
            "hour": rng.integers(0, 24, rows),
            "category": kinds,
        }
    )


def main(home: Path) -> None:
    system = MLSystem(home, tenant_id="acme")
    result = train_table(system, tickets(), "category", "ticket_classifier")
    print(
        f"{result.model_id}:{result.version}: {result.accuracy}; most frequent class alone: {result.baseline}"
    )
    print("in production" if result.promoted else f"refused: {result.reasons}")
    ticket = {"body": "my vpn connection drops again please help", "site": "Berlin", "hour": 9}
    print(system.predict("ticket_classifier", ticket))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "tickets-example"))
