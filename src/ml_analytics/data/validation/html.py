"""A validation report as one self-contained page: summary, where the findings lie, then each in turn."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from .finding import Example, Finding, Severity, short
from .strips import strips

_SIGN = {Severity.ERROR: "✕", Severity.WARNING: "!", Severity.INFO: "i"}
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?", re.ASCII)

_STYLE = """
:root{color-scheme:light dark;--ink:#1a1d21;--soft:#5b6470;--page:#f6f7f9;--card:#fff;--line:#dfe3e8;
--error:#b3261e;--warning:#8a5a00;--info:#1d5fa8;--clean:#1b7340;--empty:#eceff3}
@media (prefers-color-scheme:dark){:root{--ink:#e7eaee;--soft:#a2abb7;--page:#14171b;--card:#1d2126;
--line:#343a42;--error:#ff8a80;--warning:#f2bd5b;--info:#85b8f5;--clean:#74d39a;--empty:#2a3037}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem 3rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.05rem;margin:2rem 0 .6rem}
h3{font-size:1rem;margin:0;font-family:ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.verdict{font-weight:600;margin:0 0 1rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.6rem;margin:0}
.facts div,article,.strips{background:var(--card);border:1px solid var(--line);border-radius:.5rem}
.facts div{padding:.55rem .8rem}
dt{color:var(--soft);font-size:.8rem}
.facts dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums}
article{border-left:4px solid var(--tone);padding:.9rem 1rem;margin:0 0 .8rem}
.head{display:flex;flex-wrap:wrap;gap:.25rem .7rem;align-items:baseline}
.badge{color:var(--tone);border:1px solid var(--tone);border-radius:1rem;padding:0 .55rem;font-size:.78rem;
font-weight:600}
.count{color:var(--soft);font-size:.85rem;font-variant-numeric:tabular-nums}
.said{margin:.4rem 0 0;overflow-wrap:anywhere}
.wide{overflow-x:auto;margin-top:.6rem}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.2rem .9rem .2rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:500}
.number{text-align:right}
.time{white-space:nowrap}
td.words{min-width:9rem;max-width:30rem;overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--soft);font-size:.85rem;margin-top:.5rem}
.strips{padding:.8rem 1rem}
.strip{display:grid;grid-template-columns:13rem 1fr;gap:.8rem;align-items:center;margin:.15rem 0}
.strip span{font:.8rem ui-monospace,Menlo,Consolas,monospace;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.strip svg{width:100%;height:1rem;display:block;background:var(--empty);border-radius:2px}
.strip rect{fill:var(--tone)}
.axis{display:flex;justify-content:space-between;color:var(--soft);font-size:.78rem;margin-left:13.8rem}
.error{--tone:var(--error)}.warning{--tone:var(--warning)}.info{--tone:var(--info)}.clean{--tone:var(--clean)}
.tone{color:var(--tone)}
footer{color:var(--soft);font-size:.8rem;margin-top:2rem;overflow-wrap:anywhere}
@media (max-width:36rem){main{padding:1.2rem .8rem 2rem}.strip{grid-template-columns:1fr;gap:.1rem}
.axis{margin-left:0}.strip{margin:.45rem 0}}
"""


def page(
    subject: str,
    verdict: str,
    facts: Mapping[str, str],
    findings: Sequence[Finding],
    rows: int,
    times: np.ndarray | None,
    rules: Sequence[str] = (),
) -> str:
    """Return the page. ``times`` are the rows' microseconds since 1970, ``None`` for a table without."""
    worst = next((one for one in _ORDER if any(found.severity is one for found in findings)), None)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_text(subject)}: {_text(verdict)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{_text(subject)}</h1>"
        f'<p class="verdict tone {worst.value if worst else "clean"}">{_text(verdict.capitalize())}</p>'
        f'<dl class="facts">{"".join(_fact(name, value) for name, value in facts.items())}</dl>'
        f"{_where(findings, rows, times)}{_sections(findings)}"
        f"<footer>{_applied(rules)}</footer></main></body></html>\n"
    )


def _fact(name: str, value: str) -> str:
    return f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>"


def _where(findings: Sequence[Finding], rows: int, times: np.ndarray | None) -> str:
    """Return one strip per finding that has rows: along time, or along the table where there is none."""
    drawn = strips(findings, rows, times)
    if not drawn.lines:
        return ""
    lines = "".join(
        f'<div class="strip {one.severity.value}"><span title="{_text(one.rule)}">{_text(one.rule)}</span>{svg}</div>'
        for one, svg in drawn.lines
    )
    along = "Where in time" if drawn.timed else "Where in the table"
    axis = f'<div class="axis"><span>{_text(drawn.first)}</span><span>{_text(drawn.last)}</span></div>'
    return f'<section><h2>{along}</h2><div class="strips">{lines}{axis}</div></section>'


def _sections(findings: Sequence[Finding]) -> str:
    made = []
    for severity in _ORDER:
        found = [one for one in findings if one.severity is severity]
        if found:
            title = {"error": "Errors", "warning": "Warnings", "info": "Good to know"}[severity.value]
            made.append(f"<section><h2>{title}</h2>{''.join(map(_article, found))}</section>")
    return "".join(made) or '<p class="said">Nothing to report.</p>'


def _article(one: Finding) -> str:
    tone = one.severity.value
    rejected = '<span class="count">rows rejected</span>' if one.rejects else ""
    return (
        f'<article class="{tone}"><div class="head"><span class="badge">{_SIGN[one.severity]} {tone}</span>'
        f'<h3>{_text(one.rule)}</h3><span class="count">{one.count:,}</span>{rejected}</div>'
        f'<p class="said">{_sentence(one.sentence)}</p>{_examples(one.examples)}{_details(one.details)}</article>'
    )


def _examples(examples: Sequence[Example]) -> str:
    if not examples:
        return ""
    timed = any(one.time is not None for one in examples)
    columns = list(dict.fromkeys(name for one in examples for name in one.values))
    records = [
        {
            "row": one.row,
            **({"time": one.where} if timed else {}),
            **{c: one.values.get(c, "") for c in columns},
        }
        for one in examples
    ]
    return _table(records)


def _details(details: Mapping[str, Any]) -> str:
    """Show lists of records as folded tables and single figures as one small table."""
    made = ""
    single = {name: value for name, value in details.items() if not isinstance(value, list)}
    if single:
        made += _table([single])
    for name, value in details.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            title = f"{name.replace('_', ' ')} ({len(value):,})"
            state = " open" if len(value) <= 12 else ""
            made += f"<details{state}><summary>{_text(title)}</summary>{_table(value[:200])}</details>"
    return made


def _table(records: Sequence[Mapping[str, Any]]) -> str:
    columns = list(dict.fromkeys(name for one in records for name in one))
    kinds = {name: _kind([one.get(name, "") for one in records], name) for name in columns}
    head = "".join(f'<th class="{kinds[name]}">{_text(str(name))}</th>' for name in columns)
    body = "".join(
        f"<tr>{''.join(_cell(one.get(name, ''), kinds[name]) for name in columns)}</tr>" for one in records
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _kind(values: Sequence[Any], name: object) -> str:
    """Return how a column is set: numbers to the right, times in one line, long words wrapped."""
    if all(isinstance(value, (int, float, np.number)) and not isinstance(value, bool) for value in values):
        return "number"
    return "words" if name != "time" and any(len(str(value)) > 24 for value in values) else "time"


def _cell(value: Any, kind: str) -> str:
    return f'<td class="{kind}">{_text(short(value, 160))}</td>'


def _sentence(text: str) -> str:
    """Escape a sentence and keep its dates in one line."""
    return _MOMENT.sub(r'<span class="time">\g<0></span>', _text(text))


def _applied(rules: Sequence[str]) -> str:
    return f"Rules applied: {_text(', '.join(rules))}." if rules else ""


def _text(value: str) -> str:
    """Escape a value for text and attributes; what no page may hold is shown as its code."""
    shown = "".join(one if one.isprintable() or one == " " else repr(one)[1:-1] for one in str(value))
    return escape(shown.encode("utf-8", "backslashreplace").decode("utf-8"), quote=True)
