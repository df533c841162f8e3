"""What the run found, in sentences a person can check against the figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...core.values import LeakCertificate, Score
from ...stores import Stores
from .config import MarketConfig

_SHOWN = ("total_return", "cagr", "volatility", "sharpe_ratio", "max_drawdown", "exposure", "trades")


def ingested(report: dict[str, Any]) -> str:
    """Say how many documents are there and how many were new."""
    held = report.get("quarantined", 0)
    kept = f"{report['total'] - held:,} raw bars are kept as documents ({report['added']:,} of them new)"
    return f"{kept}; {held:,} have no readable time and are in quarantine." if held else f"{kept}."


def promoted(report: dict[str, Any]) -> str:
    """Say what became a table row and what went to quarantine."""
    known = f", {report['known']:,} were there already" if report["known"] else ""
    return (
        f"{report['promoted']:,} validated bars went into the table market_metrics{known}; "
        f"{report['quarantined']:,} rejected ones are in quarantine with their reasons."
    )


def certified(certificate: LeakCertificate) -> str:
    """Say whether any feature looks ahead."""
    checked = (
        f"{len(certificate.verdicts)} features, each recomputed on {len(certificate.cuts)} cut-off series and "
        f"{len(certificate.cuts)} randomised futures"
    )
    if certificate.clean:
        return f"Leak certificate: {checked}: none looks ahead (certificate {certificate.digest[:12]})."
    parts = []
    if leaking := certificate.leaking:
        parts.append(f"{len(leaking)} LOOK AHEAD: {', '.join(leaking[:8])}")
    if untested := certificate.untested:
        parts.append(
            f"{len(untested)} could not be tested: fewer bars than their warm-up: {', '.join(untested[:8])}"
        )
    return f"Leak certificate: {checked}: {'; '.join(parts)}."


def compared(comparison: dict[str, Any], config: MarketConfig) -> str:
    """Say how models and baselines scored on the same rows, and what that means."""
    lines = [
        f"Direction over {config.horizon} bars, {comparison['rows']:,} out-of-fold bars "
        f"{comparison['first'][:10]} to {comparison['last'][:10]}, accuracy with 95 % interval:"
    ]
    for name, score in comparison["scores"].items():
        lines.append(f"  {name:<18} {_interval(score)}")
    champion = comparison["champion"]
    gain = comparison["advantages"][champion]
    lines.append(
        f"  {champion} minus '{comparison['best_baseline']}': {gain['value']:+.3f} "
        f"[{gain['low']:+.3f}, {gain['high']:+.3f}] after {comparison['trials']} trials."
    )
    if gain["low"] > 0:
        lines.append("  It beats the baseline by more than chance and the number of trials explain.")
    else:
        lines.append("  That is not better than the baseline by more than chance: an honest result.")
    return "\n".join(lines)


def regimes(table: list[dict[str, Any]], learned_until: str) -> str:
    """Say how much of the time each regime was, and from which bars the regimes were learned."""
    parts = [
        f"{row['regime']} {row['share']:.0%} (next bar: mean {_percent(row['next_bar_mean'])}, "
        f"deviation {_percent(row['next_bar_deviation'], signed=False)})"
        for row in table
    ]
    return f"Regimes of all bars (learned from the bars to {learned_until[:10]}, then filtered): {', '.join(parts)}."


def released(outcome: dict[str, Any], config: MarketConfig) -> str:
    """Say what was registered and what the gates decided."""
    parity = outcome["parity"]
    compiled = (
        f"ONNX, at most {parity:.1e} off the native model" if parity is not None else outcome["compiled_note"]
    )
    lines = [
        f"Registered {outcome['model_id']}:{outcome['version']} ({outcome['model_type']}; served as {compiled}; "
        f"p99 {outcome['latency_ms']:.2f} ms a row, without log and network; artifact {outcome['digest'][:12]})."
    ]
    for environment, decision in outcome["gates"].items():
        verdict = "promoted" if decision["passed"] else "REFUSED"
        lines.append(f"  Gate to {environment}: {verdict}.")
        if not decision["passed"]:
            lines.extend(f"    - {reason}" for reason in decision["reasons"])
    if not outcome["gates"]["production"]["passed"]:
        lines.append("  The refusal is the gate at work; the version is watched in staging, not traded.")
    return "\n".join(lines)


def served(live: dict[str, Any], config: MarketConfig) -> str:
    """Say what was asked over HTTP, what came true and what drifted."""
    performance, drift = live["performance"], live["drift"]
    lines = [
        f"Served {live['requests']:,} bars of the last {config.holdout_years:g} years over HTTP (Open Inference "
        f"Protocol v2), every answer logged; {performance['joined']:,} outcomes joined.",
        f"  Accuracy {_interval(performance['accuracy'])}; on the same bars "
        + ", ".join(f"{name} {_interval(score)}" for name, score in live["baselines"].items())
        + ".",
        f"  The model minus '{live['best_baseline']}': {_gain(live['advantage'])}.",
    ]
    lines += [
        f"    {year['year']}: {year['value']:.3f} [{year['low']:.3f}, {year['high']:.3f}] on {year['n']} bars"
        for year in performance["by_year"]
    ]
    drifted = drift["drifted"]
    named = (": " + ", ".join(drifted[:6]) + (" …" if len(drifted) > 6 else "")) if drifted else ""
    lines.append(f"  {len(drifted)} of {drift['features']} inputs drifted from the training years{named}.")
    return "\n".join(lines)


def reported(figures: dict[str, Any], out: Path, stores: Stores) -> str:
    """Say how the strategy did against buy-and-hold and where everything lies."""
    report = figures["report"]
    lines = [
        f"Out of sample, after costs ({report['period']['text']}): {'strategy':>12} {'buy and hold':>14}"
    ]
    lines += [
        f"  {row['label']:<40} {row['strategy_text']:>24} {row['benchmark_text']:>14}"
        for row in report["key_figures"]
        if row["key"] in _SHOWN
    ]
    lines.append(report["verdict"])
    lines.append(f"The report lies in {out}: " + ", ".join(figures["files"]) + ".")
    lines.append(
        f"Documents, tables, registry and prediction log lie in {stores.location}; artifacts in {stores.home}."
    )
    return "\n".join(lines)


def _interval(score: dict[str, Any]) -> str:
    return str(Score(**score)).removeprefix(f"{score['name']} ")


def _gain(score: dict[str, Any]) -> str:
    return f"{score['value']:+.3f} [{score['low']:+.3f}, {score['high']:+.3f}]"


def _percent(value: float | None, *, signed: bool = True) -> str:
    if value is None:
        return "unknown"
    return f"{value:+.2%}" if signed else f"{value:.2%}"
