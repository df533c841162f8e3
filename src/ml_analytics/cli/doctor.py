"""``doctor``: every store, where it is, whether it answers, and how to mend it."""

from __future__ import annotations

import sys

import click

from ..stores import StoreHealth, check_settings
from .console import print_json, settings_of


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> int:
    """Show every store: where it is, whether it answers, its version and latency, how to mend it."""
    found = check_settings(settings_of(ctx))
    if as_json:
        print_json(found)
    else:
        _print_table(found)
        for mend, names in _mends(found).items():  # below the table: a sentence needs room
            click.echo(f"{', '.join(names)}: {mend}")
    return 0 if all(one.ok for one in found) else 2


def _print_table(found: list[StoreHealth]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Stores", title_justify="left", header_style="bold")
    for name in ("store", "state"):
        table.add_column(name, no_wrap=True)
    table.add_column("latency", justify="right", no_wrap=True)
    table.add_column("version")
    table.add_column("where", overflow="fold")  # an address is of no use without its end
    for one in found:
        state = Text("ok", "green") if one.ok else Text("to mend", "red")
        latency = f"{one.latency_ms:.1f} ms" if one.ok else ""
        table.add_row(Text(one.name), state, latency, Text(one.version), Text(one.where))
    Console(highlight=False, width=None if sys.stdout.isatty() else 140).print(table)


def _mends(found: list[StoreHealth]) -> dict[str, list[str]]:
    """Return each sentence once, with the stores that it is about."""
    mends: dict[str, list[str]] = {}
    for one in found:
        if not one.ok:
            mends.setdefault(one.mend, []).append(one.name)
    return mends
