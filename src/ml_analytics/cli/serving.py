"""``serve``, ``keys`` and ``monitor``: the HTTP edge and what came of its answers."""

from __future__ import annotations

import click

from ..core.tenant import Tenant
from ..monitoring import ModelMonitoring
from ..server import ModelServer, create_key, list_keys, revoke_key
from .console import print_json, print_table, settings_of, stores_of


@click.command()
@click.option("--host", help="Address to bind; 127.0.0.1 without it.")
@click.option("--port", type=int, help="Port; 8080 without it, 0 for a free one.")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Answer over HTTP (Open Inference Protocol v2) until interrupted.

    Beyond loopback it starts only when API keys exist (`ml-analytics keys create`).
    """
    stores, _, settings = stores_of(ctx)
    server = ModelServer(stores, settings=settings, host=host, port=port)
    click.echo(f"Serving on {server.url} (Ctrl+C stops). Try: curl {server.url}/v2/models/NAME", err=True)
    server.run()


@click.group()
def keys() -> None:
    """Create, list and revoke API keys of the HTTP server."""


@keys.command()
@click.option("--role", default="admin", show_default=True)
@click.option("--name", default="", help="A note on who has it.")
@click.pass_context
def create(ctx: click.Context, role: str, name: str) -> None:
    """Create a key for the tenant; it is shown once and only its hash is kept."""
    stores, tenant, _ = stores_of(ctx)
    click.echo(create_key(stores.records, tenant, name or role, role=role))


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the keys of the tenant (never the keys themselves)."""
    stores, tenant, _ = stores_of(ctx)
    known = list_keys(stores.records, tenant)
    if as_json:
        print_json(known)
        return
    print_table(
        "API keys", ["key", "name", "role", "created", "revoked"], [list(one.values()) for one in known]
    )


@keys.command()
@click.argument("key_id")
@click.pass_context
def revoke(ctx: click.Context, key_id: str) -> None:
    """Revoke a key by the id that `keys list` shows."""
    stores, tenant, _ = stores_of(ctx)
    revoke_key(stores.records, tenant, key_id)
    click.echo("Revoked.")


@click.command()
@click.argument("model_id")
@click.option("--version", help="Which version; all without it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def monitor(ctx: click.Context, model_id: str, version: str | None, as_json: bool) -> None:
    """Show the accuracy of served predictions whose outcome is known, and their latency."""
    settings = settings_of(ctx)
    stores, _, _ = stores_of(ctx)
    report = ModelMonitoring(stores, Tenant.of(settings.tenant_id)).performance(model_id, version)
    if as_json:
        print_json(report.to_json())
        return
    click.echo(f"{model_id}: {report.n:,} predictions, {report.joined:,} with outcome; {report.accuracy}.")
