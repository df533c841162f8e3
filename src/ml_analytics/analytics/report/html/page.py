"""The page: its parts in order, the links to them, and the data for the script."""

from __future__ import annotations

import json
from typing import Any

from ..figures import report_figures
from ..trading import TradingReport
from . import book, returns, specs
from .markup import Part, section, text
from .style import SCRIPT, STYLE

POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def page(report: TradingReport, library: str) -> str:
    """Return the whole page with ``library`` (plotly's JavaScript) in it, once."""
    figures = report_figures(report)
    charts: dict[str, Any] = {}
    parts: list[Part] = [
        returns.front(report, figures, charts),
        returns.years(report, figures, charts),
        returns.rolling(report, figures, charts),
        returns.falls(figures),
        returns.spread(report, figures, charts),
        returns.ahead(report, figures, charts),
        book.luck(report, figures, charts),
        book.trades(report, figures, charts),
        book.attribution(figures, charts),
        book.words(figures),
    ]
    data = {"series": {"times": specs.times(report.index[specs.kept(report)])}, "charts": charts}
    shown = [part for part in parts if part[2]]
    links = "".join(f"<a href='#{name}'>{text(heading)}</a>" for name, heading, _ in shown)
    title = text(report.title)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>"
        "<a class='skip' href='#figures'>Skip to the figures</a><main>"
        f"<header><p class='kicker'>{text(figures['period']['text'])}</p><h1>{title}</h1>"
        f"<p class='verdict'>{text(figures['verdict'])}</p></header>"
        f"<nav aria-label='Sections'>{links}</nav>"
        "<noscript><p class='note'>Charts need JavaScript; every figure is in the tables too.</p></noscript>"
        + "".join(section(name, heading, body) for name, heading, body in shown)
        + f"<footer>{title} · {text(figures['period']['text'])} · made by ml_analytics; nothing is loaded from a"
        " network.</footer></main>"
        f"<script type='application/json' id='report'>{_json(data)}</script>"
        f"<script>{library}</script><script>{SCRIPT}</script></body></html>\n"
    )


def _json(value: Any) -> str:
    """Return JSON that cannot end the script it stands in."""
    shown = json.dumps(value, allow_nan=False, separators=(",", ":"), ensure_ascii=True)
    return shown.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
