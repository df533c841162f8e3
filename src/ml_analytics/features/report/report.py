"""The feature report: what the features are worth, before a model is trained on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...core.canonical import plain
from ...core.errors import DataProcessingError, ParameterError
from ...core.files import write_atomically
from ...core.frames import Table
from ...core.values import LeakCertificate
from .bins import read_answers
from .chart import Chart, make_chart
from .correlation import Correlation, correlate
from .distribution import Shape, describe, shape_of
from .html import page
from .information import Importance, weigh
from .inputs import OWNER, Inputs, MakesFeatures, Source, read_inputs
from .stability import Stability, follow

MOST_ROWS = 20_000
"""Rows that correlation, importance and stability are computed on; more are thinned evenly."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FeatureReport:
    """The figures of a feature report; :meth:`save_html` writes them as a page.

    Attributes:
        title: as given.
        features: a row per feature in the order given: ``group``, ``values``, ``missing`` (share of the
            rows), ``first_value`` (row, -1 without), ``holes`` (missing after it), ``infinite``,
            ``minimum``, ``median``, ``maximum``, ``mean``, ``std``.
        rows: how many there are.
        times: of the rows, ``None`` where nothing tells them.
        correlation: which features say the same.
        importance: what they tell about the target; ``None`` without one that can be told about.
        stability: how they drift from one time fold to the next; ``None`` with too few rows.
        certificate: the leak certificate; ``None`` where there is none.
        notes: sentences on what is not in the report, and why.
        chart: indicators over price; ``None`` without bars.
        inputs: what the report was made of.
    """

    title: str
    features: pd.DataFrame
    correlation: Correlation
    importance: Importance | None
    stability: Stability | None
    certificate: LeakCertificate | None
    notes: tuple[str, ...]
    chart: Chart | None
    inputs: Inputs

    def __repr__(self) -> str:
        return (
            f"FeatureReport({self.title!r}, rows={self.rows}, features={len(self.features)}, "
            f"notes={len(self.notes)})"
        )

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.inputs.values)

    @property
    def times(self) -> pd.DatetimeIndex | None:
        """The times of the rows, UTC."""
        return self.inputs.times

    @property
    def constant(self) -> tuple[str, ...]:
        """Features whose values are all the same."""
        one = (self.features["minimum"] == self.features["maximum"]) & (self.features["values"] > 0)
        return tuple(map(str, self.features.index[one]))

    @property
    def empty(self) -> tuple[str, ...]:
        """Features without any value."""
        return tuple(map(str, self.features.index[self.features["values"] == 0]))

    def shape(self, name: str) -> Shape:
        """Return the histogram and the course of one feature."""
        return shape_of(self.inputs.values[:, self.inputs.names.index(name)])

    def table(self) -> pd.DataFrame:
        """Return everything known of each feature as one table.

        To :attr:`features` it adds ``cluster`` (its representative, or the feature itself), ``information``,
        ``noise`` and ``p_value`` (see :class:`Importance`), ``psi`` (the largest of all folds) and
        ``mean_shift`` (of the last fold).
        """
        own = {name: one.representative for one in self.correlation.clusters for name in one.members}
        cluster = pd.Series({name: own.get(name, name) for name in self.inputs.names}, dtype=object)
        made = self.features.assign(cluster=cluster)
        if self.importance is not None:
            made = made.join(self.importance.table)
        if self.stability is not None:
            shift = self.stability.mean_shift.iloc[:, -1]
            made = made.assign(psi=self.stability.psi.max(axis=1), mean_shift=shift)
        return made

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values: a record per feature, clusters, folds, certificate and notes."""
        told, drift = self.importance, self.stability
        result: dict[str, Any] = plain(
            {
                "title": self.title,
                "rows": self.rows,
                "start": None if self.times is None else self.times[0],
                "end": None if self.times is None else self.times[-1],
                "features": self.table().reset_index().to_dict("records"),
                "clusters": self.correlation.clusters,
                "importance": None
                if told is None
                else {name: getattr(told, name) for name in ("target", "classes", "rows", "rotations")},
                "folds": [] if drift is None else drift.folds,
                "agreement": None if drift is None else drift.agreement,
                "notes": self.notes,
            }
        )
        return {**result, "certificate": None if self.certificate is None else self.certificate.to_json()}

    def to_html(self) -> str:
        """Return the report as one page: no scripts, nothing loaded from elsewhere, all names escaped."""
        return page(self)

    def save_html(self, path: str | Path) -> Path:
        """Write :meth:`to_html` to a file, whole or not at all, and return its path.

        Raises:
            StoreError: the file cannot be written.
        """
        target = Path(path)
        write_atomically(target, self.to_html().encode("utf-8"))
        return target


def feature_report(
    features: Source,
    ohlcv: Table | None = None,
    target: Any = None,
    *,
    certificate: LeakCertificate | bool = True,
    folds: int = 5,
    threshold: float = 0.7,
    chart: Sequence[str] | None = None,
    chart_bars: int = 250,
    title: str = "Features",
    seed: int = 0,
) -> FeatureReport:
    """Look at features before a model does: distributions, correlation, importance, stability, leaks.

    Args:
        features: a pipeline (:class:`FeatureEngineeringPipeline` or another with ``generate_features``) or
            a pandas or polars table of numbers, one row per bar. NaN is a missing value; infinite ones
            count as missing and are named.
        ohlcv: the bars, for the chart; a pipeline needs them. Rows of a table belong to the bars by their
            times, or one to one when they have none. Of many symbols in one table the rows are taken
            together, in time order, and the chart shows the symbol with most bars.
        target: what the features shall tell, such as :func:`direction_labels`: a series with times (aligned
            by them) or one value per row. Texts, booleans and at most 20 whole numbers are classes; other
            numbers are taken as quantiles. Rows without it are left out of the importance.
        certificate: of the features; by default a pipeline is certified on the bars, and ``False`` leaves
            that out. A table has no certificate of its own.
        folds: how many time folds are compared, 2 to 20.
        threshold: mean absolute rank correlation from which features form a cluster, above 0 and below 1.
        chart: features to draw with the price (default: the three that tell most about the target,
            candlesticks left out).
        chart_bars: how many of the last bars are drawn one by one, at least 10.
        title: what the report is of.
        seed: of the rotations that show what chance would tell.

    Returns:
        The figures; with :meth:`FeatureReport.save_html` as a page.

    Raises:
        ParameterError: a parameter is not usable, or features, bars and target do not belong together.
        DataProcessingError: a feature is not numeric, or the bars are not usable.

    >>> table = pd.DataFrame({"rising": np.arange(100.0), "squares": np.arange(100.0) ** 2, "flat": 1.0})
    >>> report = feature_report(table, target=np.arange(100) >= 50, title="Example")
    >>> report.features["median"].tolist(), report.constant
    ([49.5, 2450.5, 1.0], ('flat',))
    >>> [one.members for one in report.correlation.clusters]
    [('rising', 'squares')]
    >>> report.to_html().startswith("<!doctype html>")
    True
    """
    _check(folds, threshold, chart_bars, title, seed, certificate)
    inputs = read_inputs(features, ohlcv, target)
    rows = _thinned(len(inputs.values))
    notes = [] if len(rows) == len(inputs.values) else [_thinning(len(inputs.values), len(rows))]
    answers = None if inputs.target is None else read_answers(inputs.target)
    importance = None if answers is None else weigh(inputs, answers, rows, seed)
    if importance is None:
        notes.append(_NO_TARGET if answers is None else _FEW_TARGETS)
    stability = follow(inputs, answers if importance is not None else None, rows, folds, seed)
    if stability is None:
        notes.append(f"No stability: {folds} folds need {30 * folds} rows.")
    if chart is None:
        chart = () if importance is None else _telling(inputs, importance)
    proof, why = _proof(features, ohlcv, certificate)
    return FeatureReport(
        title=title,
        features=describe(inputs),
        correlation=correlate(inputs, rows, threshold),
        importance=importance,
        stability=stability,
        certificate=proof,
        notes=(*notes, *why, *(() if inputs.shown is not None else (_NO_BARS,))),
        chart=make_chart(inputs, chart, chart_bars),
        inputs=inputs,
    )


_NO_TARGET = "No importance: no target was given."
_FEW_TARGETS = "No importance: the target needs 50 known rows and two different values."
_NO_BARS = "No chart: no bars were given."


def _telling(inputs: Inputs, importance: Importance) -> tuple[str, ...]:
    """Return the three features that tell most, without those that are nothing most of the time."""
    entries = inputs.entries
    ordered = [str(name) for name in importance.table.index]
    return tuple([name for name in ordered if name not in entries or entries[name].unit != "signal"][:3])


def _thinned(rows: int) -> NDArray[np.int64]:
    return np.asarray(np.arange(min(rows, MOST_ROWS)) * rows // min(rows, MOST_ROWS), dtype=np.int64)


def _thinning(rows: int, kept: int) -> str:
    return (
        f"Correlation, importance and stability rest on {kept:,} evenly spaced rows of {rows:,}; "
        "distributions and missing values on all."
    )


def _proof(
    features: Source, ohlcv: Table | None, certificate: LeakCertificate | bool
) -> tuple[LeakCertificate | None, tuple[str, ...]]:
    if isinstance(certificate, LeakCertificate):
        return certificate, ()
    certify = getattr(features, "certify", None) if isinstance(features, MakesFeatures) else None
    if not certificate or certify is None:
        return None, ("No leak certificate: none was given, and only a pipeline can be certified.",)
    try:
        made: LeakCertificate = certify(ohlcv)
    except DataProcessingError as error:  # too few bars; the rest of the report stands
        return None, (f"No leak certificate: {error.message}",)
    return made, ()


def _check(folds: Any, threshold: Any, chart_bars: Any, title: Any, seed: Any, certificate: Any) -> None:
    for name, value, least, most in (("folds", folds, 2, 20), ("chart_bars", chart_bars, 10, 5000)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not least <= value <= most:
            raise ParameterError.of(name, OWNER, f"a whole number from {least} to {most}", value)
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ParameterError.of("seed", OWNER, "a whole number, 0 or more", seed)
    if isinstance(threshold, bool) or not isinstance(threshold, (int, float)) or not 0 < threshold < 1:
        raise ParameterError.of("threshold", OWNER, "a number above 0 and below 1", threshold)
    if not isinstance(title, str):
        raise ParameterError.of("title", OWNER, "a text", title)
    if not isinstance(certificate, (bool, LeakCertificate)):
        raise ParameterError.of("certificate", OWNER, "a LeakCertificate, true or false", certificate)
