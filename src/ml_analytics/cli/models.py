"""``models``: the registry on the command line."""

from __future__ import annotations

from typing import Any

import click

from ..registry import ModelRegistry, flat_metrics
from .console import print_json, print_table, stores_of

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def models() -> None:
    """List, show, compare, promote, archive and delete models."""


def _registry(ctx: click.Context) -> ModelRegistry:
    stores, tenant, _ = stores_of(ctx)
    return ModelRegistry(stores, tenant)


@models.command("list")
@_JSON
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the models of the tenant."""
    known = _registry(ctx).list_models()
    if as_json:
        print_json(known)
        return
    if not known:
        click.echo("No models yet. `ml-analytics train FILE --target COLUMN` makes the first one.")
        return
    rows = [
        [
            one["model_id"],
            one["model_type"],
            one["versions"],
            one["latest"],
            _stages(one["stages"]),
            one["created_at"][:19],
        ]
        for one in known
    ]
    print_table("Models", ["model", "type", "versions", "latest", "live", "created"], rows)


@models.command()
@click.argument("model_id")
@click.option("--version", help="Which version; the latest without it.")
@_JSON
@click.pass_context
def show(ctx: click.Context, model_id: str, version: str | None, as_json: bool) -> None:
    """Show one version: scores, parameters, stages, lineage."""
    registry = _registry(ctx)
    found = registry.get_model_version(model_id, version)
    if as_json:
        print_json(found.to_json())
        return
    facts = [
        ["version", found.id],
        ["type", f"{found.model_type}. {found.compiled_note}"],
        ["live in", ", ".join(found.stages) or "nowhere"],
        ["registered", f"{found.created_at:%Y-%m-%d %H:%M:%S} UTC"],
        ["artifact", found.digest],
        *([name, f"{value:.4f}"] for name, value in flat_metrics(found.metrics).items()),
        ["inputs", f"{len(found.signature.names)} columns" if found.signature else "unknown"],
        ["all versions", ", ".join(one.version for one in registry.list_versions(model_id))],
    ]
    print_table(found.id, ["what", "value"], facts)


@models.command()
@click.argument("model_id")
@click.argument("version1")
@click.argument("version2")
@_JSON
@click.pass_context
def compare(ctx: click.Context, model_id: str, version1: str, version2: str, as_json: bool) -> None:
    """Compare two versions: scores and parameters side by side."""
    found = _registry(ctx).compare_versions(model_id, version1, version2)
    if as_json:
        print_json(found)
        return
    rows = [
        [name, *(_number(one[key]) for key in ("version1", "version2", "difference"))]
        for name, one in found["metrics"].items()
    ]
    rows += [[name, one["version1"], one["version2"], ""] for name, one in found["hyperparameters"].items()]
    print_table(f"{model_id}: {version1} and {version2}", ["what", version1, version2, "difference"], rows)


@models.command()
@click.argument("model_id")
@click.option("--version", help="Which version; the latest without it.")
@_JSON
@click.pass_context
def lineage(ctx: click.Context, model_id: str, version: str | None, as_json: bool) -> None:
    """Show where a version comes from."""
    found = _registry(ctx).lineage(model_id, version)
    value = found.to_json()
    if as_json:
        print_json(value)
        return
    certificate = found.certificate
    rows: list[list[Any]] = [
        [key, value[key]] for key in ("data_hash", "features_hash", "parameters_hash", "code_version")
    ]
    rows += [["features", len(found.feature_names)], ["trials", found.trials], ["seed", found.seed]]
    leak = (
        "none"
        if certificate is None
        else f"{'clean' if certificate.clean else 'LEAKING'}, {certificate.digest}"
    )
    rows += [
        ["leak certificate", leak],
        ["libraries", ", ".join(f"{k} {v}" for k, v in found.libraries.items())],
    ]
    print_table(f"Lineage of {model_id}", ["what", "value"], rows)


@models.command()
@click.argument("model_id")
@click.argument("version")
@click.option("--environment", default="production", show_default=True)
@click.pass_context
def promote(ctx: click.Context, model_id: str, version: str, environment: str) -> None:
    """Make a version live, if the gate lets it."""
    decision = _registry(ctx).promote_version(model_id, version, environment, actor="command line")
    click.echo(
        f"{model_id}:{version} is live in {environment}. " + " ".join(one.reason for one in decision.results)
    )


@models.command()
@click.argument("model_id")
@click.argument("version")
@click.pass_context
def archive(ctx: click.Context, model_id: str, version: str) -> None:
    """Take a version out of use but keep it."""
    _registry(ctx).archive(model_id, version, actor="command line")
    click.echo(f"{model_id}:{version} is archived.")


@models.command()
@click.argument("model_id")
@click.argument("version")
@click.confirmation_option(prompt="Remove this version for good?")
@click.pass_context
def delete(ctx: click.Context, model_id: str, version: str) -> None:
    """Remove a version for good."""
    _registry(ctx).delete(model_id, version, actor="command line")
    click.echo(f"{model_id}:{version} is removed.")


@models.command()
@_JSON
@click.pass_context
def audit(ctx: click.Context, as_json: bool) -> None:
    """Show the audit log after checking its hash chain."""
    entries = _registry(ctx).audit()
    if as_json:
        print_json(entries)
        return
    rows = [
        [one.seq, f"{one.at:%Y-%m-%d %H:%M:%S}", one.actor, one.action, one.subject, one.hash[:12]]
        for one in entries
    ]
    print_table("Audit log (chain intact)", ["#", "at (UTC)", "actor", "action", "subject", "hash"], rows)


def _stages(stages: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in stages.items()) or "nothing"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
