"""The leak certificate: proof by recomputation that no feature reads a later bar.

Two checks, at several bars t. *Cut-off series*: the features of ``data[: t + 1]`` must be those of the whole
series, at every bar up to t. *Randomised future*: the features of the series whose bars after t are replaced
by other valid bars must be unchanged at every bar up to t. A third one, once. *Another series*: on other bars
throughout a feature that is not constant must differ. One that does not was not made of the bars given (looked up
by time in a table from elsewhere, say), so nothing is proven of it: it is ``untested``, and so are features of
the calendar alone and counters.

Values of a :class:`FeatureEngineeringPipeline` must be equal bit for bit. Those of other functions count as
equal when both are NaN or when they differ by at most 1e-9 of the value (near zero: of the median magnitude of
the feature's values that are not zero).

The cuts are the bars 0, 1, 3, 7, … (a value that is only back-filled into the warm-up shows there), the
bar of the largest move (an outlier that is smoothed away shows there), and ``cuts`` bars spread over the
series. A leak that touches only a few single bars elsewhere can slip through; more ``cuts`` find rarer ones.

What a function brings along is not the bars', so no check can see it: ``(close - mean) / std`` with a mean and
a deviation that were computed before, over all bars, reacts to the bars as an honest feature does. Certify the
function that computes them from the bars it is given.
"""

from __future__ import annotations

import copy
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
from .futures import another_series, randomised_future
from .indicator import Array, Bars
from .matrix import compute_columns
from .panel import has_symbols, read_panel
from .subject import declared, described, subject_of

TOLERANCE = 1e-9
CUT_OFF, RANDOMISED, ANOTHER = "cut-off series", "randomised future", "another series"
_NO_VALUE = f"{UNTESTED}no value at any cut; give more bars than the warm-up"
_NOT_OF_BARS = f"{UNTESTED}does not depend on the bars given, so where its values come from is not known"
_FEWEST_BARS = 20

Compute = Callable[[Bars], Array]
Function = Callable[[pd.DataFrame], Any]


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

    A pipeline whose ``generate_features`` gives something else than the configured columns (a subclass that adds to
    them) is certified on what that gives, as a function is; of a table that names symbols again on the longest one.

    Raises:
        ParameterError: ``cuts`` or ``seed`` is not usable.
        DataProcessingError: the bars are not usable, or fewer than 20.
    """
    config = pipeline.features
    bars, index = _longest(ohlcv, config)

    def compute(some: Bars) -> Array:
        return compute_columns(some, config.indicators, config.columns)

    whole = compute(bars)
    if (made := _own_making(pipeline, config.columns, whole, bars, index)) is not None:
        return _of_function(made, bars, index, cuts, seed, "certify", declared(config.indicators))
    subject = subject_of(bars, index, config.columns, declared(config.indicators))
    return _certificate(_Subject(compute, config.columns, whole, subject, exact=True), bars, cuts, seed)


def _longest(ohlcv: Table, config: FeatureConfig) -> tuple[Bars, pd.DatetimeIndex]:
    if not has_symbols(ohlcv):
        return read_bars(ohlcv, "certify", fill_forward=config.fill_forward)
    panel = read_panel(ohlcv, "certify", fill_forward=config.fill_forward)
    rows = max((rows for _, rows in panel.parts()), key=lambda rows: rows.stop - rows.start)
    times = panel.index.get_level_values(1)
    return panel.series(rows), pd.DatetimeIndex(times if panel.order is None else times[panel.order])[rows]


def _own_making(
    pipeline: Certifiable, columns: Sequence[str], whole: Array, bars: Bars, index: pd.DatetimeIndex
) -> Function | None:
    """Return the pipeline's ``generate_features`` if it makes something else than ``whole`` of the bars."""
    if not hasattr(pipeline, "generate_features"):
        return None
    apart = copy.copy(pipeline)  # what it remembers of its last call stays
    if "cache" in vars(apart):
        vars(apart)["cache"] = None  # bars that never were need not be kept
    function: Function = apart.generate_features
    made = _call(function, bars, index, "certify")
    same = tuple(made.columns) == tuple(columns) and np.array_equal(
        made.to_numpy(np.float64, na_value=np.nan), whole, equal_nan=True
    )
    return None if same else function


