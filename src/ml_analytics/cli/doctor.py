"""``doctor``: every store, where it is, whether it answers, and how to mend it."""

from __future__ import annotations

import click

from ..stores import check_settings
from .console import print_json, print_table, settings_of


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> int:
    """Show every store: where it is, whether it answers, its version and latency, how to mend it."""
    found = check_settings(settings_of(ctx))
    if as_json:
        print_json(found)
    else:
        rows = [
            [one.name, one.where, one.version, f"{one.latency_ms:.1f} ms", "ok" if one.ok else one.mend]
            for one in found
        ]
        print_table("Stores", ["store", "where", "version", "latency", "state"], rows)
    return 0 if all(one.ok for one in found) else 2
