"""The correlation section: a picture of all pairs in the order of the hierarchy, and the clusters by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..correlation import Cluster, Correlation
from .markup import MINUS, code, count, fixed, folded, names, paragraph, section, text
from .picture import correlation_png

_OPEN = 12
_OUTLINED = 3


def cluster_section(found: Correlation) -> str:
    """Return the section, empty with fewer than two features to compare."""
    if len(found.names) < 2:
        return ""
    said = (
        f"Rank correlation (Spearman) of {len(found.names):,} features, each pair over the rows that have "
        f"both. Features whose mean absolute correlation reaches {found.threshold:g} form a cluster; its "
        "representative stands closest to the others."
    )
    return section(
        "correlation",
        "Correlation clusters",
        paragraph(said),
        f'<div class="pair">{_picture(found)}{_list(found)}</div>',
    )


def _picture(found: Correlation) -> str:
    size = len(found.names)
    boxes = "".join(
        f'<rect x="{one.start}" y="{one.start}" width="{len(one.members)}" height="{len(one.members)}"/>'
        for one in found.clusters
        if len(one.members) >= _OUTLINED
    )
    return (
        f'<figure><svg viewBox="0 0 {size} {size}" role="img" aria-label="{text(_described(found))}">'
        f'<image href="{correlation_png(found.matrix)}" width="{size}" height="{size}" '
        f'preserveAspectRatio="none"/>{boxes}</svg>'
        f'<div class="scale" aria-hidden="true"><span>{MINUS}1</span><i></i><span>+1</span></div>'
        "<figcaption>Each point is a pair of features; frames are clusters of three and more.</figcaption>"
        "</figure>"
    )


def _described(found: Correlation) -> str:
    """Say in words what the picture shows."""
    pairs = np.abs(found.matrix[np.triu_indices(len(found.names), 1)])
    known = pairs[~np.isnan(pairs)]
    strong = float((known >= found.threshold).mean()) if known.size else 0.0
    return (
        f"Correlations of {len(found.names)} features: {strong:.0%} of the pairs reach {found.threshold:g} "
        f"in size; {count(len(found.clusters), 'cluster')}, {len(found.alone)} features stand alone."
    )


def _list(found: Correlation) -> str:
    shown = "".join(map(_cluster, range(1, _OPEN + 1), found.clusters))
    more: Sequence[Cluster] = found.clusters[_OPEN:]
    rest = "".join(map(_cluster, range(_OPEN + 1, _OPEN + 1 + len(more)), more))
    return "<div>" + "".join(_parts(found, shown, rest)) + "</div>"


def _parts(found: Correlation, shown: str, rest: str) -> Iterator[str]:
    yield shown or paragraph("No two features say the same.")
    if rest:
        yield folded(f"{count(len(found.clusters) - _OPEN, 'more cluster')}", rest)
    if found.alone:
        alone = f'<p class="plain">{names(found.alone)}</p>'
        yield folded(f"{count(len(found.alone), 'feature')} in no cluster", alone)
    if found.left_out:
        left = f'<p class="plain">{names(found.left_out)}</p>'
        yield folded(f"{count(len(found.left_out), 'feature')} left out: constant, or too few values", left)


def _cluster(number: int, one: Cluster) -> str:
    others = [name for name in one.members if name != one.representative]
    head = (
        f"{number}. {code(one.representative)} <small>{len(one.members):,} features, "
        f"mean |r| {fixed(one.strength, 2)}</small>"
    )
    return (
        f'<div class="cluster">{folded(head, f"<p>{names(others)}</p>", opened=len(one.members) <= 8)}</div>'
    )
