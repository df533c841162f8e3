"""``features``: which there are, what they are on a file of bars, and the proof that none looks ahead."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd

from ..core.files import replacing
from ..core.frames import to_pandas
from ..core.ohlcv import as_ohlcv
from ..core.values import LeakCertificate
from ..core.yaml import read_yaml
from ..data import DataLoader
from ..features import (
    FeatureEngineeringPipeline,
    FeatureReport,
    Indicator,
    catalogue,
    direction_labels,
    feature_report,
)
from ..features.panel import has_symbols, read_panel
from .console import encoding_option, print_json, print_table

_HORIZON = 5


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--output", type=click.Path(path_type=Path), help="A CSV or Parquet file for the features.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Also write the feature report as one page here."
)
@click.option(
    "--horizon",
    type=click.IntRange(1, 250),
    help=f"With --report: its target, whether the close is higher in so many bars; {_HORIZON} by default.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="A YAML file: which features, as the pipeline takes them.",
)
@click.option("--cache", type=click.Path(path_type=Path), help="A directory to keep computed columns in.")
@click.option("--explain", is_flag=True, help="Say which columns were computed and which the cache had.")
@click.option("--list", "listing", is_flag=True, help="List what there is instead; needs no FILE.")
@click.option("--group", help="With --list: one group only, such as momentum.")
@encoding_option
@click.option("--json", "as_json", is_flag=True, help="Print the leak certificate, or the list, as JSON.")
def features(
    file: Path | None,
    output: Path | None,
    report: Path | None,
    horizon: int | None,
    config: Path | None,
    cache: Path | None,
    explain: bool,
    listing: bool,
    group: str | None,
    encoding: str,
    as_json: bool,
) -> int:
    """Compute the features of the bars in FILE and prove that none looks ahead; or list what there is."""
    if horizon is not None and report is None:
        raise click.UsageError("--horizon goes with --report.")
    if listing:
        _list(catalogue(group), as_json)
        return 0
    if group is not None:
        raise click.UsageError("--group goes with --list.")
    if file is None:
        raise click.UsageError("Name a FILE of bars, or give --list to see which features there are.")
    _require_writable(file, config, output, report)
    bars = to_pandas(DataLoader().load(file, encoding=encoding))
    pipeline = FeatureEngineeringPipeline(None if config is None else read_yaml(config), cache=cache)
    certificate = pipeline.certify(bars)
    if output is not None or explain:
        made = to_pandas(pipeline.generate_features(bars))
        explained = pipeline.explain()
        if output is not None:
            with replacing(output) as temporary:
                made.to_csv(temporary) if output.suffix.lower() == ".csv" else made.to_parquet(temporary)
    if report is not None:
        _report(pipeline, bars, horizon or _HORIZON, certificate, file.stem).save_html(report)
    if as_json and explain:
        print_json(explained.reset_index().to_dict("records"))
    elif as_json:
        print_json(certificate.to_json())
    else:
        if explain:
            _explain(explained, pipeline.features.indicators)
        written = "".join(f" Written to {path}." for path in (output, report) if path is not None)
        count = len(certificate.verdicts)
        click.echo(f"{count} features on {_extent(bars, certificate)}: {_state(certificate)}.{written}")
    return 0 if certificate.clean else 2


def _require_writable(file: Path, config: Path | None, output: Path | None, report: Path | None) -> None:
    """Refuse to write a file that is read or written as something else, or of a kind that is not known."""
    if output is not None and output.suffix.lower() not in (".csv", ".parquet"):
        raise click.UsageError(f"--output must end in .csv or .parquet, not in '{output.suffix}'.")
    taken = {"FILE": file, "--config": config}
    for name, path in (("--output", output), ("--report", report)):
        for other, known in taken.items():
            if path is not None and known is not None and _same(path, known):
                raise click.UsageError(f"{name} must be another file than {other}, which it would overwrite.")
        taken[name] = path


def _same(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()


def _report(
    pipeline: FeatureEngineeringPipeline,
    bars: pd.DataFrame,
    horizon: int,
    certificate: LeakCertificate,
    title: str,
) -> FeatureReport:
    return feature_report(pipeline, bars, _target(bars, horizon), certificate=certificate, title=title)


def _target(bars: pd.DataFrame, horizon: int) -> pd.Series:
    """Return the labels in the order of the rows; no label looks from one symbol into the next."""
    if not has_symbols(bars):
        return direction_labels(as_ohlcv(bars)["close"].ffill(), horizon)
    panel = read_panel(bars, "features", fill_forward=True)
    parts = [direction_labels(panel.bars["close"][rows], horizon) for _, rows in panel.parts()]
    made = panel.in_table_order(np.concatenate(parts)[:, np.newaxis])
    return pd.Series(made[:, 0], name=parts[0].name)


def _extent(bars: pd.DataFrame, certificate: LeakCertificate) -> str:
    """Say how many bars there are, and of many symbols whose were certified: the one's with most."""
    if not has_symbols(bars):
        return f"{certificate.bars:,} bars"
    panel = read_panel(bars, "features", fill_forward=True)
    symbol, _ = max(panel.parts(), key=lambda one: one[1].stop - one[1].start)
    symbols = f"{len(panel.symbols):,} symbol{'s' if len(panel.symbols) > 1 else ''}"
    return (
        f"{len(panel):,} bars of {symbols}, certified on the {certificate.bars:,} bars of {symbol}, "
        "the symbol with most"
    )


