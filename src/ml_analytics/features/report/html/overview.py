"""The head of the page: what was looked at, and what somebody should know before going on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..stability import SHIFTED
from .markup import count, folded, moment, names, share, text

if TYPE_CHECKING:
    from ..report import FeatureReport

_SIGN = {"error": "✕", "warning": "!", "info": "i", "clean": "✓"}
_SHOWN = 6


def facts(report: FeatureReport) -> str:
    """Return the boxes with the main figures."""
    features = report.features
    missing = 1.0 - float(features["values"].sum()) / (report.rows * len(features))
    said = {
        "Rows": f"{report.rows:,}",
        "Features": f"{len(features):,}",
        "Missing values": share(missing),
        "Longest warm-up": count(int(max(features["first_value"].max(), 0)), "row"),
    }
    if report.times is not None:
        said = {"From": moment(report.times[0]), "To": moment(report.times[-1]), **said}
    if report.importance is not None:
        said["Target"] = report.importance.target
    boxes = "".join(f"<div><dt>{text(name)}</dt><dd>{text(value)}</dd></div>" for name, value in said.items())
    return f'<dl class="facts">{boxes}</dl>'


def verdict(report: FeatureReport) -> str:
    """Return one sentence on what there is, and whether it looks ahead."""
    certificate = report.certificate
    if certificate is None:
        tone, leak = "", "not certified against looking ahead"
    elif certificate.leaking:
        tone, leak = " tone error", f"{len(certificate.leaking):,} of them looking ahead"
    else:
        tone, leak = (
            " tone clean",
            "none looking ahead" + (" among those tested" if certificate.untested else ""),
        )
    subject = f"{count(len(report.features), 'feature')} on {count(report.rows, 'row')}, {leak}"
    return f'<p class="verdict{tone}">{text(subject)}.</p>'


def findings(report: FeatureReport) -> str:
    """Return the list of what to look at, worst first."""
    order = ("error", "warning", "info", "clean")
    found = sorted(_found(report), key=lambda one: order.index(one[0]))
    return f'<ul class="findings">{"".join(_item(*one) for one in found)}</ul>'


def _item(tone: str, sentence: str, concerned: Sequence[str]) -> str:
    head = f'<span class="badge" aria-hidden="true">{_SIGN[tone]}</span>{text(sentence)}'
    if len(concerned) > _SHOWN:
        return f'<li class="{tone}">{folded(head, names(concerned))}</li>'
    return f'<li class="{tone}">{head}{": " if concerned else ""}{names(concerned)}</li>'


def _found(report: FeatureReport) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Yield tone, sentence (without its end where names follow) and the features concerned."""
    yield from _leaks(report)
    yield from _values(report)
    drift = report.stability
    if drift is not None:
        shifted = drift.shifted
        if shifted:
            yield "warning", _shift(report, shifted), shifted
    told = report.importance
    if told is not None:
        some = told.telling
        tell = "features tell" if len(some) > 1 else "feature tells"
        end = "" if some else "."
        yield "info", f"{len(some) or 'No'} {tell} more about {told.target} than chance does{end}", some
    same = report.correlation.clusters
    if same:
        members = sum(len(one.members) for one in same)
        left = len(report.correlation.names) - members + len(same)
        yield (
            "info",
            f"{members:,} features form {count(len(same), 'cluster')} that say the same; one of each leaves "
            f"{left:,} of {len(report.correlation.names):,}.",
            (),
        )
    for note in report.notes:
        yield "info", note, ()


def _shift(report: FeatureReport, shifted: Sequence[str]) -> str:
    """Say how many features shifted, and how many of them only because they follow the level of prices."""
    entries = report.inputs.entries
    level = sum(name in entries and not entries[name].scale_free for name in shifted)
    nature = (
        f", {level:,} of them in prices or volumes, whose level they follow (scale_free leaves those out)"
        if level
        else ""
    )
    return f"{count(len(shifted), 'feature')} shifted between time folds (PSI above {SHIFTED}){nature}"


def _leaks(report: FeatureReport) -> Iterator[tuple[str, str, Sequence[str]]]:
    certificate = report.certificate
    if certificate is None:
        return
    if certificate.leaking:
        looking = "feature looks" if len(certificate.leaking) == 1 else "features look"
        yield "error", f"{len(certificate.leaking):,} {looking} ahead", certificate.leaking
    if certificate.untested:
        untested = count(len(certificate.untested), "feature")
        yield "warning", f"{untested} had too few values to be tested for leaks", certificate.untested


def _values(report: FeatureReport) -> Iterator[tuple[str, str, Sequence[str]]]:
    features = report.features

    def of(column: str) -> list[str]:
        return [str(name) for name in features.index[features[column] > 0]]

    for tone, concerned, verb in (
        ("error", report.empty, "without any value"),
        ("warning", of("infinite"), "with infinite values, taken as missing"),
        ("warning", of("holes"), "with missing values after the first one"),
        ("warning", report.constant, "with the same value everywhere"),
    ):
        if concerned:
            yield tone, f"{count(len(concerned), 'feature')} {verb}", concerned
