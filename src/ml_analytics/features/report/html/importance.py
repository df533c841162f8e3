"""The importance section: what features tell about the target, beside what chance tells."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from . import drawing
from .markup import UNKNOWN, cell, code, count, fixed, folded, paragraph, section, table

if TYPE_CHECKING:
    from ..report import FeatureReport

_OPEN = 25


def importance_section(report: FeatureReport) -> str:
    """Return the section, empty without a target."""
    told = report.importance
    if told is None:
        return ""
    rank = None if report.stability is None else report.stability.rank
    kind = "classes" if told.classes else "numbers, taken as quantiles"
    said = (
        f"Mutual information with {told.target} ({kind}) on {count(told.rows, 'row')}, beyond what chance "
        f"gives: the same target moved along the rows, {told.rotations} times. The dark tick is the "
        "feature's own noise: chance exceeds it once in 20 times. p says how often the best of all features "
        "would stand out as much by chance; features up to 0.05 are coloured. The surest stand first."
    )
    rows = list(_rows(report, told.table, rank))
    heads = [
        ("feature", ""),
        ("beyond chance", "bar"),
        ("nats", "number"),
        ("noise", "number"),
        ("p", "number"),
    ]
    if rank is not None:
        heads += [(f"rank, fold {fold}", "number") for fold in rank.columns]
    content = [
        paragraph(said),
        _agreement(report),
        table(f"What tells most about {told.target}", heads, rows[:_OPEN]),
    ]
    if len(rows) > _OPEN:
        rest = table(f"What tells less about {told.target}", heads, rows[_OPEN:])
        content.append(folded(f"The other {len(rows) - _OPEN:,} features", rest))
    return section("importance", "Importance", *content)


def _agreement(report: FeatureReport) -> str:
    drift = report.stability
    if drift is None or drift.rank is None or math.isnan(drift.agreement):
        return ""
    value = fixed(drift.agreement, 2)
    return paragraph(
        f"The order of importance in a time fold and in the next agree by {value} (Spearman; 1 is the same "
        "order, 0 is none)."
    )


def _rows(report: FeatureReport, weighed: pd.DataFrame, rank: pd.DataFrame | None) -> Iterator[str]:
    widest = max(float(weighed[["information", "noise"]].max().max()), 1e-12)
    places = {name: place for place, name in enumerate(report.inputs.names)}
    for name in map(str, weighed.index):
        information, noise, p = map(float, weighed.loc[name, ["information", "noise", "p_value"]])
        kind = "columns" if p <= 0.05 else "noise-column"
        right, tick = (max(value, 0.0) / widest * drawing.WIDTH for value in (information, noise))
        bar = f'<path class="{kind}" d="M0 10H{right:.1f}V90H0Z"/><path class="tick" d="M{tick:.1f} 0V100"/>'
        ranks = (
            "" if rank is None else "".join(cell(_rank(value)) for value in np.asarray(rank.loc[name], float))
        )
        yield (
            f'<tr><th scope="row"><a href="#f{places[name]}">{code(name)}</a></th>'
            f'<td class="bar">{drawing.svg(bar, "")}</td>{cell(fixed(information, 4))}{cell(fixed(noise, 4))}'
            f"{cell(fixed(p, 3))}{ranks}</tr>"
        )


def _rank(value: float) -> str:
    return UNKNOWN if math.isnan(value) else f"{int(value)}"
