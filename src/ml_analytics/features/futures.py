"""Other bars: futures that agree with the past up to a bar and differ wildly after it, and other pasts."""

from __future__ import annotations

import numpy as np

from .bars import HIGHEST, LARGEST_VOLUME, LOWEST
from .indicator import Array, Bars

_DRIFT_BARS = 20


def randomised_future(bars: Bars, cut: int, generator: np.random.Generator, *, upwards: bool) -> Bars:
    """Return ``bars`` with everything after bar ``cut`` replaced.

    The moves after the cut are permuted, stretched and jittered, so that every bar changes even where the
    price stood still. Over its first 20 bars the new future climbs (or falls, without ``upwards``) a
    hundredfold: a global maximum or minimum cannot stay what it was. Volumes are permuted and rescaled.
    """
    new = _continued(bars, cut, float(bars["close"][cut]), generator, upwards=upwards)
    return {name: np.concatenate((bars[name][: cut + 1], values)) for name, values in new.items()}


def another_series(bars: Bars, generator: np.random.Generator) -> Bars:
    """Return as many valid bars, none of them the same: permuted moves from another price, other volumes."""
    upwards = bool(bars["close"][0] < 1.0)  # there is room on the other side
    factor = generator.uniform(1.5, 3.0)
    start = float(bars["close"][0]) * (factor if upwards else 1.0 / factor)
    longer = {name: np.concatenate((values[:1], values)) for name, values in bars.items()}
    return _continued(longer, 0, start, generator, upwards=upwards)


def _continued(
    bars: Bars, cut: int, anchor: float, generator: np.random.Generator, *, upwards: bool
) -> dict[str, Array]:
    """Return the bars after ``cut`` as they could have been from the price ``anchor`` on."""
    after = len(bars["close"]) - cut - 1
    order = generator.permutation(after)
    moves = np.diff(np.log(bars["close"][cut:]))[order] * generator.uniform(0.5, 2.0, after)
    moves += generator.normal(0.0, 0.01, after)
    moves[:_DRIFT_BARS] += (1.0 if upwards else -1.0) * np.log(100.0) / _DRIFT_BARS
    close = np.clip(anchor * np.exp(np.clip(np.cumsum(moves), -60.0, 60.0)), LOWEST * 2, HIGHEST / 2)
    before = np.concatenate(([anchor], close[:-1]))
    open_ = np.clip(before * np.exp(generator.normal(0.0, 0.002, after)), LOWEST * 2, HIGHEST / 2)
    wick = np.exp(np.abs(generator.normal(0.0, 0.01, (2, after))))
    return {
        "open": open_,
        "high": np.minimum(np.maximum(open_, close) * wick[0], HIGHEST),
        "low": np.maximum(np.minimum(open_, close) / wick[1], LOWEST),
        "close": close,
        "volume": _volumes(bars["volume"][cut + 1 :][order], generator, upwards=upwards),
    }


def _volumes(volumes: np.ndarray, generator: np.random.Generator, *, upwards: bool) -> np.ndarray:
    factor = (
        generator.uniform(20.0, 50.0, len(volumes)) if upwards else generator.uniform(0, 0.05, len(volumes))
    )
    return np.minimum((volumes + generator.uniform(0.5, 1.5, len(volumes))) * factor, LARGEST_VOLUME)
