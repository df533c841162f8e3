"""The report as one page: a file per section, put together here. Nothing is computed but where to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .clusters import cluster_section
from .distributions import distribution_section
from .drift import stability_section
from .importance import importance_section
from .leaks import leak_section
from .markup import text
from .overview import facts, findings, verdict
from .price import chart_section
from .style import STYLE

if TYPE_CHECKING:
    from ..report import FeatureReport

_TITLES = {
    "chart": "Price and indicators",
    "importance": "Importance",
    "stability": "Stability over time",
    "correlation": "Correlation clusters",
    "distributions": "Distributions",
    "leaks": "Leak certificate",
}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(report: FeatureReport) -> str:
    """Return the page."""
    sections = {
        "chart": chart_section(report.chart),
        "importance": importance_section(report),
        "stability": stability_section(report),
        "correlation": cluster_section(report.correlation),
        "distributions": distribution_section(report),
        "leaks": leak_section(report.certificate),
    }
    title = text(report.title)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{title}: feature report</title><style>{STYLE}</style></head><body><main>"
        f'<p class="kicker">Feature report</p><h1>{title}</h1>'
        f"{verdict(report)}{facts(report)}{_contents(sections)}{findings(report)}"
        f"{''.join(sections.values())}<footer>Made by ml_analytics: {_SOURCES}</footer>"
        "</main></body></html>\n"
    )


def _contents(sections: dict[str, str]) -> str:
    links = "".join(
        f'<li><a href="#{name}">{_TITLES[name]}</a></li>' for name, made in sections.items() if made
    )
    return f'<nav aria-label="Sections"><ul>{links}</ul></nav>'


_SOURCES = (
    "mutual information of binned values; chance by rotation, p by the largest of all features (Westfall and "
    "Young 1993); Spearman's rank correlation, average linkage; population stability index."
)
