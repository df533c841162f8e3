"""The command line: thin, over pipelines and server. One file per group of commands, loaded when used. May
import ``server`` and below."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from .. import __version__

_COMMANDS = {
    "demo": ("market", "The market job end to end on real S&P 500 bars."),
    "run": ("market", "The market job on your own bars, told by a YAML file."),
    "ingest": ("data", "Keep a file of bars as documents, promote the valid ones to tables."),
    "promote": ("exchange", "Documents that wait become validated rows of a table."),
    "publish": ("exchange", "Rows of tables become documents, and stay so from then on."),
    "quarantine": ("exchange", "What could not cross and why; judge it again with --replay."),
    "validate": ("data", "Look for defects in a file of bars or a table."),
    "features": ("features", "List the features, or compute those of a file of bars and prove them causal."),
    "report": ("report", "Figures of returns, prices, fills or trades as PDF, workbook and page."),
    "train": ("tables", "Train a classifier for a column of a table."),
    "predict": ("tables", "Predict every row of a file."),
    "models": ("models", "List, show, compare, promote, archive and delete models."),
    "serve": ("serving", "Answer over HTTP (Open Inference Protocol v2)."),
    "keys": ("serving", "API keys of the HTTP server."),
    "monitor": ("serving", "Accuracy of served predictions whose outcome is known."),
    "backup": ("backup", "Everything of a tenant, or of all, in a directory."),
    "restore": ("backup", "Verify a backup and bring it back, onto any backend."),
    "doctor": ("doctor", "Show every store: where it is, whether it answers, how to mend it."),
}


class _Lazy(click.Group):
    """Knows its commands by name and imports a command's file when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f".{_COMMANDS[cmd_name][0]}", __name__)
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ml-analytics")
@click.option("--home", envvar="ML_ANALYTICS_HOME", type=click.Path(), help="Where everything embedded lies.")
@click.option("--config", type=click.Path(), help="A YAML file with settings.")
@click.option("--tenant", help="Whose data; the default tenant without it.")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.pass_context
def cli(ctx: click.Context, home: str | None, config: str | None, tenant: str | None, debug: bool) -> None:
    """Causal features, honest models, safe artifacts, multi-tenant serving."""
    ctx.obj = {"home": home, "config": config, "tenant": tenant, "debug": debug}


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line; a known error is one sentence on stderr and exit code 2."""
    from .console import run_safely

    return run_safely(cli, arguments)
