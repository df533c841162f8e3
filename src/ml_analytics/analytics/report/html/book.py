"""The parts of the page on luck, trades, who earned it, and on how the result came about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..curves import profit_by_side
from ..trade_figures import BY
from ..trading import TradingReport
from . import bars
from .markup import Part, chart, details, pairs, table, text


def luck(report: TradingReport, figures: dict[str, Any], charts: dict[str, Any]) -> Part:
    """Return how much may be luck: chances, the record that is needed, what trials take away."""
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


def trades(report: TradingReport, figures: dict[str, Any], charts: dict[str, Any]) -> Part:
    """Return histograms of trades, profit so far, and the best and worst."""
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


def attribution(figures: dict[str, Any], charts: dict[str, Any]) -> Part:
    """Return net profit by symbol, side, sector and year."""
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


def words(figures: dict[str, Any]) -> Part:
    """Return regimes, notes and facts."""
    body = ""
    if figures["regimes"]:
        heads = ["", "Share of bars", "Mean length", "Return next bar, a year", "Volatility a year"]
        shown = ("share", "mean_length", "return_next", "volatility_next")
        rows = [[one["regime"], *(one[f"{name}_text"] for name in shown)] for one in figures["regimes"]]
        body += table(heads, rows, "Regimes")
    body += "".join(f"<p>{text(line)}</p>" for line in figures["notes"])
    if figures["facts"]:
        body += pairs(figures["facts"])
    return "method", "Method and facts", body
