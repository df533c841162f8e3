"""The certificate section: which features look ahead, feature by feature."""

from __future__ import annotations

from ....core.values import FeatureVerdict, LeakCertificate
from .markup import cell, code, count, folded, names, paragraph, section, table


def leak_section(certificate: LeakCertificate | None) -> str:
    """Return the section, empty without a certificate."""
    if certificate is None:
        return ""
    clean = [one.feature for one in certificate.verdicts if one.clean]
    others = [one for one in certificate.verdicts if not one.clean]
    said = (
        f"{len(clean):,} of {count(len(certificate.verdicts), 'feature')} did not change when the future was "
        f"cut off or replaced, at {count(len(certificate.cuts), 'cut')} through "
        f"{count(certificate.bars, 'bar')}."
    )
    content = [paragraph(said)]
    if others:
        heads = (("feature", ""), ("verdict", ""), ("how", ""), ("first bar that differs", "number"))
        content.append(table("Features that look ahead or could not be tested", heads, map(_row, others)))
    if clean:
        content.append(
            folded(f"{count(len(clean), 'clean feature')}", f'<p class="plain">{names(clean)}</p>')
        )
    content.append(paragraph(f"Digest {certificate.digest}.", "said soft"))
    return section("leaks", "Leak certificate", *content)


def _row(one: FeatureVerdict) -> str:
    tone, word = ("error", "looks ahead") if one.tested else ("warning", "untested")
    bar = "" if one.first_bar is None else f"{one.first_bar:,}"
    how = one.check if one.tested else one.check.partition(": ")[2]
    return (
        f'<tr><th scope="row">{code(one.feature)}</th>'
        f'<td class="tone {tone}">{word}</td>{cell(how, "")}{cell(bar)}</tr>'
    )
