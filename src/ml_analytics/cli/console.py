"""What a person sees: stages, findings, progress on stderr or stdout, errors as one sentence."""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ..core.canonical import plain
from ..core.errors import MLFrameworkError
from ..core.settings import Settings
from ..core.tenant import Tenant
from ..stores import Stores, open_stores

_INTERRUPTED = "Interrupted; started again it goes on where it was."


class TerminalProgress:
    """Draws stages and a bar on a terminal; on a pipe it prints plain lines."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._bar: Progress | None = None
        self._task: Any = None
        self._stage = ""
        self._started = time.monotonic()

    def stage(self, name: str) -> None:
        """Announce a stage with the time since the start."""
        self._close_bar()
        self._stage = name
        elapsed = time.monotonic() - self._started
        self._console.print(f"\n[bold]{name.partition('-')[2] or name}[/bold] [dim]({elapsed:.0f} s)[/dim]")

    def say(self, text: str) -> None:
        """Print a finding as it is."""
        self._close_bar()
        self._console.print(text, markup=False)

    def advance(self, done: int, total: int) -> None:
        """Move the bar; nothing is drawn on a pipe."""
        if not self._console.is_terminal:
            return
        if self._bar is None:
            columns = (TextColumn("  "), BarColumn(40), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, console=self._console, transient=True)
            self._task = self._bar.add_task(self._stage, total=total)
            self._bar.start()
        self._bar.update(self._task, completed=done, total=total)

    def _close_bar(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


encoding_option = click.option(
    "--encoding",
    default="utf-8",
    show_default=True,
    help="How a text file was written: utf-8, utf-16, latin-1, cp1252, …",
)
"""Of every command that reads a table from a file."""


def settings_of(ctx: click.Context) -> Settings:
    """Return the settings of this call: options over environment over file over defaults."""
    options = ctx.find_root().obj
    home = Path(options["home"]) if options["home"] else None
    return Settings.read(options["config"], home=home, tenant_id=options["tenant"])


def stores_of(ctx: click.Context) -> tuple[Stores, Tenant, Settings]:
    """Open the stores of this call; they are closed when it ends."""
    settings = settings_of(ctx)
    stores = open_stores(settings)
    ctx.call_on_close(stores.close)
    return stores, Tenant.of(settings.tenant_id), settings


def print_json(value: Any) -> None:
    """Print JSON for programs."""
    click.echo(json.dumps(plain(value), indent=2, sort_keys=True))


def print_table(title: str, columns: list[str], rows: list[list[Any]]) -> None:
    """Print a table for people."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), title_justify="left", header_style="bold")
    for name in columns:
        table.add_column(Text(name))
    for row in rows:  # texts, not strings: brackets in a value are no markup
        table.add_row(*(Text("" if one is None else str(one)) for one in row))
    Console(highlight=False, width=None if sys.stdout.isatty() else 140).print(table)


def run_safely(command: click.Group, arguments: list[str] | None) -> int:
    """Run ``command``; return or exit with 0, 2 after one sentence, 1 when not confirmed, 130 when interrupted."""
    warnings.showwarning = _Notes().show
    debug = "--debug" in (sys.argv[1:] if arguments is None else arguments)
    try:
        code = command.main(arguments, standalone_mode=False)
        status = code if isinstance(code, int) else 0
    except MLFrameworkError as error:
        status = _fail(error.message, debug)
    except click.exceptions.Abort as error:
        if isinstance(error.__cause__, KeyboardInterrupt):
            status = _say(_INTERRUPTED, 130)
        else:  # a question was answered with no, or nobody was there to answer
            status = _say("Nothing was done: it was not confirmed.", 1)
    except click.ClickException as error:
        error.show()
        status = 2
    except KeyboardInterrupt:
        status = _say(_INTERRUPTED, 130)
    except SystemExit:  # how click and rich leave when the reader of a pipe has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except OSError as error:
        what = f"use '{error.filename}'" if error.filename else "read or write"
        status = _fail(f"Cannot {what}: {error.strerror or error}.", debug)
    except Exception as error:  # noqa: BLE001 - the last line of defence: never a traceback to a user
        status = _fail(
            f"Something unforeseen happened ({type(error).__name__}: {error}); --debug shows more.", debug
        )
    if arguments is None:
        sys.exit(status)
    return status


class _Notes:
    """Shows warnings as a person needs them: each sentence once, without the line of code that raised it."""

    def __init__(self) -> None:
        self._shown: set[str] = set()

    def show(self, message: Warning | str, *_: Any, **__: Any) -> None:
        """Take the place of ``warnings.showwarning``."""
        if str(message) not in self._shown:
            self._shown.add(str(message))
            click.echo(f"ml-analytics: note: {message}", err=True)


def _fail(sentence: str, debug: bool) -> int:
    if debug:
        raise  # noqa: PLE0704 - called inside an except block only
    return _say(sentence, 2)


def _say(sentence: str, status: int) -> int:
    click.echo(f"ml-analytics: {sentence}", err=True)
    return status
