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

The cuts are the bars 0, 1, 3, 7, … (a value that is only back-filled into the warm-up shows there), the bars 1, 4,
16, … before the last one, a last bar of a day, a week, a month and a year (what was resampled shows there), the bar
of the largest move (an outlier that is smoothed away shows there), and ``cuts`` bars spread over the series. A leak
that touches only a few single bars elsewhere can slip through; more ``cuts`` find rarer ones.

A table of many symbols is cut at moments, all symbols together, so a feature that reads another symbol's next bar
is found as well.

What a function brings along is not the bars', so no check can see it: ``(close - mean) / std`` with a mean and
a deviation that were computed before, over all bars, reacts to the bars as an honest feature does. Certify the
function that computes them from the bars it is given.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..core.errors import DataProcessingError, ParameterError
from ..core.frames import Table
from ..core.values import UNTESTED, FeatureVerdict, LeakCertificate
from .config import FeatureConfig
from .cuts import choose_cuts
from .indicator import Array, Bars
from .matrix import compute_columns
from .subject import declared, described, subject_of
from .under_test import Function, Series, UnderTest, joined, longest_of, read_under_test

TOLERANCE = 1e-9
CUT_OFF, RANDOMISED, ANOTHER = "cut-off series", "randomised future", "another series"
_NO_VALUE = f"{UNTESTED}no value at any cut; give more bars than the warm-up"
_NOT_OF_BARS = f"{UNTESTED}does not depend on the bars given, so where its values come from is not known"
_FEWEST_BARS = 20

