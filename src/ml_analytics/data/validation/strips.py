"""Where findings lie, as strips: one small drawing per finding, along time or along the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from .finding import Finding, moment

_BINS = 240
_HEIGHT = 16
_FAINTEST = 0.55
UNKNOWN = np.iinfo(np.int64).min
"""Stands for a time that is not known."""


@dataclass(frozen=True, slots=True)
class Strips:
    """The drawings, whether they run along time, and what the ends of the axis say."""

    lines: list[tuple[Finding, str]]
    timed: bool
    first: str
    last: str


def strips(findings: Sequence[Finding], rows: int, times: np.ndarray | None) -> Strips:
    """Draw a strip for every finding that marks rows; a mark is the darker, the more of its rows are marked."""
    place, first, last, timed = np.arange(rows, dtype=np.float64), "row 0", f"row {max(rows - 1, 0):,}", False
    if times is not None and len(times) == rows:
        known = times != UNKNOWN
        if known.any() and (low := int(times[known].min())) < (high := int(times[known].max())):
            place = np.where(known, (times - low).astype(np.float64), np.nan)
            first, last, timed = _said(low), _said(high), True
    lines: list[tuple[Finding, str]] = []
    if rows and len(place):
        top = float(np.nanmax(place)) or 1.0
        bins = np.where(np.isnan(place), -1, np.minimum(place / top * _BINS, _BINS - 1)).astype(np.int64)
        all_rows = np.bincount(bins[bins >= 0], minlength=_BINS)
        for one in findings:
            marked = bins[one.rows[(one.rows >= 0) & (one.rows < rows)]]
            marked = marked[marked >= 0]
            if marked.size:
                lines.append((one, _svg(np.bincount(marked, minlength=_BINS), all_rows)))
    return Strips(lines, timed, first, last)


def _svg(marked: np.ndarray, all_rows: np.ndarray) -> str:
    share = np.minimum(marked / np.maximum(all_rows, 1), 1.0)
    shade = np.where(marked > 0, np.round(_FAINTEST + (1 - _FAINTEST) * share, 2), 0.0)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(shade)) + 1])
    ends = np.append(starts[1:], len(shade))
    boxes = "".join(
        f'<rect x="{start}" y="0" width="{end - start}" height="{_HEIGHT}" opacity="{shade[start]:g}"/>'
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        if shade[start] > 0
    )
    return f'<svg viewBox="0 0 {_BINS} {_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">{boxes}</svg>'


def _said(microseconds: int) -> str:
    time = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    return moment(time.replace(microsecond=0))