def _explain(explained: pd.DataFrame, indicators: Sequence[Indicator]) -> None:
    """Print how many columns of each group were computed and how many were kept, and how long that took."""
    groups = {name: one.group for one in indicators for name in one.columns}
    table = explained.assign(group=[groups.get(str(name), "") for name in explained.index])
    # The columns of one computation carry its time each: it counts once.
    firsts = {one.columns[0] for one in indicators}
    table["milliseconds"] = table["milliseconds"].where(table.index.isin(list(firsts)), 0.0)
    found = table.groupby(["group", "source"], sort=False)["milliseconds"].agg(["size", "sum"])
    rows = [
        [one["group"], one["source"], int(one["size"]), f"{one['sum']:.1f}"]
        for one in found.reset_index().to_dict("records")
    ]
    print_table("Where the features came from", ["group", "source", "features", "ms"], rows)


def _list(entries: Sequence[Indicator], as_json: bool) -> None:
    """Print the catalogue: a table per group, or one object per entry for programs."""
    if as_json:
        print_json([_described(one) for one in entries])
        return
    for group in dict.fromkeys(one.group for one in entries):
        some = [one for one in entries if one.group == group]
        rows = [
            [_names(one), ", ".join(one.inputs), one.warm_up, one.unit, one.formula, one.source]
            for one in some
        ]
        count = sum(len(one.columns) for one in some)
        print_table(f"{group} ({count})", ["feature", "from", "warm-up", "unit", "formula", "source"], rows)
    named = " * is made only when a configuration names it." if any(one.optional for one in entries) else ""
    click.echo(f"{sum(len(one.columns) for one in entries)} features.{named}")


def _names(one: Indicator) -> str:
    return "\n".join(f"{name} *" if one.optional else name for name in one.columns)


def _described(one: Indicator) -> dict[str, Any]:
    shown = (
        "family", "aliases", "group", "columns", "inputs", "warm_up", "unit", "scale_free", "cumulative", "optional",
    )  # fmt: skip
    return {
        **{name: getattr(one, name) for name in (*shown, "formula", "source")},
        "parameters": dict(one.parameters),
    }


def _state(certificate: LeakCertificate) -> str:
    """Say which features look ahead and which could not be tested."""
    leaking, untested = certificate.leaking, certificate.untested
    state = f"LOOK AHEAD: {', '.join(leaking)}" if leaking else "none looks ahead"
    if not untested:
        return state
    tested = "" if leaking else " among those tested"
    return (
        f"{state}{tested}; {len(untested)} could not be tested: fewer bars than their warm-up: "
        f"{', '.join(untested)}"
    )
