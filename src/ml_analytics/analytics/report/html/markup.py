"""Tables and text as HTML; whatever stands in a name is shown as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

Part = tuple[str, str, str]
"""Anchor, heading and HTML of a section; without HTML it is left out."""
LONGEST_HEAD = 18
"""Characters of a head that stays in one line."""


def text(value: object) -> str:
    """Escape a value for text and attributes; what no page may hold is shown as its code.

    >>> text('<a href="x">' + chr(0))
    '&lt;a href=&quot;x&quot;&gt;\\\\x00'
    """
    shown = "".join(one if one.isprintable() or one == " " else repr(one)[1:-1] for one in str(value))
    return escape(shown.encode("utf-8", "backslashreplace").decode("utf-8"), quote=True)


def table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], caption: str, *, words: int | None = None
) -> str:
    """Return a table that can be scrolled by keys and fingers; the first column names the row.

    ``words`` is the column that holds sentences, aligned left and hidden where the screen is narrow.

    >>> "<th scope='row'>A&amp;B</th>" in table(["", "x"], [["A&B", "1"]], "c")
    True
    """
    marks = ["" if place != words else " class='words'" for place in range(len(heads))]
    head = "".join(
        f"<th scope='col'{mark or long(one)}>{text(one)}</th>" for one, mark in zip(heads, marks, strict=True)
    )
    body = "".join(
        f"<tr><th scope='row'>{text(row[0])}</th>"
        + "".join(f"<td{mark}>{text(one)}</td>" for one, mark in zip(row[1:], marks[1:], strict=True))
        + "</tr>"
        for row in rows
    )
    return (
        f"<div class='wide' role='region' tabindex='0' aria-label='{text(caption)}'><table>"
        f"<caption>{text(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def long(head: str) -> str:
    """Return the attribute of a head that is broken into lines rather than widening its column.

    >>> long("Strategy"), long("Momentum with a stop at two sigma")
    ('', " class='long'")
    """
    return " class='long'" if len(head) > LONGEST_HEAD else ""


def pairs(rows: Mapping[str, str]) -> str:
    """Return names and what they stand for; both may be long.

    >>> pairs({"<a>": "b"})
    '<dl><dt>&lt;a&gt;</dt><dd>b</dd></dl>'
    """
    return (
        "<dl>"
        + "".join(f"<dt>{text(one)}</dt><dd>{text(other)}</dd>" for one, other in rows.items())
        + "</dl>"
    )


def chart(name: str, title: str, label: str, caption: str, *, tall: bool = False) -> str:
    """Return the place of a chart with title and caption; the script fills it, ``label`` is read aloud."""
    size = " tall" if tall else ""
    return (
        f"<figure><p class='title'>{text(title)}</p>"
        f"<div class='chart{size}' id='{text(name)}' role='img' aria-label='{text(label)}'></div>"
        f"<figcaption>{text(caption)}</figcaption></figure>"
    )


def section(name: str, heading: str, *parts: str) -> str:
    """Return a section with an anchor of its own."""
    return f"<section id='{text(name)}'><h2>{text(heading)}</h2>{''.join(parts)}</section>"


def details(summary: str, *parts: str) -> str:
    """Return what is shown when asked for."""
    return f"<details><summary>{text(summary)}</summary>{''.join(parts)}</details>"
