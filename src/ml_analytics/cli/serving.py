"""``serve``, ``keys`` and ``monitor``: the HTTP edge and what came of its answers."""

from __future__ import annotations

import signal
import threading

import click

from ..monitoring import ModelMonitoring
from ..server import ModelServer, create_key, list_keys, revoke_key
from .console import print_json, print_table, stores_of


@click.command()
@click.option("--host", help="Address to bind; 127.0.0.1 without it.")
@click.option("--port", type=int, help="Port; 8080 without it, 0 for a free one.")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Answer over HTTP (Open Inference Protocol v2) until interrupted.

    Beyond loopback it starts only when API keys exist (`ml-analytics keys create`).
    """
    stores, _, settings = stores_of(ctx)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with ModelServer(stores, settings=settings, host=host, port=port).running() as url:
        click.echo(f"Serving on {url} (Ctrl+C stops). Try: curl {url}/v2/models/NAME", err=True)
        stop.wait()


@click.group()
def keys() -> None:
    """Create, list and revoke API keys of the HTTP server."""


@keys.command()
@click.argument("name")
@click.option("--role", default="predictor", show_default=True, help="viewer, predictor or admin.")
@click.pass_context
def create(ctx: click.Context, name: str, role: str) -> None:
    """Create the key NAME for the tenant; it is shown once and only its hash is kept."""
    stores, tenant, _ = stores_of(ctx)
    click.echo(create_key(stores.records, tenant, name, role))


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
    print_table("API keys", ["name", "role", "created", "revoked"], [list(one.values()) for one in known])


@keys.command()
@click.argument("name")
@click.pass_context
def revoke(ctx: click.Context, name: str) -> None:
    """Revoke the key NAME."""
    stores, tenant, _ = stores_of(ctx)
    revoke_key(stores.records, tenant, name)
    click.echo(f"The key {name} is revoked.")


@click.command()
@click.argument("model_id")
@click.option("--version", help="Which version; all without it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def monitor(ctx: click.Context, model_id: str, version: str | None, as_json: bool) -> None:
    """Show the accuracy of served predictions whose outcome is known, and their latency."""
    stores, tenant, _ = stores_of(ctx)
    report = ModelMonitoring(stores, tenant).performance(model_id, version)
    if as_json:
        print_json(report.to_json())
        return
    click.echo(str(report))
