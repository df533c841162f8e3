"""From a table of tickets to a registered classifier: columns found by themselves, scores with intervals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ...core.canonical import fingerprint
from ...core.columns import ColumnKind, column_kinds
from ...core.environment import code_version, library_versions
from ...core.errors import DataProcessingError, ParameterError, PromotionRefused
from ...core.frames import to_pandas
from ...core.names import identifier
from ...core.values import Lineage, Score
from ...data import snapshot_hash
from ...evaluation import accuracy_score_interval, advantage, majority, table_gate
from ...models import ModelFactory
from ...pipelines import MLSystem
from ...serving import measured_latency
from .parts import Parts, parts, require_classes

TELLTALE = 0.98


@dataclass(frozen=True)
class TableTraining:
    """What came of it.

    ``dropped`` counts rows without a target by reason, ``duplicates`` test rows that equal a training row in
    every column and so are left out of the score (marks or times put them there). ``telltales`` are columns
    that alone give the target away (known only afterwards, perhaps), ``promoted`` says whether the gate let
    the version into production and ``reasons`` what each check said.
    """

    model_id: str
    version: str
    kinds: dict[str, str]
    rows: dict[str, int]
    dropped: dict[str, int]
    duplicates: int
    accuracy: Score
    baseline: Score
    gain: Score
    metrics: dict[str, float]
    telltales: dict[str, float]
    platform: str
    compiled_note: str
    promoted: bool
    reasons: tuple[str, ...]


def train_table(
    system: MLSystem,
    table: Any,
    target: str,
    model_id: str,
    *,
    model_type: str = "table_classifier",
    split_column: str | None = None,
    drop: tuple[str, ...] = (),
    test_size: float = 0.2,
    seed: int = 42,
) -> TableTraining:
    """Train a classifier for the column ``target`` of a mixed table, score, register, gate and promote it.

    Rows without a target are counted and left out. The test part is the rows marked ``test`` in
    ``split_column``, or the last rows by time when the index is time, or a seeded stratified share; an index
    is not learned from. Rows that are equal in every column learned from stand on one side of a seeded share;
    with marks or times, test rows that equal a training row are left out of the score and counted.

    Training the same table again with the same code and libraries gives the same version, as long as that is
    not archived or deleted.

    Raises:
        DataProcessingError: the column is absent, the table is empty, one class is left, the target has
            fractions, more than 1,000 classes or fewer than two rows per class on average, or no row is left
            to score.
        TrainingError: the fit failed; nothing is registered.
    """
    identifier(model_id)
    hyperparameters = _hyperparameters(model_type, seed)
    frame, dropped = _usable(_named(to_pandas(table, "table", "train")), target)
    left_out = [target, *drop, *([split_column] if split_column else [])]
    _require_columns(frame, left_out)
    X, y = frame.drop(columns=left_out), frame[target]
    if X.shape[1] == 0:
        raise DataProcessingError(f"The table must have a column besides '{target}' to learn from. Got none.")
    rows = parts(frame, X, y, split_column, test_size, seed)
    if unmarked := len(frame) - len(rows.train) - len(rows.test) - rows.duplicates:
        dropped[f"another mark than train or test in '{split_column}'"] = unmarked
    data_hash = snapshot_hash(frame)
    names = tuple(map(str, X.columns))
    lineage = Lineage(data_hash=data_hash, feature_names=names, features_hash=fingerprint(names), seed=seed)
    result = system.train_model(
        model_id,
        model_type,
        (X.iloc[rows.train], y.iloc[rows.train]),
        (X.iloc[rows.test], y.iloc[rows.test]),
        hyperparameters,
        lineage=lineage,
        metadata={"target": target},
        once=fingerprint(
            [data_hash, target, model_type, left_out, test_size, seed, code_version(), library_versions()]
        )[:40],
    )
    return _score(system, result.version, model_id, X, y, rows, dropped, result.metrics["validation"])


def _hyperparameters(model_type: str, seed: int) -> dict[str, Any]:
    """Return the seed for types that take one.

    Raises:
        ParameterError: the type is unknown or no classifier.
    """
    model = ModelFactory.create(model_type)
    if model.task != "classification":
        raise ParameterError.of("model_type", "train", "a type of classifier", model_type)
    return {"random_state": seed} if "random_state" in model.get_params(deep=False) else {}


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with texts as column names, as signatures have them."""
    if all(isinstance(name, str) for name in frame.columns):
        return frame
    return to_pandas(frame.set_axis([str(name) for name in frame.columns], axis=1), "table", "train")


