"""``promote``, ``publish`` and ``quarantine``: data from documents to tables and from tables to documents."""

from __future__ import annotations

import click
import pandas as pd

from ..data import MLDataManager
from .console import print_json, stores_of

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_repair = click.option(
    "--repair",
    multiple=True,
    type=click.Choice(["unit_switch"]),
    help="Put right what can be proven: unit_switch, volumes that stand in each other's column.",
)

_HELPS = {
    "unit_switch": "--replay --repair unit_switch' puts swapped volumes right",
    "duplicate_times": "--replay --repair restated' lets bars that their source corrected replace what is there",
}


@click.command()
@click.argument("data_type", default="raw_market")
@click.option("--to", default="market_metrics", show_default=True, help="The type of the rows in the tables.")
@click.option("--symbol", help="Of which bars; all without it.")
@_repair
@click.option("--everything", is_flag=True, help="Look at all documents, not only at those that wait.")
@_json
@click.pass_context
def promote(
    ctx: click.Context,
    data_type: str,
    to: str,
    symbol: str | None,
    repair: tuple[str, ...],
    everything: bool,
    as_json: bool,
) -> None:
    """Turn the documents of DATA_TYPE that wait into validated rows of a table; the rest goes to quarantine.

    Run it as often as you like: only what is new is read, and nothing is there twice.
    """
    stores, tenant, settings = stores_of(ctx)
    manager = MLDataManager(stores, tenant, settings)
    report = manager.promote(data_type, to, symbol, repair=list(repair), everything=everything)
    watermark = manager.watermark(data_type)
    if as_json:
        print_json({"promote": report, "watermark": watermark})
        return
    click.echo(
        f"{report.promoted:,} promoted, {report.known:,} known, {report.quarantined:,} in quarantine; "
        f"all that was stored before {watermark:%Y-%m-%d %H:%M:%S} UTC has crossed."
    )


@click.command()
@click.argument("data_type", required=False)
@click.option("--to", help="The collection; published_<type> without it.")
@_json
@click.pass_context
def publish(ctx: click.Context, data_type: str | None, to: str | None, as_json: bool) -> None:
    """Deliver the records of DATA_TYPE as documents; without DATA_TYPE what is open of all publications.

    The first time a type is named all its records are published; from then on whatever is written of it.
    """
    stores, tenant, settings = stores_of(ctx)
    manager = MLDataManager(stores, tenant, settings)
    if data_type is None and to is not None:
        raise click.UsageError("--to needs a DATA_TYPE.")
    report = manager.relay() if data_type is None else manager.publish(data_type, to)
    if as_json:
        print_json(report)
        return
    click.echo(
        f"{report.published:,} documents published, {report.known:,} known, "
        f"{report.quarantined:,} refused and in quarantine."
    )


@click.command()
@click.argument("ids", nargs=-1)
@click.option("--type", "data_type", help="Of which type of data.")
@click.option("--reason", help="A whole reason, or the name of one rule.")
@click.option("--replay", is_flag=True, help="Judge the entries again; what passes crosses.")
@click.option(
    "--repair",
    multiple=True,
    type=click.Choice(["unit_switch", "restated"]),
    help="Put right what can be proven: unit_switch, volumes that stand in each other's column; restated, bars that "
    "their source corrected later, which replace what is there.",
)
@click.option("--replayed", is_flag=True, help="List also what was replayed since.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0), help="List at most so many.")
@_json
@click.pass_context
def quarantine(
    ctx: click.Context,
    ids: tuple[str, ...],
    data_type: str | None,
    reason: str | None,
    replay: bool,
    repair: tuple[str, ...],
    replayed: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Count what could not cross by its reason and list it; with --replay judge it again (only IDS, if given).

    --json gives all entries, whole.
    """
    stores, tenant, settings = stores_of(ctx)
    manager = MLDataManager(stores, tenant, settings)
    if replay:
        report = manager.replay(list(ids) or None, data_type=data_type, reason=reason, repair=list(repair))
        if as_json:
            print_json(report)
            return
        click.echo(f"{report.replayed:,} of {report.total:,} entries crossed, {report.rejected:,} stay.")
        for why, count in sorted(report.reasons.items(), key=lambda one: (-one[1], one[0])):
            click.echo(f"  {count:,} x {why}")
        return
    if repair:
        raise click.UsageError("--repair needs --replay.")
    held = manager.quarantine(data_type, reason, replayed=replayed)
    held = held[held["id"].isin(ids)] if ids else held
    if as_json:
        print_json([{name: _plain(cell) for name, cell in row.items()} for row in held.to_dict("records")])
        return
    _show(held, limit)


def _show(held: pd.DataFrame, limit: int) -> None:
    """Print the counts by reason, the first entries with ids that can be copied, and what to do."""
    click.echo(f"{len(held):,} in quarantine.")
    if held.empty:
        return
    reasons = held["reason"].value_counts()
    for why, count in reasons.items():
        click.echo(f"  {count:,} x {why}")
    click.echo()
    for row in held.head(limit).to_dict("records"):
        document = row["document"]
        about = [document.get("symbol"), document.get("time"), row["reason"]]
        click.echo(f"{row['id']}  {'  '.join(str(one) for one in about if one)}")
    if len(held) > limit:
        click.echo(f"… and {len(held) - limit:,} more; --limit or --json shows them.")
    click.echo()
    helps = [how for rule, how in _HELPS.items() if any(rule in str(why) for why in reasons.index)]
    for how in helps or ["--replay' judges them again"]:
        click.echo(f"'ml-analytics quarantine {how}.")


def _plain(cell: object) -> object:
    """Return a cell for JSON: a missing time is none."""
    return None if cell != cell else cell  # noqa: PLR0124 - what NaT alone does
