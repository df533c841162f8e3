"""The parts of the page that returns make: key figures, months, years, rolling figures, falls, spread, futures.

A part is (anchor, heading, HTML); without HTML it is left out. Its charts go into ``charts`` by their places.
"""

from __future__ import annotations

from typing import Any

from .. import rolling_figures
from ..future import bands, futures
from ..shades import month_shade, strongest
from ..text import MONTHS
from ..trading import TradingReport
from . import bars, specs
from .markup import Part, chart, details, long, table, text


def front(report: TradingReport, figures: dict[str, Any], charts: dict[str, Any]) -> Part:
    """Return the key figures in plain words, growth and falls, and every month."""
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
        f"<th scope='col'{long(one)}>{text(one)}</th>"
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


def years(report: TradingReport, figures: dict[str, Any], charts: dict[str, Any]) -> Part:
    """Return the bars of the years; nothing for a single one."""
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


def rolling(report: TradingReport, figures: dict[str, Any], charts: dict[str, Any]) -> Part:
    """Return the rolling figures; nothing where the history is shorter than a year."""
    rows = figures["rolling"]
    if not rows:
        return "rolling", "Rolling 12 months", ""
    charts["rolling-year"] = specs.panels(rolling_figures.rolling_series(report), report, specs.kept(report))
    caption = f"Each point looks back over {rolling_figures.rolling_window(report):,} bars."
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


def falls(figures: dict[str, Any]) -> Part:
    """Return the tables of the worst falls."""
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


def spread(report: TradingReport, figures: dict[str, Any], charts: dict[str, Any]) -> Part:
    """Return the distribution of returns and its quantiles."""
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


def ahead(report: TradingReport, figures: dict[str, Any], charts: dict[str, Any]) -> Part:
    """Return the simulated year: the fan, where futures end, how deep they fall."""
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


def _heads(report: TradingReport, first: str = "") -> list[str]:
    return [first, report.strategy_name, report.benchmark_name][: 2 + (report.benchmark is not None)]


def _row(report: TradingReport, one: dict[str, Any], label: str = "label") -> list[str]:
    both = [one[label], one["strategy_text"], one["benchmark_text"]]
    return both[: 2 + (report.benchmark is not None)]
