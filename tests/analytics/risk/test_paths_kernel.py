from __future__ import annotations

import numpy as np
import pytest

from ml_analytics.analytics.risk import kinds
from ml_analytics.analytics.risk.paths_kernel import walk_futures


def walked(values: list[float], added: bool) -> list[float]:
    """Walk the one order of equal steps."""
    out, seen = np.empty((1, 4)), np.empty((1, 2))
    marks = np.array([1, len(values)])
    parameters = np.zeros(3)
    steps = np.array(values)
    walk_futures(kinds.SHUFFLE, steps, parameters, added, np.uint64(0), len(values), marks, seen, out)
    return [*out[0].tolist(), *seen[0].tolist()]


def test_equal_steps_are_walked_by_definition() -> None:
    assert walked([0.9, 0.9], added=False) == pytest.approx([0.81, 0.81, 0.81, 2, 0.9, 0.81])
    assert walked([1.1, 1.1], added=False) == pytest.approx([1.21, 1.0, 1.0, 0, 1.1, 1.21])
    assert walked([-0.25, -0.25], added=True) == pytest.approx([0.5, 0.5, 0.5, 2, 0.75, 0.5])


def test_rounding_keeps_no_account_alive() -> None:
    assert walked([-1 / 3] * 3, added=True)[0] == 0.0
    assert walked([-0.1] * 10, added=True)[0] == 0.0


def test_every_kind_gives_futures_that_differ() -> None:
    rng = np.random.default_rng(0)
    for kind in (kinds.IID, kinds.BLOCKS, kinds.NORMAL, kinds.STUDENT, kinds.SHUFFLE):
        values = 1.0 + rng.normal(0, 0.02, 40)
        out, seen = np.empty((20, 4)), np.empty((20, 1))
        parameters = np.array([0.2, 0.01, 5.0]) if kind == kinds.BLOCKS else np.array([0.0, 0.01, 5.0])
        marks = np.array([40])
        walk_futures(kind, values, parameters, False, np.uint64(2**64 - 1), 40, marks, seen, out)
        np.testing.assert_array_equal(seen[:, 0], out[:, 0])
        assert np.isfinite(out).all()
        assert (out[:, 1] <= 1.0).all()
        assert len(np.unique(out[:, 1])) > 15
