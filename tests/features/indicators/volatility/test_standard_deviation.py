"""Standard deviations against NumPy's."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ml_analytics.features.indicator import Bars


def test_of_closes_and_of_returns(some: Bars, agree: Callable[..., None], textbook: SimpleNamespace) -> None:
    move = np.log(some["close"] / textbook.shift(some["close"]))
    for period in (10, 20, 50):
        agree(some, f"std_{period}", textbook.rolling(some["close"], period, np.std))
        agree(some, f"volatility_{period}", textbook.rolling(move, period, np.std))


def test_a_shift_changes_nothing(some: Bars, column: Callable[[Bars, str], np.ndarray]) -> None:
    moved = {name: values + 4096 for name, values in some.items()}
    np.testing.assert_allclose(column(moved, "std_20"), column(some, "std_20"), rtol=1e-9)
