"""The stability section: every time fold beside all folds before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..stability import DRIFTING, SHIFTED, Stability
from .markup import TIMES, cell, code, fixed, folded, moment, paragraph, section, table, text

if TYPE_CHECKING:
    from ..report import FeatureReport

_OPEN = 25


def stability_section(report: FeatureReport) -> str:
    """Return the section, empty with too few rows."""
    drift = report.stability
    if drift is None:
        return ""
    said = (
        "Population stability index (PSI) of each time fold against all rows before it, by deciles of those "
        f"rows. Below {DRIFTING} is usually read as stable, above {SHIFTED} as shifted; a feature in prices "
        "or volumes shifts with their level. Coloured is what is also beyond the noise of so many rows. The "
        "last columns compare the last fold with everything before: the mean in standard deviations, and the "
        "standard deviation as a multiple."
    )
    heads = [("feature", ""), *((f"fold {fold}", "number") for fold in drift.psi.columns)]
    heads += [("mean, last", "number"), ("deviation, last", "number"), ("unit", "")]
    rows = list(_rows(report, drift))
    content = [
        paragraph(said),
        _folds(drift),
        table("PSI by time fold, most shifted first", heads, rows[:_OPEN]),
    ]
    if len(rows) > _OPEN:
        rest = table("PSI by time fold, the steadier features", heads, rows[_OPEN:])
        content.append(folded(f"The other {len(rows) - _OPEN:,} features", rest))
    return section("stability", "Stability over time", *content)


def _folds(drift: Stability) -> str:
    said = []
    for number, fold in enumerate(drift.folds, start=1):
        if fold.first is None or fold.last is None:
            said.append(f"{number}: rows {fold.start:,} to {fold.stop - 1:,}")
        else:
            said.append(f"{number}: {moment(fold.first)} to {moment(fold.last)}")
    return paragraph(f"Folds: {'; '.join(said)}.", "said soft")


def _rows(report: FeatureReport, drift: Stability) -> Iterator[str]:
    places = {name: place for place, name in enumerate(report.inputs.names)}
    for name in drift.worst.index:
        cells = "".join(_psi(float(value)) for value in drift.psi.loc[name])
        last = "".join(
            f'<td class="number">{text(fixed(float(frame.loc[name].iloc[-1]), 2))}{unit}</td>'
            for frame, unit in ((drift.mean_shift, " sd"), (drift.spread, f" {TIMES}"))
        )
        yield (
            f'<tr><th scope="row"><a href="#f{places[str(name)]}">{code(name)}</a></th>'
            f"{cells}{last}{cell(_unit(report, str(name)), 'unit')}</tr>"
        )


def _unit(report: FeatureReport, name: str) -> str:
    entry = report.inputs.entries.get(name)
    return "" if entry is None else entry.unit.replace("_", " ")


def _psi(value: float) -> str:
    level = " drift2" if value > SHIFTED else " drift1" if value > DRIFTING else ""
    return f'<td class="number{level}">{text(fixed(value, 2 if np.isnan(value) or value < 100 else 0))}</td>'
