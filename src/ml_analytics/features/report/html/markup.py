"""Text, numbers and tables as HTML; whatever stands in a name is shown as text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import pandas as pd

UNKNOWN = "\u2013"
MINUS = "\u2212"  # as wide as a plus
TIMES = "\u00d7"


def text(value: object) -> str:
    """Escape a value for text and attributes; what no page may hold is shown as its code.

    >>> text("<a" + chr(0))
    '&lt;a\\\\x00'
    """
    shown = "".join(one if one.isprintable() or one == " " else repr(one)[1:-1] for one in str(value))
    return escape(shown.encode("utf-8", "backslashreplace").decode("utf-8"), quote=True)


def number(value: float, digits: int = 4) -> str:
    """Write a number with ``digits`` significant digits, so that tiny and huge ones are short too.

    >>> [number(one).replace(MINUS, "-") for one in (0.0, 1234567.0, -0.012345, 1e-9, 2.5e14, 100.0)]
    ['0', '1,234,567', '-0.01235', '1e-09', '2.5e+14', '100']
    """
    if math.isnan(value):
        return UNKNOWN
    size = abs(value)
    if value == 0 or math.isinf(value):
        shown = "0" if value == 0 else "∞"
    elif 1e-4 <= size < 1e9:
        decimals = max(0, digits - 1 - math.floor(math.log10(size)))
        shown = f"{size:,.{decimals}f}"
        shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    else:
        shown = f"{size:.{digits - 1}g}"
    return f"{MINUS}{shown}" if value < 0 else shown


def fixed(value: float, digits: int) -> str:
    """Write a number with a fixed number of decimals; never a negative zero.

    >>> fixed(0.126, 2), fixed(float("nan"), 2) == UNKNOWN, fixed(-0.001, 2)
    ('0.13', True, '0.00')
    """
    if math.isnan(value):
        return UNKNOWN
    shown = f"{abs(value):,.{digits}f}" if math.isfinite(value) else "∞"
    return f"{MINUS}{shown}" if value < 0 and shown.strip("0.,") else shown


def share(value: float) -> str:
    """Write a fraction as per cent; only nothing is shown as nothing, and only all as all.

    >>> share(0.0), share(0.0001), share(0.125), share(0.9999), share(1.0)
    ('0%', '<0.1%', '12.5%', '>99.9%', '100%')
    """
    if value in (0.0, 1.0):
        return f"{value:.0%}"
    return "<0.1%" if value < 0.001 else ">99.9%" if value > 0.999 else f"{value:.1%}"


def count(number_of: int, noun: str, plural: str = "") -> str:
    """Write a count with its noun.

    >>> count(1, "feature"), count(1200, "feature"), count(2, "series", "series")
    ('1 feature', '1,200 features', '2 series')
    """
    return f"{number_of:,} {noun if number_of == 1 else plural or noun + 's'}"


def moment(value: pd.Timestamp) -> str:
    """Write a time: its date, and the time of day where it has one.

    >>> moment(pd.Timestamp("2024-01-05")), moment(pd.Timestamp("2024-01-05 14:30"))
    ('2024-01-05', '2024-01-05 14:30')
    """
    return f"{value:%Y-%m-%d}" if value == value.normalize() else f"{value:%Y-%m-%d %H:%M}"


def code(name: object) -> str:
    """Return a name as a code word that may break after its underscores.

    >>> code("sma_<20>"), code("__open_")
    ('<code>sma_<wbr>&lt;20&gt;</code>', '<code>__<wbr>open_</code>')
    """
    breakable = re.sub(r"_+(?=[^_])", r"\g<0><wbr>", text(name))
    return f"<code>{breakable}</code>"


def names(some: Iterable[str]) -> str:
    """Return names as a line of code words."""
    return " ".join(map(code, some))


def folded(summary: str, content: str, *, opened: bool = False) -> str:
    """Return content that a click on ``summary`` (markup) shows or hides."""
    return f"<details{' open' if opened else ''}><summary>{summary}</summary>{content}</details>"


def table(caption: str, heads: Sequence[tuple[str, str]], rows: Iterable[str]) -> str:
    """Return a table that scrolls by itself where the page is narrow.

    ``heads`` are (words, class), ``rows`` are the markup of whole rows. The caption is text.
    """
    head = "".join(
        f'<th scope="col"{f" class={chr(34)}{kind}{chr(34)}" if kind else ""}>{text(words)}</th>'
        for words, kind in heads
    )
    return (
        f'<div class="wide" role="region" aria-label="{text(caption)}" tabindex="0"><table>'
        f"<caption>{text(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def section(identity: str, title: str, *content: str) -> str:
    """Return a section of the page; its heading names it."""
    return (
        f'<section id="{identity}" aria-labelledby="{identity}-title">'
        f'<h2 id="{identity}-title">{text(title)}</h2>{"".join(content)}</section>'
    )


def paragraph(words: str, kind: str = "said") -> str:
    """Return a paragraph of text."""
    return f'<p class="{kind}">{text(words)}</p>'


def cell(value: Any, kind: str = "number") -> str:
    """Return a table cell of text."""
    return f'<td class="{kind}">{text(value)}</td>'
