"""The distribution section: by group, a row per feature with its histogram and its course."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..distribution import Shape
from . import drawing
from .markup import cell, code, count, folded, number, paragraph, section, share, table, text

if TYPE_CHECKING:
    from ..report import FeatureReport

_HEADS = (
    ("feature", ""),
    ("distribution", "mini"),
    ("over time", "mini"),
    ("missing", "number"),
    ("min", "number"),
    ("median", "number"),
    ("max", "number"),
)
_OPEN = 40


def distribution_section(report: FeatureReport) -> str:
    """Return the section: a table per group, folded where there are many features."""
    said = (
        "Histograms run from the 0.5 % to the 99.5 % quantile, what lies beyond is in the first and last "
        "bar; a feature with at most 12 different values has a bar for each. Over time: the mean of 48 "
        "stretches of rows, and a band of one standard deviation within each."
    )
    groups = list(dict.fromkeys(report.features["group"]))
    opened = len(report.features) <= _OPEN
    return section(
        "distributions",
        "Distributions",
        paragraph(said),
        *(_group(report, str(group), opened=opened) for group in groups),
    )


def _group(report: FeatureReport, group: str, *, opened: bool) -> str:
    some = report.features[report.features["group"] == group]
    missing = 1.0 - float(some["values"].sum()) / (report.rows * len(some))
    summary = (
        f"{text(group.capitalize())} <small>{count(len(some), 'feature')}, {share(missing)} missing</small>"
    )
    return folded(
        summary, table(f"Features of the group {group}", _HEADS, _rows(report, some)), opened=opened
    )


def _rows(report: FeatureReport, some: Any) -> Iterator[str]:
    places = {name: place for place, name in enumerate(report.inputs.names)}
    for name, row in some.iterrows():
        shape = report.shape(str(name))
        about = _about(report, str(name))
        yield (
            f'<tr id="f{places[str(name)]}"><th scope="row">{code(name)}{about}</th>'
            f'<td class="mini">{_histogram(str(name), shape)}</td><td class="mini">{_course(shape)}</td>'
            f"{cell(share(float(row['missing'])))}{cell(number(float(row['minimum'])))}"
            f"{cell(number(float(row['median'])))}{cell(number(float(row['maximum'])))}</tr>"
        )


def _about(report: FeatureReport, name: str) -> str:
    entry = report.inputs.entries.get(name)
    return "" if entry is None else f"<small>{text(entry.formula)}</small>"


def _histogram(name: str, shape: Shape) -> str:
    if not shape.counts.size:
        return ""
    label = f"Histogram of {name}, from {number(shape.low)} to {number(shape.high)}."
    return drawing.svg(drawing.columns(shape.counts / shape.counts.max(), "columns"), label)


def _course(shape: Shape) -> str:
    top, bottom = shape.course + shape.spread, shape.course - shape.spread
    if np.isnan(shape.course).all():
        return ""
    low, high = float(np.nanmin(bottom)), float(np.nanmax(top))
    x = drawing.centres(len(shape.course))
    band = drawing.area(x, drawing.heights(top, low, high), drawing.heights(bottom, low, high), "band")
    return drawing.svg(band + drawing.line(x, drawing.heights(shape.course, low, high)), "")
