"""``backup`` and ``restore``: everything of a tenant, or of all, in a directory and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..core.errors import ParameterError
from ..core.progress import Progress, Silent
from ..core.tenant import Tenant
from ..stores import TenantContent, verify_backup
from ..stores import backup as write_backup
from ..stores import restore as read_backup
from ..stores.backup import RAW
from .console import TerminalProgress, print_json, print_table, stores_of

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command()
@click.argument("destination", type=click.Path(path_type=Path))
@click.option("--tenant", help="Whose; the tenant of this call without it.")
@click.option("--everything", is_flag=True, help="All tenants.")
@_JSON
@click.pass_context
def backup(
    ctx: click.Context, destination: Path, tenant: str | None, everything: bool, as_json: bool
) -> None:
    """Write everything of the tenant to the directory DESTINATION; work may go on meanwhile.

    Started again after an interruption it goes on. The files hold hashes of API keys (with --everything) and
    all data, unencrypted.
    """
    if everything and tenant is not None:
        raise ParameterError("Give either --tenant or --everything, not both.")
    stores, mine, settings = stores_of(ctx)
    whose = None if everything else Tenant(tenant) if tenant is not None else mine
    queued = {*RAW, *settings.mongodb.collections}
    done = write_backup(stores, destination, whose, queued=queued, progress=_progress(as_json))
    if as_json:
        print_json({"path": str(destination), "created_at": done.created_at, "tenants": done.tenants})
        return
    _show(f"Backup in {destination}", done.tenants)


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--tenant", help="Whose; all that the backup holds without it.")
@click.option("--as", "as_tenant", help="Another name for the one tenant that is restored.")
@click.option("--verify-only", is_flag=True, help="Read and check every byte; restore nothing.")
@_JSON
@click.pass_context
def restore(
    ctx: click.Context,
    source: Path,
    tenant: str | None,
    as_tenant: str | None,
    verify_only: bool,
    as_json: bool,
) -> None:
    """Verify the backup in the directory SOURCE and bring it back; only empty tenants are written to."""
    whose = tenant if tenant is not None else ctx.find_root().obj["tenant"]
    listener = _progress(as_json)
    if verify_only:
        found = verify_backup(source, progress=listener)
        if as_json:
            print_json({"path": str(source), "created_at": found.created_at, "tenants": found.tenants})
        else:
            _show(
                f"Verified, every byte: {source}, made {found.created_at:%Y-%m-%d %H:%M} UTC", found.tenants
            )
        return
    stores, _, _ = stores_of(ctx)
    done = read_backup(
        stores,
        source,
        Tenant(whose) if whose is not None else None,
        as_tenant=Tenant(as_tenant) if as_tenant is not None else None,
        progress=listener,
    )
    if as_json:
        print_json({"path": str(source), "tenants": done.tenants, "there_already": done.there_already})
        return
    _show(f"Restored from {source}", done.tenants)
    for name in done.there_already:
        click.echo(f"The tenant '{name}' held exactly this already.")


def _progress(as_json: bool) -> Progress:
    return Silent() if as_json else TerminalProgress()


def _show(title: str, tenants: dict[str, TenantContent]) -> None:
    rows: list[list[Any]] = [
        [
            name,
            f"{one.rows:,}",
            f"{one.documents:,}",
            f"{one.artifacts:,}",
            f"{one.bytes:,}",
            one.content.hash[:12],
        ]
        for name, one in tenants.items()
    ]
    if not rows:
        click.echo(f"{title}: it holds no tenant.")
        return
    print_table(title, ["tenant", "rows", "documents", "artifacts", "bytes", "content"], rows)
