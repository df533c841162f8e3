"""``features``: which there are, what they are on a file of bars, and the proof that none looks ahead."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
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
from .console import encoding_option, print_json, print_table


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--output", type=click.Path(path_type=Path), help="A CSV or Parquet file for the features.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="Also write the feature report as one page here."
)
@click.option(
    "--horizon",
    type=click.IntRange(1, 250),
    default=5,
    show_default=True,
    help="The report's target: whether the close is higher in so many bars.",
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
    horizon: int,
    config: Path | None,
    cache: Path | None,
    explain: bool,
    listing: bool,
    group: str | None,
    encoding: str,
    as_json: bool,
) -> int:
    """Compute the features of the bars in FILE and prove that none looks ahead; or list what there is."""
    if listing:
        _list(catalogue(group), as_json)
        return 0
    if group is not None:
        raise click.UsageError("--group goes with --list.")
    if file is None:
        raise click.UsageError("Name a FILE of bars, or give --list to see which features there are.")
    bars = to_pandas(DataLoader().load(file, encoding=encoding))
    pipeline = FeatureEngineeringPipeline(None if config is None else read_yaml(config), cache=cache)
    certificate = pipeline.certify(bars)
    if output is not None or explain:
        made = to_pandas(pipeline.generate_features(bars))
        explained = pipeline.explain()
        if output is not None:
            with replacing(output) as temporary:
                made.to_parquet(temporary) if output.suffix == ".parquet" else made.to_csv(temporary)
    if report is not None:
        _report(pipeline, bars, horizon, certificate, file.stem).save_html(report)
    if as_json and explain:
        print_json(explained.reset_index().to_dict("records"))
    elif as_json:
        print_json(certificate.to_json())
    else:
        if explain:
            _explain(explained, pipeline.features.indicators)
        written = "".join(f" Written to {path}." for path in (output, report) if path is not None)
        count = len(certificate.verdicts)
        click.echo(f"{count} features on {certificate.bars:,} bars: {_state(certificate)}.{written}")
    return 0 if certificate.clean else 2


def _report(
    pipeline: FeatureEngineeringPipeline,
    bars: pd.DataFrame,
    horizon: int,
    certificate: LeakCertificate,
    title: str,
) -> FeatureReport:
    target = direction_labels(as_ohlcv(bars)["close"].ffill(), horizon)
    return feature_report(pipeline, bars, target, certificate=certificate, title=title)


def _explain(explained: pd.DataFrame, indicators: Sequence[Indicator]) -> None:
    """Print how many columns of each group were computed and how many were kept, and how long that took."""
    groups = {name: one.group for one in indicators for name in one.columns}
    table = explained.assign(group=[groups.get(str(name), "") for name in explained.index])
    # The columns of one computation carry its time each: it counts once.
    firsts = {one.columns[0] for one in indicators}
    table["milliseconds"] = table["milliseconds"].where([name in firsts for name in table.index], 0.0)
    found = table.groupby(["group", "source"], sort=False)["milliseconds"].agg(["size", "sum"])
    rows = [
        [group, source, int(one["size"]), f"{one['sum']:.1f}"] for (group, source), one in found.iterrows()
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
    shown = ("family", "aliases", "group", "columns", "inputs", "warm_up", "unit", "scale_free", "optional")
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
