"""``demo`` and ``run``: the market job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

from ..core.settings import Settings
from ..core.tenant import Tenant
from ..server import create_key, revoke_key, running
from ..server.keys import KeyRing
from ..stores import Stores
from ..use_cases.markets import Endpoint, MarketConfig, MarketRun
from .console import TerminalProgress, print_json, stores_of


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo-report"), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.pass_context
def demo(ctx: click.Context, out: Path, as_json: bool) -> None:
    """Run the market job end to end on real S&P 500 bars, 1999-2018.

    Killed at any point and started again it goes on where it was.
    """
    _run(ctx, MarketConfig(), out, as_json)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Directory of the report; NAME-report without it."
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.pass_context
def run(ctx: click.Context, file: Path, out: Path | None, as_json: bool) -> None:
    """Run the market job told by the YAML file FILE (see docs/market-run.md)."""
    config = MarketConfig.read(file)
    _run(ctx, config, out or Path(f"{config.name}-report"), as_json)


def _run(ctx: click.Context, config: MarketConfig, out: Path, as_json: bool) -> None:
    stores, tenant, settings = stores_of(ctx)

    def serve(opened: Stores) -> AbstractContextManager[Endpoint]:
        return _endpoint(opened, tenant, settings)

    options: dict[str, Any] = {} if as_json else {"progress": TerminalProgress()}
    figures = MarketRun(config, stores, out, serve, tenant, **options).run()
    if as_json:
        print_json(figures)


@contextmanager
def _endpoint(stores: Stores, tenant: Tenant, settings: Settings) -> Iterator[Endpoint]:
    """Serve on a free loopback port; where API keys exist, with one of its own that is revoked afterwards."""
    local = settings.model_copy(update={"tenant_id": tenant.id})
    with running(stores, local) as url:
        if not KeyRing(stores.records).look():
            yield Endpoint(url)
            return
        name = f"run-{uuid4().hex}"
        key = create_key(stores.records, tenant, name, "predictor")
        try:
            yield Endpoint(url, key)
        finally:
            revoke_key(stores.records, tenant, name)