Compute = Callable[[Series], Array]


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
            no configured feature knows whose bars it sees. A feature without a value at any cut is ``untested``: not
            clean and not leaking either, so give a good deal more bars than the warm-up.
        cuts: how many spread cuts, or their positions (then only those).
        seed: of the randomised futures and of where the spread cuts fall.

    A pipeline whose ``generate_features`` gives something else than the configured columns (a subclass that adds to
    them) is certified on what that gives, as a function is: of a table that names symbols on all of them.

    Raises:
        ParameterError: ``cuts`` or ``seed`` is not usable.
        DataProcessingError: the bars are not usable, or fewer than 20.
    """
    config = pipeline.features
    bars = read_under_test(ohlcv, "certify", fill_forward=config.fill_forward)

    def one_series(some: Bars) -> Array:
        return compute_columns(some, config.indicators, config.columns)

    known = declared(config.indicators)
    if (made := _own_making(pipeline, config.columns, one_series, bars)) is not None:
        return _of_function(made, bars, cuts, seed, "certify", known)
    bars = longest_of(bars)

    def compute(some: Series) -> Array:
        return joined(some, one_series)

    subject = subject_of(bars, config.columns, known)
    return _certificate(
        _Subject(compute, config.columns, compute(bars.series), subject, exact=True), bars, cuts, seed
    )


def _own_making(
    pipeline: Certifiable, columns: Sequence[str], one_series: Callable[[Bars], Array], bars: UnderTest
) -> Function | None:
    """Return the pipeline's ``generate_features`` if it makes something else than what is configured."""
    if not hasattr(pipeline, "generate_features"):
        return None
    apart = copy.copy(pipeline)  # what it remembers of its last call stays
    if "cache" in vars(apart):
        vars(apart)["cache"] = None  # bars that never were need not be kept
    function: Function = apart.generate_features
    some = bars.few()
    made = bars.call(function, some, "certify")
    same = tuple(made.columns) == tuple(columns) and np.array_equal(
        made.to_numpy(np.float64, na_value=np.nan), joined(some, one_series), equal_nan=True
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
        function: takes a pandas frame (``open high low close volume``, UTC index; ``symbol`` as a column or in the
            index, where ``ohlcv`` has it; rows in the order of ``ohlcv``) and returns a table (or a
            Series) of numbers with one row per bar. It must be deterministic, and work on short frames. Whatever it
            needs it must compute from that frame: a mean over all bars that it brings along is not found (see the
            module).
        ohlcv: real bars, at least 20. Of a table that names symbols all of them are taken (the longest ones, if they
            have more than 200,000 bars); then ``cuts`` and each ``first_bar`` count the different times.
        cuts, seed: as for :func:`certify`.

    Raises:
        ParameterError: ``function`` cannot be called, or ``cuts`` or ``seed`` is not usable.
        DataProcessingError: the bars are not usable, or the function returns another number of rows, something that
            is not numbers, or other values for the same bars.

    >>> import numpy as np
    >>> import pandas as pd
    >>> days = pd.date_range("2024-01-01", periods=60, tz="UTC")
    >>> price = pd.Series(100 + np.sin(np.arange(60.0)), index=days)
    >>> bars = pd.DataFrame({"open": price, "high": price + 1, "low": price - 1, "close": price, "volume": 1.0})
    >>> certify_function(lambda frame: frame[["close"]].rolling(5).mean(), bars).clean
    True
    >>> certify_function(lambda frame: frame[["close"]].rolling(5, center=True).mean(), bars).leaking
    ('close',)
    """
    if not callable(function):
        raise ParameterError.of("function", "certify_function", "callable with a table of bars", function)
    bars = read_under_test(ohlcv, "certify_function")
    return _of_function(function, bars, cuts, seed, "certify_function")


def _of_function(
    function: Function,
    bars: UnderTest,
    cuts: int | Sequence[int],
    seed: int,
    owner: str,
    known: object = (),
) -> LeakCertificate:
    first = bars.call(function, bars.series, owner)
    columns = tuple(first.columns)

    def compute(some: Series) -> Array:
        # A column that comes and goes with the future is missing here, which counts as a change.
        made = bars.call(function, some, owner)
        return made.reindex(columns=list(columns)).to_numpy(np.float64, na_value=np.nan)

    whole = first.to_numpy(np.float64, na_value=np.nan)
    other = _changed(whole, compute(bars.series), exact=False).any(axis=0)
    if other.any():
        raise DataProcessingError(
            f"The features of {owner} must be the same for the same bars. "
            f"Got other values of '{columns[int(np.argmax(other))]}' the second time."
        )
    subject = subject_of(bars, columns, (known, described(function)))
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


def _certificate(subject: _Subject, bars: UnderTest, cuts: int | Sequence[int], seed: int) -> LeakCertificate:
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ParameterError.of("seed", "certify", "a whole number, 0 or more", seed)
    if len(bars.moments) < _FEWEST_BARS:
        raise DataProcessingError(
            f"The bars of certify must be at least {_FEWEST_BARS}. Got {len(bars.moments)}."
        )
    generator = np.random.default_rng(seed)
    whole = subject.whole
    chosen, deep = choose_cuts(bars, cuts, generator)
    findings: dict[int, _Finding] = {}
    tested = np.zeros(len(subject.columns), dtype=bool)
    for number, cut in enumerate(chosen):
        past, moments = whole[bars.past(cut)], bars.moment_of(cut)
        tested |= ~np.isnan(past).all(axis=0)
        for check, other in _recomputed(
            subject.compute, bars, cut, generator, deep=cut in deep, upwards=number % 2 == 0
        ):
            _note(findings, _changed(past, other, exact=subject.exact), moments, check)
    still = _unmoved(whole, subject.compute(bars.another(generator)))
    verdicts = tuple(
        _verdict(name, findings.get(i), bool(tested[i]), bool(still[i]))
        for i, name in enumerate(subject.columns)
    )
    return LeakCertificate(
        verdicts,
        bars=bars.rows,
        cuts=chosen,
        seed=int(seed),
        checks=(CUT_OFF, RANDOMISED, ANOTHER),
        subject=subject.subject,
    )


def _recomputed(
    compute: Compute, bars: UnderTest, cut: int, generator: np.random.Generator, *, deep: bool, upwards: bool
) -> Iterator[tuple[str, Array]]:
    """Yield the features up to the cut again, under each check (a very short series only under randomised futures)."""
    if deep:
        yield CUT_OFF, compute(bars.cut_off(cut))
    yield RANDOMISED, compute(bars.randomised(cut, generator, upwards=upwards))[bars.past(cut)]


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


def _note(findings: dict[int, _Finding], changed: np.ndarray, moments: np.ndarray, check: str) -> None:
    for column in np.flatnonzero(changed.any(axis=0)):
        first = int(moments[changed[:, column]].min())
        known = findings.get(int(column))
        if known is None or first < known.first_bar:
            findings[int(column)] = _Finding(first, check)


def _verdict(name: str, finding: _Finding | None, tested: bool, still: bool) -> FeatureVerdict:
    if finding is not None:
        return FeatureVerdict(name, clean=False, check=finding.check, first_bar=finding.first_bar)
    why = _NO_VALUE if not tested else _NOT_OF_BARS if still else ""
    return FeatureVerdict(name, clean=not why, check=why)
