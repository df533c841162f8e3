"""From champion to version: fit, register with lineage, compile, gate, promote."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...core.canonical import fingerprint
from ...core.environment import code_version, library_versions
from ...core.errors import PromotionRefused
from ...core.values import LeakCertificate, Lineage, Score
from ...evaluation import Gate, IntegrityCheck, LeakCheck, ParityCheck, market_gate
from ...registry import ModelRegistry, ModelVersion
from .config import MarketConfig
from .research import Dataset, fitted


def staging_gate() -> Gate:
    """What a version must show before anyone may even watch it: no leak, intact, equal when compiled."""
    return Gate((IntegrityCheck(), LeakCheck(), ParityCheck()))


def register_champion(
    registry: ModelRegistry,
    config: MarketConfig,
    data: Dataset,
    comparison: dict[str, Any],
    certificate: LeakCertificate,
    data_hash: str,
) -> ModelVersion:
    """Fit the champion on everything before the holdout and register it once for this configuration."""
    champion = comparison["champion"]
    model = fitted(champion, data.X.loc[data.train], data.y.loc[data.train].astype(int), config)
    lineage = Lineage(
        data_hash=data_hash,
        feature_names=tuple(map(str, data.X.columns)),
        features_hash=fingerprint([list(map(str, data.X.columns)), config.features]),
        parameters_hash=fingerprint(model.get_params(deep=False)),
        code_version=code_version(),
        libraries=library_versions(),
        certificate=certificate,
        trials=comparison["trials"],
        seed=config.seed,
    )
    score, gain = comparison["scores"][champion], comparison["advantages"][champion]
    metrics = {
        "validation": {"accuracy": score["value"], "advantage": gain["value"], "advantage_low": gain["low"]}
    }
    return registry.register_model(
        config.name,
        model,
        metrics=metrics,
        lineage=lineage,
        metadata={"horizon": config.horizon, "symbol": config.symbol, "run": config.digest},
        sample=data.X.loc[data.train].tail(500),
        once=run_key(config, data_hash),
        actor="market run",
    )


def run_key(config: MarketConfig, data_hash: str) -> str:
    """Return the idempotency key of a run: same configuration, data, code and libraries register once."""
    return fingerprint([config.digest, data_hash, code_version(), library_versions()])[:40]


def promote(
    registry: ModelRegistry,
    version: ModelVersion,
    comparison: dict[str, Any],
    latency_ms: float,
) -> dict[str, Any]:
    """Ask both gates; return what they decided, with every reason. The production gate may well refuse."""
    champion = comparison["champion"]
    evidence = replace(
        registry.evidence(version.model_id, version.version),
        scores={"accuracy": Score(**comparison["scores"][champion])},
        advantage=Score(**comparison["advantages"][champion]),
        baseline=comparison["best_baseline"],
        latency_ms=latency_ms,
    )
    outcome: dict[str, Any] = {}
    for environment, gate in (("staging", staging_gate()), ("production", market_gate())):
        try:
            decision = registry.promote_version(
                version.model_id,
                version.version,
                environment,
                gate=gate,
                evidence=evidence,
                actor="market run",
            )
        except PromotionRefused as refusal:
            outcome[environment] = {"passed": False, "reasons": list(refusal.reasons)}
        else:
            outcome[environment] = {"passed": True, "reasons": [one.reason for one in decision.results]}
    return outcome
