"""The leak certificate: proof by recomputation that no feature reads a later bar.

Two checks, at several bars t. *Cut-off series*: the features of ``data[: t + 1]`` must be those of the whole
series, at every bar up to t. *Randomised future*: the features of the series whose bars after t are replaced
by other valid bars must be unchanged at every bar up to t. Values count as equal when both are NaN or when
they differ by at most 1e-9 of the value (or of the feature's mean magnitude, near zero).

The cuts are the bars 0, 1, 3, 7, … (a value that is only back-filled into the warm-up shows there), the
bar of the largest move (an outlier that is smoothed away shows there), and ``cuts`` bars spread over the
series. A leak that touches only a few single bars elsewhere can slip through; more ``cuts`` find rarer ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import pandas as pd

from ..core.errors import DataProcessingError, ParameterError
from ..core.frames import Table, to_pandas
from ..core.values import UNTESTED, FeatureVerdict, LeakCertificate
from .bars import read_bars
from .config import FeatureConfig
from .futures import randomised_future
from .indicator import Array, Bars
from .matrix import compute_columns
from .panel import has_symbols, read_panel

TOLERANCE = 1e-9
CUT_OFF, RANDOMISED = "cut-off series", "randomised future"
_NO_VALUE = f"{UNTESTED}no value at any cut; give more bars than the warm-up"
_FEWEST_BARS = 20

Compute = Callable[[Bars], Array]


class Certifiable(Protocol):
    """What :func:`certify` needs of a pipeline: which features it makes."""

    @property
    def features(self) -> FeatureConfig:
        """The configuration, read."""
        ...


def certify(
    pipeline: Certifiable, ohlcv: Table, cuts: int | Sequence[int] = 5, seed: int = 0
) -> LeakCertificate:
    """Certify every feature of ``pipeline`` on ``ohlcv``; see the module for what is checked.

    Args:
        pipeline: what makes the features; nothing of it changes.
        ohlcv: real bars, at least 20; of a table that names symbols the symbol with most bars is taken, for
            no feature knows whose bars it sees. A feature without a value at any cut is ``untested``: not clean and
            not leaking either, so give a good deal more bars than the warm-up.
        cuts: how many spread cuts, or their positions (then only those).
        seed: of the randomised futures and of where the spread cuts fall.

    Raises:
        ParameterError: ``cuts`` or ``seed`` is not usable.
        DataProcessingError: the bars are not usable, or fewer than 20.
    """
    config = pipeline.features
    bars = _longest(ohlcv, config)

    def compute(some: Bars) -> Array:
        return compute_columns(some, config.indicators, config.columns)

    return _certificate(compute, config.columns, bars, cuts, seed)


def _longest(ohlcv: Table, config: FeatureConfig) -> Bars:
    if not has_symbols(ohlcv):
        return read_bars(ohlcv, "certify", fill_forward=config.fill_forward)[0]
    panel = read_panel(ohlcv, "certify", fill_forward=config.fill_forward)
    return panel.series(max((rows for _, rows in panel.parts()), key=lambda rows: rows.stop - rows.start))


def certify_function(
    function: Callable[[pd.DataFrame], Any],
    ohlcv: Table,
    cuts: int | Sequence[int] = 5,
    seed: int = 0,
) -> LeakCertificate:
    """Certify any function from bars to features.

    Args:
        function: takes a pandas frame (``open high low close volume``, UTC index) and returns a table (or a
            Series) of numbers with one row per bar. It must be deterministic, and work on short frames.
        ohlcv, cuts, seed: as for :func:`certify`.

    Raises:
        ParameterError: ``cuts`` or ``seed`` is not usable.
        DataProcessingError: the bars are not usable, or the function returns another number of rows or
            something that is not numbers.

    >>> days = pd.date_range("2024-01-01", periods=60, tz="UTC")
    >>> price = pd.Series(100 + np.sin(np.arange(60.0)), index=days)
    >>> bars = pd.DataFrame({"open": price, "high": price + 1, "low": price - 1, "close": price, "volume": 1.0})
    >>> certify_function(lambda frame: frame[["close"]].rolling(5).mean(), bars).clean
    True
    >>> certify_function(lambda frame: frame[["close"]].rolling(5, center=True).mean(), bars).leaking
    ('close',)
    """
    bars, index = read_bars(ohlcv, "certify_function")
    columns = tuple(map(str, _call(function, bars, index).columns))

    def compute(some: Bars) -> Array:
        # A column that comes and goes with the future is missing here, which counts as a change.
        made = _call(function, some, index[: len(some["close"])])
        return made.reindex(columns=list(columns)).to_numpy(np.float64, na_value=np.nan)

    return _certificate(compute, columns, bars, cuts, seed)


@dataclass(slots=True)
class _Finding:
    """The first bar of a feature that changed, and under which check."""

    first_bar: int
    check: str


def _certificate(
    compute: Compute, columns: Sequence[str], bars: Bars, cuts: int | Sequence[int], seed: int
) -> LeakCertificate:
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ParameterError.of("seed", "certify", "a whole number, 0 or more", seed)
    length = len(bars["close"])
    if length < _FEWEST_BARS:
        raise DataProcessingError(f"The bars of certify must be at least {_FEWEST_BARS}. Got {length}.")
    generator = np.random.default_rng(seed)
    chosen, deep = _choose_cuts(bars, cuts, generator)
    whole = compute(bars)
    findings: dict[int, _Finding] = {}
    tested = np.zeros(len(columns), dtype=bool)
    for number, cut in enumerate(chosen):
        past = whole[: cut + 1]
        tested |= ~np.isnan(past).all(axis=0)
        for check, other in _recomputed(
            compute, bars, cut, generator, deep=cut in deep, upwards=number % 2 == 0
        ):
            _note(findings, _changed(past, other[: cut + 1]), check)
    verdicts = tuple(_verdict(name, findings.get(i), bool(tested[i])) for i, name in enumerate(columns))
    return LeakCertificate(verdicts, bars=length, cuts=chosen, seed=int(seed), checks=(CUT_OFF, RANDOMISED))


def _recomputed(
    compute: Compute, bars: Bars, cut: int, generator: np.random.Generator, *, deep: bool, upwards: bool
) -> Iterator[tuple[str, Array]]:
    """Yield the features again, under each check (a very short series only under the randomised future)."""
    if deep:
        yield CUT_OFF, compute({name: values[: cut + 1].copy() for name, values in bars.items()})
    yield RANDOMISED, compute(randomised_future(bars, cut, generator, upwards=upwards))


def _choose_cuts(
    bars: Bars, cuts: int | Sequence[int], generator: np.random.Generator
) -> tuple[tuple[int, ...], frozenset[int]]:
    """Return the cuts in order, and those deep enough to try the cut-off series too."""
    last = len(bars["close"]) - 2
    if isinstance(cuts, (int, np.integer)) and not isinstance(cuts, bool):
        if cuts < 1:
            raise ParameterError.of("cuts", "certify", "at least 1", cuts)
        edges = np.linspace(0.2, 1.0, int(cuts) + 1) * last
        spread = {int(generator.integers(int(a), int(b), endpoint=True)) for a, b in pairwise(edges)}
        early = {2**power - 1 for power in range(20) if 2**power - 1 < edges[0]}
        jump = int(np.argmax(np.abs(np.diff(np.log(bars["close"])))))
        deep = spread | {min(jump + 1, last)}
        return tuple(sorted(early | deep)), frozenset(deep)
    given = list(cuts) if isinstance(cuts, (list, tuple, range)) else []
    if not given or not all(type(cut) is int and 0 <= cut <= last for cut in given):
        raise ParameterError.of("cuts", "certify", f"a number of cuts or bars from 0 to {last}", cuts)
    return tuple(sorted(set(given))), frozenset(given)


def _changed(past: Array, other: Array) -> np.ndarray:
    """Return where values differ, shape (n_bars, n_features)."""
    different: np.ndarray = (past != other) & ~(np.isnan(past) & np.isnan(other))
    for column in np.flatnonzero(different.any(axis=0)):
        a, b = past[:, column], other[:, column]
        known = np.abs(a[np.isfinite(a)])
        size = np.maximum(np.abs(a), known.mean() if known.size else 0.0)
        with np.errstate(invalid="ignore"):
            close = np.abs(a - b) <= TOLERANCE * size
        different[:, column] &= ~close
    return different


def _note(findings: dict[int, _Finding], changed: np.ndarray, check: str) -> None:
    for column in np.flatnonzero(changed.any(axis=0)):
        first = int(np.argmax(changed[:, column]))
        known = findings.get(int(column))
        if known is None or first < known.first_bar:
            findings[int(column)] = _Finding(first, check)


def _verdict(name: str, finding: _Finding | None, tested: bool) -> FeatureVerdict:
    if finding is not None:
        return FeatureVerdict(name, clean=False, check=finding.check, first_bar=finding.first_bar)
    return FeatureVerdict(name, clean=tested, check="" if tested else _NO_VALUE)


def _call(function: Callable[[pd.DataFrame], Any], bars: Bars, index: pd.DatetimeIndex) -> pd.DataFrame:
    made = function(pd.DataFrame({name: values.copy() for name, values in bars.items()}, index=index))
    frame = (
        made.to_frame() if isinstance(made, pd.Series) else to_pandas(made, "function", "certify_function")
    )
    if len(frame) != len(index):
        raise DataProcessingError(
            f"The function given to certify_function must return one row per bar. "
            f"Got {len(frame)} rows for {len(index)} bars."
        )
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            raise DataProcessingError(
                f"The feature '{name}' of certify_function must hold numbers. Got {frame[name].dtype}."
            )
    return frame.set_axis([str(name) for name in frame.columns], axis=1)
