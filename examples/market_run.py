"""The market job step by step, as `ml-analytics demo` runs it: bars in, an honest verdict out.

    python examples/market_run.py [directory]

Everything is kept under the directory (./market-example without one). `ml-analytics demo` does the same with
XGBoost beside the logistic model, and can be killed and started again between any two steps.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from ml_analytics import (
    DataValidator,
    FeatureEngineeringPipeline,
    HMMRegimeDetector,
    Lineage,
    MLDataManager,
    ModelFactory,
    ModelMonitoring,
    ModelRegistry,
    PromotionRefused,
    TradingReport,
    WalkForwardSplit,
    accuracy_score_interval,
    advantage,
    always_up,
    direction_labels,
    final_holdout,
    load_sp500,
    market_gate,
    open_stores,
    record_outcomes,
    regime_chart,
    running,
    same_as_yesterday,
    snapshot_hash,
    strategy_returns,
    write_pdf,
)

HORIZON = 5  # bars ahead whose direction is predicted


def main(home: Path) -> None:
    stores = open_stores(home)

    # 1. Raw bars become documents, are looked at, and the valid ones become table rows.
    raw = load_sp500()
    manager = MLDataManager(stores)
    manager.ingest(raw, source="sp500", symbol="SP500")
    print(DataValidator().validate_ohlcv(raw).render())
    manager.promote(symbol="SP500")
    bars = manager.bars("SP500")

    # 2. Features, and the proof that none of them looks ahead.
    pipeline = FeatureEngineeringPipeline()
    features = pipeline.generate_features(bars)
    certificate = pipeline.certify(bars)
    print(f"{features.shape[1]} features, leak certificate clean: {certificate.clean}")

    # 3. Labels look ahead by construction; folds are purged by their horizon, the last two years set aside.
    labels = direction_labels(bars["close"], HORIZON)
    known = features.notna().all(axis=1)
    X, y = features[known], labels[known]
    holdout = final_holdout(X.index, years=2, horizon=HORIZON)
    X_train, y_train = X.iloc[holdout.train], y.iloc[holdout.train].astype(int)
    X_test, y_test = X.iloc[holdout.test], y.iloc[holdout.test]

    # 4. Out-of-fold predictions against two honest baselines, each score with its interval.
    parts = []
    for train, test in WalkForwardSplit(n_splits=4, purge=HORIZON, embargo=HORIZON).split(X_train):
        fold = ModelFactory.create("logistic", C=0.001).fit(X_train.iloc[train], y_train.iloc[train])
        parts.append(pd.Series(fold.predict(X_train.iloc[test]), index=X_train.index[test]))
    predicted = pd.concat(parts).astype(int)
    truth = y_train.loc[predicted.index].to_numpy()
    yesterday = pd.Series(same_as_yesterday(y_train.to_numpy(), HORIZON), y_train.index).loc[predicted.index]
    for name, guess in {
        "logistic": predicted.to_numpy(),
        "always up": always_up(len(truth)),
        "same as yesterday": yesterday.to_numpy(),
    }.items():
        print(f"{name:<18} {accuracy_score_interval(truth, guess, horizon=HORIZON)}")
    gain = advantage(truth, predicted.to_numpy(), always_up(len(truth)), HORIZON)
    print(f"over always up: {gain}")

    # 5. Regimes as they were known on the day.
    returns = np.log(bars["close"]).diff().rename("log_return")
    inputs = pd.concat([returns, np.log(returns.rolling(20).std()).rename("log_volatility")], axis=1).dropna()
    detector = HMMRegimeDetector(n_components=3, random_state=7).fit(inputs.loc[: X_train.index[-1]])
    regimes = pd.Series(detector.predict(inputs), index=inputs.index)
    regime_chart(bars["close"].loc[inputs.index], regimes, home / "regimes.png", detector.labels_)

    # 6. A version with its lineage; the gate decides.
    model = ModelFactory.create("logistic", C=0.001).fit(X_train, y_train)
    registry = ModelRegistry(stores)
    version = registry.register_model(
        "sp500_direction",
        model,
        metrics={"validation": {"accuracy": float((truth == predicted.to_numpy()).mean())}},
        lineage=Lineage(data_hash=snapshot_hash(bars), certificate=certificate),
        sample=X_train.tail(200),
        once=f"example-{snapshot_hash(bars)[:16]}",
    )
    evidence = replace(
        registry.evidence("sp500_direction", version.version),
        scores={"accuracy": accuracy_score_interval(truth, predicted.to_numpy(), horizon=HORIZON)},
        advantage=gain,
        baseline="always up",
        latency_ms=1.0,
    )
    try:
        registry.promote_version("sp500_direction", version.version, gate=market_gate(), evidence=evidence)
        print("promoted to production")
    except PromotionRefused as refusal:
        print(refusal)

    # 7. Served for real; what came true is joined with what was answered.
    with running(stores) as url:
        answers = [ask(url, version.version, time, row) for time, row in X_test.iterrows()]
    outcomes = {f"sp500-{time:%Y%m%d}": int(value) for time, value in y_test.dropna().items()}
    record_outcomes(stores.documents, None, outcomes, time=X_test.index[-1])
    monitoring = ModelMonitoring(stores)
    print(monitoring.performance("sp500_direction", horizon=HORIZON))
    drift = monitoring.drift("sp500_direction", reference=X_train)
    print(f"{len(drift.drifted)} of {len(drift.features)} inputs drifted")

    # 8. What the answers would have earned, after costs.
    positions = pd.Series(answers, index=X_test.index, dtype=float)
    earned = bars["close"].pct_change().loc[X_test.index]
    result = strategy_returns(positions, earned, cost_bps=2.0)
    report = TradingReport.of(result, earned, title="S&P 500 direction, the last two years")
    print(write_pdf(report, home / "report.pdf"))


def ask(url: str, version: str, time: pd.Timestamp, row: pd.Series) -> int:
    """Ask the server for one bar (Open Inference Protocol v2)."""
    tensor = {"name": "features", "shape": [1, len(row)], "datatype": "FP64", "data": row.tolist()}
    parameters = {"time": time.isoformat(), "entity": "SP500"}
    body = {"id": f"sp500-{time:%Y%m%d}", "parameters": parameters, "inputs": [tensor]}
    request = urllib.request.Request(
        f"{url}/v2/models/sp500_direction/versions/{version}/infer",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        answer = json.load(response)
    return int(next(one["data"][0] for one in answer["outputs"] if one["name"] == "predict"))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "market-example"))
