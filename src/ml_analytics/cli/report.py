"""``report``: figures of a strategy from a file of returns, prices, fills or trades, as PDF, workbook and page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..analytics import AdvancedAnalytics, TradingReport, report_figures, write_excel, write_html, write_pdf
from ..core.errors import DataProcessingError
from . import report_files as files
from .console import encoding_option, print_json, print_table

_kind = click.Choice(files.KINDS)
_WRITERS = {"pdf": write_pdf, "xlsx": write_excel, "html": write_html}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", type=_kind, help="What FILE holds; needed unless its columns tell it beyond doubt.")
@click.option("--column", help="Of returns or prices: which column.")
@click.option("--trades", type=click.Path(path_type=Path), help="A further file with fills or closed trades.")
@click.option("--trades-kind", type=click.Choice(("fills", "trades")), help="What that file holds.")
@click.option("--capital", type=float, help="What the account of fills or trades began with.")
@click.option("--benchmark", help="A file of returns or prices, or sp500 or nasdaq (1999 to 2018).")
@click.option("--benchmark-kind", type=click.Choice(("returns", "prices")), help="What that file holds.")
@click.option("--benchmark-column", help="Which column of it.")
@click.option("--pdf", is_flag=True, help="Write NAME.pdf.")
@click.option("--xlsx", is_flag=True, help="Write NAME.xlsx.")
@click.option("--html", is_flag=True, help="Write NAME.html, interactive, in one file.")
@click.option("--out", type=click.Path(path_type=Path), default=Path(), help="Directory of what is written.")
@click.option("--title", help="First line of the report; NAME without it.")
@click.option("--name", help="What the strategy is called in the report; Strategy without it.")
@click.option("--trials", type=int, help="How many strategies were tried before this one was chosen.")
@click.option("--risk-free-rate", type=float, default=0.0, show_default=True, help="Annual, a fraction.")
@click.option(
    "--periods-per-year", type=float, help="How many returns make a year; found in the calendar without it."
)
@encoding_option
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON.")
def report(file: Path, pdf: bool, xlsx: bool, html: bool, out: Path, as_json: bool, **options: Any) -> None:
    """Measure the returns, prices, fills or trades in FILE and write reports.

    NAME is FILE without its ending. Times without a zone are taken as UTC. Without --pdf, --xlsx or --html the key
    figures are printed only.
    """
    made = _report(file, **options)
    wanted = [kind for kind, asked in (("pdf", pdf), ("xlsx", xlsx), ("html", html)) if asked]
    written = [_WRITERS[kind](made, out / f"{_name(file)}.{kind}") for kind in wanted]
    figures = report_figures(made)
    if as_json:
        print_json({**figures, "files": [str(path) for path in written]})
        return
    heads = ["figure", made.strategy_name]
    rows = [[one["label"], one["strategy_text"], one["words_text"]] for one in figures["front"]]
    if made.benchmark is not None:
        heads.append(made.benchmark_name)
        rows = [
            [*row[:2], one["benchmark_text"], row[2]] for row, one in zip(rows, figures["front"], strict=True)
        ]
    print_table(f"{made.title}, {figures['period']['text']}", [*heads, "in plain words"], rows)
    click.echo(figures["verdict"])
    click.echo(figures["honesty"]["sentence_text"])
    for line in (*figures["notes"], *(f"Written to {path}." for path in written)):
        click.echo(line)


def _report(
    file: Path,
    kind: str | None,
    column: str | None,
    trades: Path | None,
    trades_kind: str | None,
    capital: float | None,
    benchmark: str | None,
    benchmark_kind: str | None,
    benchmark_column: str | None,
    title: str | None,
    name: str | None,
    trials: int | None,
    risk_free_rate: float,
    periods_per_year: float | None,
    encoding: str,
) -> TradingReport:
    analytics = AdvancedAnalytics(risk_free_rate, periods_per_year, initial_capital=capital)
    first = files.read(file, kind, encoding)
    notes = []
    if first.kind in ("fills", "trades"):
        if trades is not None:
            raise DataProcessingError(
                f"--trades goes with a file of returns or prices. '{file.name}' holds {first.kind}."
            )
        if capital is None:
            raise DataProcessingError(
                f"'{file.name}' holds {first.kind}: to make returns of them, say with --capital what the account "
                "began with."
            )
        _add(analytics, first)
        notes.append(
            "Returns are closed profit by the day of the exit over the equity before; open profit is not seen."
        )
    else:
        analytics.add_returns(files.series(first, column))
        if first.kind == "prices":
            notes.append("Returns are changes of the prices from row to row.")
    if trades is not None:
        _add(analytics, files.read(trades, trades_kind, encoding))
    details: dict[str, Any] = {"title": title or _name(file), "trials": trials}
    if name is not None:
        details["strategy_name"] = name
    if benchmark is not None:
        called, returns = files.benchmark(benchmark, benchmark_kind, benchmark_column, encoding)
        details |= {"benchmark": returns, "benchmark_name": called[:60]}
    return analytics.report(notes=notes, **details)


def _add(analytics: AdvancedAnalytics, table: files.Table) -> None:
    if table.kind == "fills":
        analytics.add_fills(table.frame)
    elif table.kind == "trades":
        analytics.add_trades(table.frame)
    else:
        raise DataProcessingError(f"'{table.name}' must hold fills or trades here. It holds {table.kind}.")


def _name(file: Path) -> str:
    """Return the name without its endings: ``fills.csv.gz`` is ``fills``."""
    name = file.name
    for ending in (".gz", file.suffix if file.suffix != ".gz" else file.with_suffix("").suffix):
        name = name.removesuffix(ending) if ending else name
    return name or file.stem
