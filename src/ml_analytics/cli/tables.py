"""``train`` and ``predict``: tables of tickets, or of anything else with a column to predict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pandas as pd

from ..core.files import replacing
from ..core.frames import to_pandas
from ..data import DataLoader
from ..pipelines import MLSystem
from ..use_cases.tickets import TableTraining, predict_table, train_table
from .console import encoding_option, print_json, stores_of


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--target", required=True, help="The column to predict.")
@click.option("--model-id", help="The model's name; TARGET_classifier without it.")
@click.option("--model-type", default="table_classifier", show_default=True)
@click.option("--split-column", help="A column that marks rows as train and test.")
@click.option("--drop", multiple=True, help="A column to leave out; may be given several times.")
@click.option("--test-size", type=float, default=0.2, show_default=True)
@click.option("--seed", type=int, default=42, show_default=True)
@encoding_option
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def train(
    ctx: click.Context,
    /,
    file: Path,
    target: str,
    model_id: str | None,
    encoding: str,
    as_json: bool,
    **options: Any,
) -> None:
    """Train a classifier for a column of FILE (CSV, Parquet, JSON lines, Excel).

    Text, categories and numbers are found by themselves. The score is on rows that were not trained on.
    """
    stores, tenant, settings = stores_of(ctx)
    system = MLSystem(stores, tenant_id=tenant, max_memory_mb=settings.max_memory_mb)
    table = DataLoader().load(file, encoding=encoding)
    result = train_table(system, table, target, model_id or f"{target}_classifier", **options)
    if as_json:
        print_json(result)
    else:
        click.echo(_story(result, target))


def _story(result: TableTraining, target: str) -> str:
    kinds = ", ".join(f"{name} ({kind})" for name, kind in result.kinds.items())
    lines = [
        f"Learned '{target}' from {result.rows['train']:,} rows: {kinds}.",
        *(f"Left out: {count:,} rows with {reason}." for reason, count in result.dropped.items()),
        *(
            [f"Left out of the score: {result.duplicates:,} test rows that equal a row it learned from."]
            if result.duplicates
            else []
        ),
        f"On {result.rows['test']:,} rows it has not seen: {result.accuracy}, balanced accuracy "
        f"{result.metrics['balanced_accuracy']:.3f}; the most frequent class alone: {result.baseline}.",
        *(
            f"Look at '{name}': it alone gives the target in {share:.1%} of rows. If it is filled in afterwards, "
            f"leave it out with --drop {name}."
            for name, share in result.telltales.items()
        ),
        f"Registered {result.model_id}:{result.version}. {result.compiled_note}",
        "Gate to production: " + ("promoted." if result.promoted else "refused. " + " ".join(result.reasons)),
        f"Next: ml-analytics predict {result.model_id} FILE, or ml-analytics serve.",
    ]
    return "\n".join(lines)


@click.command()
@click.argument("model_id")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--output", type=click.Path(path_type=Path), help="A CSV file for the answers; stdout without it."
)
@click.option("--version", help="Which version; the one in production, else the latest.")
@encoding_option
@click.pass_context
def predict(
    ctx: click.Context, model_id: str, file: Path, output: Path | None, version: str | None, encoding: str
) -> None:
    """Predict every row of FILE with MODEL_ID; every answer is logged."""
    stores, tenant, settings = stores_of(ctx)
    system = MLSystem(stores, tenant_id=tenant, max_memory_mb=settings.max_memory_mb)
    table = to_pandas(DataLoader().load(file, encoding=encoding))
    answers = predict_table(system, model_id, table, version)
    _write(answers, output)


def _write(answers: pd.DataFrame, output: Path | None) -> None:
    if output is None:
        click.echo(answers.to_csv(index=False), nl=False)
        return
    with replacing(output) as temporary:
        answers.to_csv(temporary, index=False)
    click.echo(f"{len(answers):,} predictions written to {output}.")
