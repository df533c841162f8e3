"""What a run leaves for people and programs: PDF, charts, figures, certificate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from ...analytics import (
    TradingReport,
    equity_chart,
    regime_chart,
    report_figures,
    strategy_returns,
    write_pdf,
)
from ...core.canonical import plain
from ...core.files import write_atomically
from ...core.values import LeakCertificate
from .config import MarketConfig


def write_outputs(
    config: MarketConfig,
    out: Path,
    bars: pd.DataFrame,
    up: dict[str, float],
    regimes: pd.Series,
    labels: dict[int, str],
    certificate: LeakCertificate,
    facts: dict[str, Any],
) -> dict[str, Any]:
    """Write the report of a run to ``out`` and return its figures.

    ``up`` holds, by time, the probability of *up* (or the label) that was known at the close of that bar and
    made by a model that had seen only the past. Where there is none (the bars purged between folds and
    holdout) the strategy holds cash.
    """
    report = trading_report(config, bars, up, regimes, labels, facts)
    figures = {**facts, "report": report_figures(report)}
    write_pdf(report, out / "report.pdf")
    regime_chart(bars["close"].loc[regimes.index], regimes, out / "regimes.png", labels)
    equity_chart(report.net, report.benchmark, out / "equity.png")
    write_json(out / "leak_certificate.json", certificate.to_json())
    figures["files"] = ["report.pdf", "regimes.png", "equity.png", "figures.json", "leak_certificate.json"]
    write_json(out / "figures.json", figures)
    return plain(figures)  # type: ignore[no-any-return]


def trading_report(
    config: MarketConfig,
    bars: pd.DataFrame,
    up: dict[str, float],
    regimes: pd.Series,
    labels: dict[int, str],
    facts: dict[str, Any],
) -> TradingReport:
    """Return the report of the strategy *in the market when the model says up, else in cash*."""
    known = pd.Series(up, dtype="float64")
    known.index = pd.DatetimeIndex(pd.to_datetime(known.index, utc=True, format="ISO8601"))
    index = bars.index[bars.index >= known.index.min()]
    positions = (known.reindex(index).fillna(0.0) >= 0.5).astype("float64")
    returns = bars["close"].pct_change().loc[index]
    returns.iloc[0] = 0.0
    result = strategy_returns(positions, returns, config.costs_bps)
    registered, comparison = facts["release"], facts["research"]
    gate = "promoted" if registered["gates"]["production"]["passed"] else "refused production"
    return TradingReport.of(
        result,
        returns,
        close=bars["close"].loc[index],
        regimes=regimes.reindex(index),
        regime_labels=labels,
        title=f"{config.symbol}: direction over {config.horizon} bars",
        trials=comparison["trials"],
        facts={
            "Data": f"{config.symbol}, {len(bars):,} bars, snapshot {registered['lineage']['data_hash'][:12]}",
            "Model": f"{registered['model_id']}:{registered['version']} ({registered['model_type']}), {gate}",
            "Features": f"{len(registered['lineage']['feature_names'])}, leak certificate in lineage",
            "Trials": str(comparison["trials"]),
            "Accuracy, folds": _beside(
                comparison["scores"][comparison["champion"]],
                comparison["best_baseline"],
                comparison["scores"][comparison["best_baseline"]],
            ),
            "Accuracy, holdout": _beside(
                facts["live"]["performance"]["accuracy"],
                facts["live"]["best_baseline"],
                facts["live"]["baselines"][facts["live"]["best_baseline"]],
            ),
            "Code": registered["lineage"]["code_version"],
            "Seed": str(config.seed),
        },
        notes=(
            "Every position was decided at the close of a bar by a model that had seen only labels known then, "
            "and earns the return of the next bar.",
            f"Until the holdout: walk-forward folds, purged by {config.horizon} bars. Holdout: the last "
            f"{config.holdout_years:g} years, answered one by one by the running server.",
            *_choice(comparison),
            f"Costs: {config.costs_bps:g} basis points of every notional traded; cash earns nothing; no taxes, "
            "no dividends on either side.",
        ),
    )


def _choice(comparison: dict[str, Any]) -> tuple[str, ...]:
    """Say what picking one of several models on the folds does to the folds' part of the result."""
    if comparison["trials"] < 2:
        return ()
    return (
        f"{comparison['champion']} was picked from {comparison['trials']} models by its accuracy on all folds "
        "together: only the holdout knows nothing of that choice.",
    )


def _beside(score: dict[str, Any], name: str, baseline: dict[str, Any]) -> str:
    """Return a score with its interval beside the better baseline's."""
    mine, theirs = (f"{one['value']:.3f} [{one['low']:.3f}, {one['high']:.3f}]" for one in (score, baseline))
    return f"{mine}; {name} {theirs}"


def write_json(path: Path, value: Any) -> None:
    """Write JSON for people and programs: sorted, indented, whole or not at all."""
    write_atomically(path, (json.dumps(plain(value), indent=2, sort_keys=True) + "\n").encode())