def _usable(frame: pd.DataFrame, target: str) -> tuple[pd.DataFrame, dict[str, int]]:
    if target not in frame.columns:
        known = ", ".join(map(str, frame.columns))[:200]
        raise ParameterError.of("target", "train", f"a column of the table ({known})", target)
    missing = frame[target].isna()
    usable = frame.loc[~missing]
    if not isinstance(usable.index, pd.DatetimeIndex):
        usable = usable.reset_index(drop=True)
    if usable.empty:
        raise DataProcessingError(f"The column '{target}' must have values to learn from. Got none.")
    require_classes(usable[target])
    return usable, {"no target": int(missing.sum())} if missing.any() else {}


def _require_columns(frame: pd.DataFrame, names: list[str]) -> None:
    for name in names:
        if name not in frame.columns:
            raise ParameterError.of("drop", "train", "columns of the table", name)


def _score(
    system: MLSystem,
    version: str,
    model_id: str,
    X: pd.DataFrame,
    y: pd.Series,
    rows: Parts,
    dropped: dict[str, int],
    metrics: Any,
) -> TableTraining:
    train, test = rows.train, rows.test
    model = system.registry.get_model(model_id, version)
    truth, predicted = y.iloc[test].to_numpy(), model.predict(X.iloc[test])
    commonest = majority(y.iloc[train].to_numpy(), len(test))
    block = rows.block if rows.block > 1 else None
    accuracy = accuracy_score_interval(truth, predicted, block_length=block)
    gain = advantage(truth, predicted, commonest, block_length=block or "auto")
    evidence = replace(
        system.registry.evidence(model_id, version),
        scores={"accuracy": accuracy},
        advantage=gain,
        baseline="most frequent class",
        latency_ms=measured_latency(system.manager, model_id, version, X.iloc[test]),
    )
    promoted, reasons = _promote(system, model_id, version, evidence)
    found = system.registry.get_model_version(model_id, version)
    return TableTraining(
        model_id=model_id,
        version=version,
        kinds={name: kind.value for name, kind in column_kinds(X).items()},
        rows={"train": len(train), "test": len(test)},
        dropped=dropped,
        duplicates=rows.duplicates,
        accuracy=accuracy,
        baseline=accuracy_score_interval(truth, commonest, block_length=block),
        gain=gain,
        metrics=dict(metrics),
        telltales=telltales(X.iloc[train], y.iloc[train]),
        platform=found.platform,
        compiled_note=found.compiled_note,
        promoted=promoted,
        reasons=reasons,
    )


def _promote(system: MLSystem, model_id: str, version: str, evidence: Any) -> tuple[bool, tuple[str, ...]]:
    try:
        decision = system.registry.promote_version(
            model_id, version, "production", gate=table_gate(), evidence=evidence, actor="train"
        )
    except PromotionRefused as refusal:
        return False, refusal.reasons
    return True, tuple(one.reason for one in decision.results)


def telltales(X: pd.DataFrame, y: pd.Series) -> dict[str, float]:
    """Return columns that alone give the target away, with the share of rows they get right.

    A code that is filled in after the fact (a sub-category, a resolution) makes any score meaningless; a
    person should look. Only columns whose values repeat (on average five times or more) are judged.
    """
    found = {}
    for name, kind in column_kinds(X).items():
        values = X[name].astype(str)
        if kind in (ColumnKind.TEXT, ColumnKind.TIME) or values.nunique() > len(values) / 5:
            continue
        best = pd.DataFrame({"value": values, "target": y}).groupby("value")["target"]
        right = best.agg(lambda part: part.value_counts().iloc[0]).sum() / len(y)
        if right >= TELLTALE and right > y.value_counts(normalize=True).iloc[0] + 0.01:
            found[name] = float(np.round(right, 4))
    return found