def certify_function(
    function: Function,
    ohlcv: Table,
    cuts: int | Sequence[int] = 5,
    seed: int = 0,
) -> LeakCertificate:
    """Certify any function from bars to features.

    Args:
        function: takes a pandas frame (``open high low close volume``, UTC index) and returns a table (or a
            Series) of numbers with one row per bar. It must be deterministic, and work on short frames. Whatever it
            needs it must compute from that frame: a mean over all bars that it brings along is not found (see the
            module).
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
    return _of_function(function, bars, index, cuts, seed, "certify_function")


def _of_function(
    function: Function,
    bars: Bars,
    index: pd.DatetimeIndex,
    cuts: int | Sequence[int],
    seed: int,
    owner: str,
    known: object = (),
) -> LeakCertificate:
    first = _call(function, bars, index, owner)
    columns = tuple(map(str, first.columns))

    def compute(some: Bars) -> Array:
        # A column that comes and goes with the future is missing here, which counts as a change.
        made = _call(function, some, index[: len(some["close"])], owner)
        return made.reindex(columns=list(columns)).to_numpy(np.float64, na_value=np.nan)

    whole = first.to_numpy(np.float64, na_value=np.nan)
    subject = subject_of(bars, index, columns, (known, described(function)))
    return _certificate(_Subject(compute, columns, whole, subject, exact=False), bars, cuts, seed)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is certified: how it is computed, its columns, its values on all bars, and its hash."""

    compute: Compute
    columns: Sequence[str]
    whole: Array
    subject: str
    exact: bool


@dataclass(slots=True)
class _Finding:
    """The first bar of a feature that changed, and under which check."""

    first_bar: int
    check: str


def _certificate(subject: _Subject, bars: Bars, cuts: int | Sequence[int], seed: int) -> LeakCertificate:
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ParameterError.of("seed", "certify", "a whole number, 0 or more", seed)
    length = len(bars["close"])
    if length < _FEWEST_BARS:
        raise DataProcessingError(f"The bars of certify must be at least {_FEWEST_BARS}. Got {length}.")
    generator = np.random.default_rng(seed)
    chosen, deep = _choose_cuts(bars, cuts, generator)
    findings: dict[int, _Finding] = {}
    tested = np.zeros(len(subject.columns), dtype=bool)
    for number, cut in enumerate(chosen):
        past = subject.whole[: cut + 1]
        tested |= ~np.isnan(past).all(axis=0)
        for check, other in _recomputed(
            subject.compute, bars, cut, generator, deep=cut in deep, upwards=number % 2 == 0
        ):
            _note(findings, _changed(past, other[: cut + 1], exact=subject.exact), check)
    still = _unmoved(subject.whole, subject.compute(another_series(bars, generator)))
    verdicts = tuple(
        _verdict(name, findings.get(i), bool(tested[i]), bool(still[i]))
        for i, name in enumerate(subject.columns)
    )
    return LeakCertificate(
        verdicts,
        bars=length,
        cuts=chosen,
        seed=int(seed),
        checks=(CUT_OFF, RANDOMISED, ANOTHER),
        subject=subject.subject,
    )


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


def _changed(past: Array, other: Array, *, exact: bool) -> np.ndarray:
    """Return where values differ, shape (n_bars, n_features)."""
    different: np.ndarray = (past != other) & ~(np.isnan(past) & np.isnan(other))
    if exact:
        return different
    for column in np.flatnonzero(different.any(axis=0)):
        a, b = past[:, column], other[:, column]
        known = np.abs(a[np.isfinite(a) & (a != 0)])
        size = np.maximum(np.abs(a), np.median(known) if known.size else 0.0)
        with np.errstate(invalid="ignore"):
            close = np.abs(a - b) <= TOLERANCE * size
        different[:, column] &= ~close
    return different


def _unmoved(whole: Array, other: Array) -> np.ndarray:
    """Return which features are the same on other bars although they are not constant, shape (n_features,)."""
    same = ((whole == other) | (np.isnan(whole) & np.isnan(other))).all(axis=0)
    still: np.ndarray = np.zeros(len(same), dtype=bool)
    for column in np.flatnonzero(same):
        known = whole[~np.isnan(whole[:, column]), column]
        still[column] = known.size > 0 and bool((known != known[0]).any())
    return still


def _note(findings: dict[int, _Finding], changed: np.ndarray, check: str) -> None:
    for column in np.flatnonzero(changed.any(axis=0)):
        first = int(np.argmax(changed[:, column]))
        known = findings.get(int(column))
        if known is None or first < known.first_bar:
            findings[int(column)] = _Finding(first, check)


def _verdict(name: str, finding: _Finding | None, tested: bool, still: bool) -> FeatureVerdict:
    if finding is not None:
        return FeatureVerdict(name, clean=False, check=finding.check, first_bar=finding.first_bar)
    why = _NO_VALUE if not tested else _NOT_OF_BARS if still else ""
    return FeatureVerdict(name, clean=not why, check=why)


def _call(function: Function, bars: Bars, index: pd.DatetimeIndex, owner: str) -> pd.DataFrame:
    made = function(pd.DataFrame({name: values.copy() for name, values in bars.items()}, index=index))
    frame = made.to_frame() if isinstance(made, pd.Series) else to_pandas(made, "function", owner)
    if len(frame) != len(index):
        raise DataProcessingError(
            f"The features of {owner} must have one row per bar. Got {len(frame)} rows for {len(index)} bars."
        )
    for name in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            raise DataProcessingError(
                f"The feature '{name}' of {owner} must hold numbers. Got {frame[name].dtype}."
            )
    return frame.set_axis([str(name) for name in frame.columns], axis=1)
