"""``ingest`` and ``validate``: the first steps of the way of the data."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from ..data import DataLoader, DataValidator, MLDataManager
from .console import encoding_option, print_json, stores_of


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--symbol", required=True, help="What the bars are of.")
@encoding_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def ingest(ctx: click.Context, file: Path, symbol: str, encoding: str, as_json: bool) -> None:
    """Keep the bars of FILE as documents and promote the valid ones to tables; again is harmless."""
    stores, tenant, settings = stores_of(ctx)
    manager = MLDataManager(stores, tenant, settings)
    kept = manager.ingest(DataLoader().load(file, encoding=encoding), source=file.name, symbol=symbol)
    promoted = manager.promote(symbol=symbol)
    if as_json:
        print_json({"ingest": kept, "promote": promoted})
        return
    click.echo(f"{kept.total:,} documents, {kept.added:,} of them new.")
    click.echo(
        f"{promoted.promoted:,} bars promoted, {promoted.known:,} known, {promoted.quarantined:,} in quarantine."
    )
    if kept.quarantined or promoted.quarantined:
        click.echo("'ml-analytics quarantine' says why, and what can be put right.", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--html", type=click.Path(path_type=Path), help="Also write the report as one page here.")
@encoding_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def validate(file: Path, html: Path | None, encoding: str, as_json: bool) -> int:
    """Look for defects in FILE; exit code 2 when there are errors.

    Bars, trades, quotes, order books, labelled text and accounts are told by their columns.
    """
    report = DataValidator().validate_file(file, encoding=encoding)
    if html is not None:
        report.save_html(html)
    if as_json:
        print_json(report.to_json())
        return 0 if report.ok else 2
    click.echo(report.render(width=min(120, shutil.get_terminal_size().columns)))
    if html is not None:
        click.echo(f"\nWritten to {html}.")
    return 0 if report.ok else 2
