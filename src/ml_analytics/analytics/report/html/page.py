"""The page: every section with its words, its table and the place of its chart, and the data for the script."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from .. import rolling_figures as rolling
from ..curves import profit_by_side
from ..figures import report_figures
from ..future import bands, futures
from ..shades import month_shade, strongest
from ..trading import TradingReport
from . import bars, specs
from .markup import chart, details, section, table, text
from .style import SCRIPT, STYLE

POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BY = {"symbol": "By symbol", "side": "By side", "sector": "By sector", "year": "By year of exit"}


def page(report: TradingReport, library: str) -> str:
    """Return the whole page with ``library`` (plotly's JavaScript) in it, once."""
    figures = report_figures(report)
    charts: dict[str, Any] = {}
    parts = [
        _front(report, figures, charts),
        _years(report, figures, charts),
        _rolling(report, figures, charts),
        _falls(figures),
        _spread(report, figures, charts),
        _ahead(report, figures, charts),
        _luck(report, figures, charts),
        _trades(report, figures, charts),
        _attribution(figures, charts),
        _words(figures),
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


def _heads(report: TradingReport, first: str = "") -> list[str]:
    return [first, report.strategy_name, report.benchmark_name][: 2 + (report.benchmark is not None)]


def _row(report: TradingReport, one: dict[str, Any], label: str = "label") -> list[str]:
    both = [one[label], one["strategy_text"], one["benchmark_text"]]
    return both[: 2 + (report.benchmark is not None)]


def _front(report: TradingReport, figures: dict[str, Any], charts: dict[str, Any]) -> tuple[str, str, str]:
    charts["growth"] = specs.growth(report, specs.kept(report))
    heads = [*_heads(report), "in plain words"]
    rows = [[*_row(report, one), one["words_text"]] for one in figures["front"]]
    every = table(_heads(report), [_row(report, one) for one in figures["key_figures"]], "Every key figure")
    body = (
        table(heads, rows, "Key figures", words=len(heads) - 1)
        + chart(
            "growth",
            "Growth of 1, logarithmic",
            f"Line chart. {figures['verdict']}",
            "What one unit became, and how far below its high it was.",
            tall=True,
        )
        + _months(report, figures)
        + details("All figures", every)
    )  # fmt: skip
    return "figures", "At a glance", body


def _months(report: TradingReport, figures: dict[str, Any]) -> str:
    if not figures["years"]:
        return ""
    by_month = {(one["year"], one["month"]): one for one in figures["months"]}
    strong = strongest([one["strategy"] for one in figures["months"]])
    both = report.benchmark is not None
    heads = "".join(
        f"<th scope='col'>{text(one)}</th>"
        for one in ("Year", *MONTHS, "All", *([report.benchmark_name] if both else []))
    )
    rows = []
    for year in figures["years"]:
        cells = []
        for month in range(1, 13):
            one = by_month.get((int(year["key"]), month))
            shade = (
                f" style='background:{month_shade(one['strategy'], strong)}'"
                if one and one["strategy"]
                else ""
            )
            cells.append(f"<td{shade}>{text(one['strategy_text']) if one else ''}</td>")
        last = f"<td class='year'>{text(year['strategy_text'])}</td>"
        last += f"<td>{text(year['benchmark_text'])}</td>" if both else ""
        rows.append(f"<tr><th scope='row'>{text(year['label'])}</th>{''.join(cells)}{last}</tr>")
    caption = "Returns by month, in per cent; losses darker"
    return (
        f"<div class='wide months' role='region' tabindex='0' aria-label='{caption}'>"
        f"<table><caption>{caption}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _years(report: TradingReport, figures: dict[str, Any], charts: dict[str, Any]) -> tuple[str, str, str]:
    rows = figures["years"]
    if len(rows) < 2:
        return "years", "Years", ""
    charts["by-year"] = bars.year_bars(report)
    best = max(rows, key=lambda one: one["strategy"])
    worst = min(rows, key=lambda one: one["strategy"])
    extremes = (
        f"{name} {one['label']} with {one['strategy_text']}"
        for name, one in (("best", best), ("worst", worst))
    )
    label = f"Bar chart of {len(rows)} years; {', '.join(extremes)}."
    body = chart(
        "by-year", "Return of the year", label, "Compounded; the first and the last year may be partial."
    )
    years = table(_heads(report, "Year"), [_row(report, one) for one in rows], "Returns by year")
    return "years", "Years", body + details("The years as a table", years)


def _rolling(report: TradingReport, figures: dict[str, Any], charts: dict[str, Any]) -> tuple[str, str, str]:
    rows = figures["rolling"]
    if not rows:
        return "rolling", "Rolling 12 months", ""
    charts["rolling-year"] = specs.panels(rolling.rolling_series(report), report, specs.kept(report))
    caption = f"Each point looks back over {rolling.rolling_window(report):,} bars."
    shown = ("latest", "lowest", "middle", "highest")
    cells = [[one["label"], *(one[f"{name}_text"] for name in shown)] for one in rows]
    body = chart(
        "rolling-year",
        figures["rolling"][0]["label"].partition(",")[0],
        "Line charts of rolling figures; the table below sums them up.",
        caption,
        tall=True,
    )
    return (
        "rolling",
        "Rolling 12 months",
        body + table(["", "Latest", "Lowest", "Middle", "Highest"], cells, "Rolling figures"),
    )


def _falls(figures: dict[str, Any]) -> tuple[str, str, str]:
    names = {"strategy": figures["strategy_name"], "benchmark": figures["benchmark_name"]}
    heads = ["", "Depth", "From the high of", "Trough", "Back at the high", "Length", "Recovery"]
    body = ""
    for side, rows in figures["drawdowns"].items():
        shown = ("depth", "start", "trough", "end", "days", "recovery")
        cells = [
            [str(rank), *(one[f"{name}_text"] for name in shown)] for rank, one in enumerate(rows, start=1)
        ]
        body += table(heads, cells or [["none", *[""] * 6]], f"{names[side]}: worst falls from a high")
    return "falls", "Worst drawdowns", body


def _spread(report: TradingReport, figures: dict[str, Any], charts: dict[str, Any]) -> tuple[str, str, str]:
    charts["spread"] = bars.distribution(report)
    caption = (
        "Bars with a return of exactly zero are left out; the outermost bins hold the rest. VaR: one bar in twenty "
        "is worse; CVaR: the mean of those. Both are the strategy's."
    )
    rows = [_row(report, one, "level_text") for one in figures["quantiles"]]
    body = chart(
        "spread",
        "Share of bars, by return of a bar",
        "Histogram of returns with value at risk; the quantiles are in the table.",
        caption,
    )
    return (
        "distribution",
        "Distribution",
        body + details("Quantiles", table(_heads(report, "Share below"), rows, "Share of bars below")),
    )


def _ahead(report: TradingReport, figures: dict[str, Any], charts: dict[str, Any]) -> tuple[str, str, str]:
    found, drawn = figures["future"], futures(report)
    if found is None or drawn is None:
        return "ahead", "A year ahead", ""
    charts["fan"] = bars.fan(*bands(drawn))
    middle = found["quantiles"][2]["end_text"]
    ends = [[one[f"{name}_text"] for name in ("level", "end", "fall")] for one in found["quantiles"]]
    chances = [[one["label_text"], one["value_text"]] for one in found["chances"]]
    body = chart(
        "fan",
        "What 1 could become, by bars from now",
        f"Fan chart of simulated futures; the middle one ends at {middle}.",
        found["caption"],
    )
    body += "<div class='pair'>" + table(
        ["Share of futures", "Return below", "Deepest fall beyond"], ends, "Where futures end"
    )
    body += table(["How likely", ""], chances, "Chances") + "</div>"
    return "ahead", "A year ahead", body


def _luck(report: TradingReport, figures: dict[str, Any], charts: dict[str, Any]) -> tuple[str, str, str]:
    found = figures["honesty"]
    rows = [[one["label"], one["value_text"], one["words_text"]] for one in found["figures"]]
    body = f"<p>{text(found['sentence_text'])}</p>" + table(
        ["", "", "what it says"], rows, "How sure the Sharpe ratio is", words=2
    )
    if any(one["value"] is not None for one in found["by_trials"]):
        charts["trials"] = bars.trials(found["by_trials"], report.trials)
        cells = [[one["trials_text"], one["value_text"]] for one in found["by_trials"]]
        caption = "The chance that the Sharpe ratio is above the best of so many trials without skill; 95% is wanted."
        body += chart(
            "trials",
            "Deflated Sharpe ratio, by number of trials",
            "Falling curve: the more strategies were tried, the less the best proves.",
            caption,
        )
        body += details("By number of trials", table(["Trials", "Chance"], cells, "Deflated Sharpe ratio"))
    return "luck", "How much may be luck", body


def _trades(report: TradingReport, figures: dict[str, Any], charts: dict[str, Any]) -> tuple[str, str, str]:
    found = figures["trades"]
    if found is None or report.trades is None:
        return "trades", "Trades", ""
    if not found["count"]:
        return "trades", "Trades", "<p>No trade was closed.</p>"
    charts["profits"] = bars.profits(report.trades)
    charts["so-far"] = bars.profit_curves(profit_by_side(report.trades))
    lasted = bars.held(report.trades)
    body = "<div class='pair'>" + chart(
        "profits", "Trades by profit", "Histogram of profits.", "The outermost bins hold what lies beyond."
    )
    if lasted is not None:
        charts["held"] = lasted
        body += chart("held", "Trades by time held", "Histogram of times held.", "On a logarithmic axis.")
    body += "</div>" + chart(
        "so-far",
        "Profit so far, by number of the trade",
        "Line chart of cumulated profit.",
        "In the order of exits, after costs.",
    )
    rows = [[one["label"], one["value_text"]] for one in found["figures"]]
    half = -(-len(rows) // 2)
    body += (
        "<div class='pair'>"
        + table(["", ""], rows[:half], "Closed trades")
        + table(["", ""], rows[half:], "and what they were like")
        + "</div>"
    )
    heads, shown = (
        ["", "Profit", "Side", "Exit", "Held", "Return"],
        ("symbol", "pnl", "side", "exit", "held", "return"),
    )
    for title, some in (("Best trades", found["best"]), ("Worst trades", found["worst"])):
        if some:
            body += table(heads, [[one[f"{name}_text"] for name in shown] for one in some], title)
    return "trades", "Trades", body


def _attribution(figures: dict[str, Any], charts: dict[str, Any]) -> tuple[str, str, str]:
    groups: dict[str, Sequence[dict[str, Any]]] = (figures["trades"] or {}).get("attribution", {})
    if not groups:
        return "attribution", "Who earned it", ""
    body = "<div class='pair'>"
    for by in ("symbol", "year"):
        if by in groups:
            charts[f"by-{by}-profit"] = bars.profit_bars(groups[by], by)
            body += chart(
                f"by-{by}-profit",
                f"Net profit by {by}",
                f"Bar chart of net profit by {by}; the table has the numbers.",
                "Losses are hatched.",
            )
    body += "</div>"
    heads = ["", "Net profit", "Trades", "Winning", "Profit factor", "Mean trade"]
    shown = ("name", "pnl", "trades", "win_rate", "profit_factor", "average")
    for by, rows in groups.items():
        body += table(heads, [[one[f"{name}_text"] for name in shown] for one in rows], BY[by])
    return "attribution", "Who earned it", body


def _words(figures: dict[str, Any]) -> tuple[str, str, str]:
    body = ""
    if figures["regimes"]:
        heads = ["", "Share of bars", "Mean length", "Return next bar, a year", "Volatility a year"]
        shown = ("share", "mean_length", "return_next", "volatility_next")
        rows = [[one["regime"], *(one[f"{name}_text"] for name in shown)] for one in figures["regimes"]]
        body += table(heads, rows, "Regimes")
    body += "".join(f"<p>{text(line)}</p>" for line in figures["notes"])
    if figures["facts"]:
        body += table(["", ""], [[name, value] for name, value in figures["facts"].items()], "Facts")
    return "method", "Method and facts", body
