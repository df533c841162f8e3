"""One label written in two ways."""

from __future__ import annotations

from ..finding import Finding, Severity, short
from ..labelled import LabelledText, plural


def label_variants(table: LabelledText) -> Finding | None:
    """Labels that differ only in case, spaces, hyphens or underscores are most likely one class."""
    sentences, details = {}, []
    for name, counts in table.classes.items():
        groups: dict[str, list[str]] = {}
        for label in counts.index:
            if isinstance(label, str):
                groups.setdefault(_key(label), []).append(label)
        twice = [sorted(group) for group in groups.values() if len(group) > 1]
        if twice:
            shown = "; ".join(" = ".join(f"'{short(one)}'" for one in group) for group in twice[:3])
            sentences[name] = f"'{name}' writes {plural(len(twice), 'label')} in several ways: {shown}."
            details += [{"column": name, "variants": ", ".join(map(repr, group))} for group in twice]
    return table.columns("label_variants", Severity.WARNING, sentences, {"variants": details})


def _key(label: str) -> str:
    return "".join(label.casefold().replace("_", " ").replace("-", " ").split())
