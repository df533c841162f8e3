"""How much of the result may be luck: probabilistic and deflated Sharpe ratio, record length, number of trials."""

from __future__ import annotations

import math
from typing import Any

from ..metrics.deflated import deflated_sharpe_ratio, minimum_track_record, probabilistic_sharpe_ratio
from ..metrics.ratios import sharpe_ratio
from .text import UNKNOWN, Writer, decimal, percent, whole
from .trading import TradingReport

TRIALS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000)
"""Numbers of trials that the table and the curve go through."""
SURE = 0.95
_WORDS = {
    "sharpe": "over the risk-free rate",
    "probabilistic": "probabilistic Sharpe ratio: skew, fat tails and the length of the record counted",
    "over_benchmark": "above the benchmark's Sharpe ratio, taken as known",
    "needed": f"for a chance of {SURE:.0%} that it is above 0 (minimum track record length)",
    "record": "the length of this record",
    "trials": "before this one was chosen",
    "deflated": "chance that it is above what the best of so many worthless trials would show",
}
_NOT_STATED = "not stated; the curve below shows what the number would change"


def honesty_figures(report: TradingReport) -> dict[str, Any]:
    """Return what the record proves, as plain values with their texts, and a sentence.

    All over the risk-free rate of the report. The deflated Sharpe ratio is shown for several numbers of trials,
    because the number that is stated is the figure that is forgotten most often. The variance of the trials'
    Sharpe ratios is the one stated, else p / (n - 1): that of records of this length without skill.
    """
    p, free, values = report.annual_periods, report.risk_free_rate, report.net
    own = sharpe_ratio(values, p, free)
    by_trials = [(count, _deflated(report, count)) for count in TRIALS]
    stated = None if report.trials is None else _deflated(report, report.trials)
    rows: list[tuple[str, str, float, Writer]] = [
        ("sharpe", "Sharpe ratio a year", own, decimal),
        (
            "probabilistic",
            "Chance that it is above 0",
            probabilistic_sharpe_ratio(values, p, 0.0, free),
            percent,
        ),
    ]
    if report.benchmark is not None and math.isfinite(other := sharpe_ratio(report.benchmark, p, free)):
        chance = probabilistic_sharpe_ratio(values, p, other, free)
        rows.append(("over_benchmark", f"Chance that it is above {decimal(other)}", chance, percent))
    needed = minimum_track_record(values, p, 0.0, free, SURE) / p
    rows += [
        ("needed", "Record needed", needed, _years),
        ("record", "Record there is", len(values) / p, _years),
        ("trials", "Strategies tried", math.nan if report.trials is None else report.trials, _count),
        ("deflated", "Deflated Sharpe ratio", math.nan if stated is None else stated, percent),
    ]
    return {
        "figures": [
            {
                "key": key,
                "label": label,
                "value": value,
                "value_text": write(value),
                "words_text": _NOT_STATED if key == "trials" and report.trials is None else _WORDS[key],
            }
            for key, label, value, write in rows
        ],
        "by_trials": [
            {"trials": count, "trials_text": whole(count), "value": value, "value_text": percent(value)}
            for count, value in by_trials
        ],
        "sentence_text": _sentence(report, own, by_trials, stated),
    }


def _deflated(report: TradingReport, trials: int) -> float:
    p, variance = report.annual_periods, report.sharpe_variance
    if variance is None:
        variance = p / max(1, len(report.net) - 1)
    free = report.risk_free_rate
    return deflated_sharpe_ratio(report.net, p, trials=trials, sharpe_variance=variance, risk_free_rate=free)


def _sentence(
    report: TradingReport, own: float, by_trials: list[tuple[int, float]], stated: float | None
) -> str:
    if not math.isfinite(own):
        return "The record does not allow a judgement: its Sharpe ratio does not exist or is not finite."
    if own <= 0:
        return "The Sharpe ratio is not above zero: there is nothing that luck would have to explain."
    if stated is not None and report.trials is not None:
        strong = stated >= SURE
        tried = "one trial" if report.trials == 1 else f"the best of {whole(report.trials)} trials"
        told = "more than luck alone would give" if strong else "no more than luck could give"
        return (
            f"For {tried} this record is {told} (deflated Sharpe ratio {percent(stated)}, {SURE:.0%} wanted)."
        )
    enough = [count for count, value in by_trials if value >= SURE]
    if not enough:
        return (
            f"Even as the only strategy tried, the record is too short or too weak for {SURE:.0%} certainty."
        )
    if enough[-1] == TRIALS[-1]:
        return f"The record would stand even as the best of {whole(enough[-1])} trials."
    return (
        f"The record would stand as the best of {whole(enough[-1])} "
        f"{'trial' if enough[-1] == 1 else 'trials'}, not of {whole(TRIALS[TRIALS.index(enough[-1]) + 1])}; "
        "how many there were was not stated."
    )


def _years(value: float) -> str:
    if math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "no length is enough"
    return f"{decimal(value, 1)} {'year' if round(value, 1) == 1 else 'years'}"


def _count(value: float) -> str:
    return "not stated" if math.isnan(value) else whole(value)
