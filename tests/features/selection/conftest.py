"""Tables with planted relations."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import pytest

Planted = Callable[..., tuple[pd.DataFrame, np.ndarray]]


def make_planted(seed: int = 0, rows: int = 1500) -> tuple[pd.DataFrame, np.ndarray]:
    """50 columns of which 3 matter: z0, z1, z2, each with 9 copies (rising, falling, bent) among the rest."""
    generator = np.random.default_rng(seed)
    sources = generator.normal(size=(rows, 23))
    columns = {f"z{i}": sources[:, i] for i in range(23)}
    for i in range(3):
        for k in range(9):
            bent = np.exp(sources[:, i] / 2) if k % 2 else 5 - 2 * sources[:, i]
            columns[f"copy{i}_{k}"] = bent + 0.02 * generator.normal(size=rows)
    table = pd.DataFrame(columns)
    target = sources[:, 0] + 0.8 * sources[:, 1] - 0.7 * sources[:, 2] + 0.5 * generator.normal(size=rows)
    return table.iloc[:, generator.permutation(50)], target


@pytest.fixture(name="make_planted", scope="session")
def _make_planted() -> Planted:
    return make_planted


@pytest.fixture(scope="session")
def sources_of() -> Callable[[Iterable[object]], list[str]]:
    """Say which planted sources some columns stand for, sorted."""
    return lambda names: sorted(str(name).split("_")[0].replace("copy", "z") for name in names)
