"""The market run, stage by stage. Killed anywhere and started again, it completes; nothing stands twice."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ...core.environment import code_version
from ...core.errors import DataProcessingError, StoreError
from ...core.frames import to_pandas
from ...core.progress import Progress, Silent
from ...core.tenant import Tenant
from ...core.values import LeakCertificate
from ...data import DataLoader, DataValidator, MLDataManager, load_nasdaq, load_sp500, snapshot_hash
from ...monitoring import ModelMonitoring, record_outcomes
from ...pipelines import Workflow
from ...registry import ModelRegistry
from ...serving import ModelManager, measured_latency
from ...stores import Stores
from . import narrative, release, research
from .config import MarketConfig
from .live import Endpoint, ask, prediction_id
from .outputs import write_outputs
from .regimes import describe, fit_regimes, regime_inputs

USABLE = 0.9
"""The share of bars that must be valid: a series with more holes is not researched."""

Serve = Callable[[Stores], AbstractContextManager[Endpoint]]
"""Starts an HTTP server over the stores for as long as the context is open and says how to reach it."""


@dataclass
class MarketRun:
    """One run over one configuration.

    Args:
        config: what to do.
        stores: where everything is kept.
        out: the directory for the report.
        serve: how to start the HTTP server (the edge is above this layer, so it is handed in).
        tenant: whose run it is.
        progress: who listens.
    """

    config: MarketConfig
    stores: Stores
    out: Path
    serve: Serve
    tenant: Tenant = field(default_factory=Tenant)
    progress: Progress = field(default_factory=Silent)

    def run(self) -> dict[str, Any]:
        """Run every stage and return the figures that are also in ``figures.json``.

        Raises:
            StoreError: the report cannot lie where it should, or a store failed; run again.
            DataProcessingError: the data cannot be used for this run.
        """
        if self.out.exists() and not (self.out.is_dir() and os.access(self.out, os.W_OK)):
            raise StoreError(f"The report's place '{self.out}' must be a directory that can be written.")
        say = self.progress.say
        registry = ModelRegistry(self.stores, self.tenant)
        flow = Workflow(self.stores.records, self.tenant, f"market-{self.config.name}", self.progress)

        raw = self._load()
        identity = [self.config.digest, snapshot_hash(raw), code_version()]
        facts: dict[str, Any] = {"config": self.config.model_dump(mode="json")}

        facts["ingest"] = flow.step("1-ingest", identity, lambda: self._ingest(raw))
        say(narrative.ingested(facts["ingest"]))
        facts["validation"] = flow.step("2-validate", identity, lambda: self._validate(raw))
        say(facts["validation"]["text"])
        facts["promotion"] = flow.step("3-promote", identity, self._promote)
        say(narrative.promoted(facts["promotion"]))

        bars = self._bars(raw, facts["validation"])
        data_hash = snapshot_hash(bars)
        identity.append(data_hash)
        pipeline = research.make_pipeline(self.config)
        kept = flow.step("4-features", identity, lambda: pipeline.certify(bars).to_json())
        certificate = LeakCertificate.from_json(kept)
        say(narrative.certified(certificate))
        facts["features"] = {"count": len(certificate.verdicts), "leaking": list(certificate.leaking)}

        data = research.build_dataset(bars, pipeline.generate_features(bars), self.config)
        folds = flow.step("5-research", identity, lambda: self._folds(data))
        facts["research"] = comparison = folds["comparison"]
        say(narrative.compared(comparison, self.config))

        kept = flow.step("6-regimes", identity, lambda: self._regimes(bars, data))
        regimes = pd.Series(kept["states"], index=regime_inputs(bars).index, name="regime")
        facts["regimes"] = kept["table"]
        say(narrative.regimes(kept["table"], kept["learned_until"]))

        registered = flow.step(
            "7-register",
            identity,
            lambda: self._release(registry, data, comparison, certificate, data_hash),
            stands=lambda kept: registry.in_use(self.config.name, kept["version"]),
        )
        facts["release"] = registered
        version = registered["version"]
        say(narrative.released(registered, self.config))

        facts["live"] = flow.step("8-serve", [*identity, version], lambda: self._live(data, version))
        say(narrative.served(facts["live"], self.config))

        self.progress.stage("9-report")
        up = {**folds["probabilities"][comparison["champion"]], **facts["live"].pop("up")}
        labels = {int(state): name for state, name in kept["labels"].items()}
        written = write_outputs(self.config, self.out, bars, up, regimes, labels, certificate, facts)
        say(narrative.reported(written, self.out, self.stores))
        return written

    # -- stages ------------------------------------------------------------------------------------------

    def _load(self) -> pd.DataFrame:
        if self.config.data == "sample:sp500":
            return load_sp500()
        if self.config.data == "sample:nasdaq":
            return load_nasdaq()
        return to_pandas(DataLoader().load(self.config.data))

    def _bars(self, raw: pd.DataFrame, validation: dict[str, Any]) -> pd.DataFrame:
        manager, config = MLDataManager(self.stores, self.tenant), self.config
        sources = set(manager.sources(config.symbol))
        if not sources:
            first = next((one["sentence"] for one in validation["report"]["findings"]), "no bar was usable")
            raise DataProcessingError(f"The data '{config.data}' must hold valid bars. Got none: {first}")
        if sources != {config.source}:
            raise DataProcessingError(
                f"The symbol '{config.symbol}' must hold bars of '{config.source}' only. Got bars of "
                f"{', '.join(sorted(sources - {config.source}))} as well; give this run a symbol of its own."
            )
        bars = manager.bars(config.symbol)
        self._require_most(len(bars), len(raw), validation)
        if others := manager.strangers(raw, config.source, config.symbol):
            raise DataProcessingError(
                f"The symbol '{config.symbol}' must hold the bars of '{config.data}' only. Got {others:,} that are "
                "not in it as it is now (a promoted bar never changes); give this run a symbol of its own."
            )
        return bars

    def _ingest(self, raw: pd.DataFrame) -> Any:
        manager = MLDataManager(self.stores, self.tenant)
        return manager.ingest(raw, source=self.config.source, symbol=self.config.symbol)

    def _validate(self, raw: pd.DataFrame) -> dict[str, Any]:
        report = DataValidator().validate_ohlcv(raw)
        return {"report": report.to_json(), "text": report.render()}

    def _require_most(self, usable: int, given: int, validation: dict[str, Any]) -> None:
        """Refuse a series full of holes: features and labels would cross them as if they were one bar."""
        if usable >= USABLE * given:
            return
        findings = validation["report"]["findings"]
        first = findings[0]["sentence"] if findings else "rows without a readable time."
        mend = ""
        if any(one["rule"] == "unit_switch" for one in findings) and not self.config.repair:
            mend = " With 'repair: [unit_switch]' in the run file, volumes that are proven swapped are put right."
        raise DataProcessingError(
            f"The data '{self.config.data}' must be usable for {USABLE:.0%} of its bars. "
            f"Got {usable:,} of {given:,}: {first}{mend}"
        )

    def _promote(self) -> Any:
        return MLDataManager(self.stores, self.tenant).promote(
            symbol=self.config.symbol, repair=self.config.repair
        )

    def _folds(self, data: research.Dataset) -> dict[str, Any]:
        probabilities = {}
        for done, name in enumerate(self.config.models, start=1):
            probabilities[name] = research.out_of_fold(name, data, self.config)
            self.progress.advance(done, len(self.config.models))
        comparison = research.compare(probabilities, data, self.config)
        kept = {name: by_time(up) for name, up in probabilities.items()}
        return {"comparison": comparison, "probabilities": kept}

    def _regimes(self, bars: pd.DataFrame, data: research.Dataset) -> dict[str, Any]:
        train_end = data.X.index[data.train][-1]
        detector = fit_regimes(bars, train_end, self.config)
        inputs = regime_inputs(bars)
        states = pd.Series(detector.predict(inputs), index=inputs.index)
        table = describe(bars, states, detector.labels_)
        return {
            "states": states.tolist(),
            "labels": detector.labels_,
            "table": table,
            "learned_until": train_end.isoformat(),
        }

    def _release(
        self,
        registry: ModelRegistry,
        data: research.Dataset,
        comparison: dict[str, Any],
        certificate: LeakCertificate,
        data_hash: str,
    ) -> dict[str, Any]:
        found = release.register_champion(registry, self.config, data, comparison, certificate, data_hash)
        manager = ModelManager(self.stores, tenant_id=self.tenant)
        latency = measured_latency(manager, found.model_id, found.version, data.X.loc[data.holdout])
        gates = release.promote(registry, found, comparison, latency)
        return {
            "model_id": found.model_id,
            "version": found.version,
            "model_type": found.model_type,
            "digest": found.digest,
            "platform": found.platform,
            "compiled_note": found.compiled_note,
            "parity": found.metadata.get("parity"),
            "latency_ms": latency,
            "gates": gates,
            "lineage": {key: value for key, value in found.lineage.to_json().items() if key != "certificate"},
        }

    def _live(self, data: research.Dataset, version: str) -> dict[str, Any]:
        config, rows = self.config, data.X.loc[data.holdout]
        with self.serve(self.stores) as endpoint:
            labels = ask(endpoint, config.name, version, rows, config.symbol, self.progress)
        known = data.y.loc[rows.index].dropna().astype(int)
        times = pd.DatetimeIndex(known.index)
        outcomes = {
            prediction_id(config.name, version, time): int(value)
            for time, value in zip(times, known, strict=True)
        }
        record_outcomes(self.stores.documents, self.tenant, outcomes, time=rows.index[-1])
        answers = pd.Series(labels, index=rows.index).loc[known.index].to_numpy()
        monitoring = ModelMonitoring(self.stores, self.tenant)
        performance = monitoring.performance(config.name, version, horizon=config.horizon)
        drift = monitoring.drift(config.name, reference=data.X.loc[data.train], version=version)
        return {
            "requests": len(labels),
            "performance": performance.to_json(),
            **research.beside_baselines(data, known, answers, config),
            "drift": {**drift.to_json(), "features": len(drift.features)},
            "up": by_time(pd.Series(labels, index=rows.index, dtype="float64")),
        }


def by_time(values: pd.Series) -> dict[str, float]:
    """Return a series as a mapping from ISO 8601 time to value, for JSON."""
    times = pd.DatetimeIndex(values.index)
    return {time.isoformat(): float(value) for time, value in zip(times, values, strict=True)}
