"""Names in scripts that the typeface lacks, written so that a page without their signs can still tell them apart.

The workbook and the page show every name as it is; a PDF and a picture can only show what DejaVu Sans holds.
Imports matplotlib: import this module only when a PDF or a picture is made.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.ft2font import FT2Font

from .regimes import regime_names
from .text import shortened
from .trades import NAMES
from .trading import LENGTHS, LONGEST, MOST_NAME, TradingReport

FACES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
NOTE = (
    "Signs that the typeface of this file lacks stand in brackets, by their sound or name, Chinese ones by their "
    "Unicode number; the workbook and the HTML page show them as they are."
)
_SOUND = re.compile(r"(?:SYLLABLE|LETTER|CHARACTER|SIGN) (?:SMALL )?(.+)")


def faces() -> list[Path]:
    """Return the files of the regular and the bold face, as they lie in matplotlib."""
    return [Path(mpl.get_data_path()) / "fonts" / "ttf" / name for name in FACES]


def written(text: str) -> str:
    """Return ``text`` with every run of signs that the typeface lacks in brackets; any other text as it is.

    Korean and Japanese syllables and letters of other scripts stand by their sound, pictures by their name,
    Chinese signs by their Unicode number.

    >>> written("Ω 삼성 トヨタ 🚀 茅台"), written("plain")
    ('Ω [sam seong] [to yo ta] [rocket] [8305 53F0]', 'plain')
    """
    known = _known()
    if all(ord(sign) in known for sign in text):
        return text
    shown, run = [], list[str]()
    for sign in f"{text} ":  # the blank ends a run at the end
        if unicodedata.category(sign) in ("Cf", "Mn") and (run or ord(sign) not in known):
            continue  # says how the sign before it looks
        plain = unicodedata.normalize("NFKC", sign)  # a wide colon is a colon
        if ord(sign) in known or all(ord(one) in known for one in plain):
            shown += [f"[{' '.join(run)}]"] if run else []
            shown.append(sign if ord(sign) in known else plain)
            run = []
        else:
            run.append(_word(sign))
    return "".join(shown)[:-1]


def readable(report: TradingReport) -> TradingReport:
    """Return the report with its names written for the typeface and a note that says so; itself where all can be."""
    trades, regimes = report.trades, report.regimes
    columns = {} if trades is None else {name: trades[name] for name in NAMES if name in trades}
    named = None if regimes is None else regime_names(regimes, report.regime_labels)
    every = [
        *(getattr(report, name) for name in LENGTHS),
        *report.notes,
        *report.facts,
        *report.facts.values(),
    ]
    for series in (*columns.values(), *([] if named is None else [named])):
        every += series.dropna().unique().tolist()
    if all(written(one) == one for one in every):
        return report
    texts: dict[str, Any] = {
        name: shortened(written(getattr(report, name)), most) for name, most in LENGTHS.items()
    }
    return replace(
        report,
        **texts,
        notes=(*(shortened(written(line), LONGEST) for line in report.notes), NOTE),
        facts={
            shortened(written(name), MOST_NAME): shortened(written(line), LONGEST)
            for name, line in report.facts.items()
        },
        trades=None
        if trades is None
        else trades.assign(**{name: _each(one) for name, one in columns.items()}),
        regimes=None if named is None else _each(named),
        regime_labels=None,
    )


@cache
def _known() -> frozenset[int]:
    """Return the codes of the signs that both faces hold."""
    return frozenset.intersection(*(frozenset(FT2Font(str(one)).get_charmap()) for one in faces()))


def _word(sign: str) -> str:
    name = unicodedata.name(sign, "")
    sound = _SOUND.search(name)
    if sound:
        return sound.group(1).lower()
    return f"{ord(sign):X}" if not name or "IDEOGRAPH" in name else name.lower()


def _each(names: pd.Series) -> pd.Series:
    return names.map({one: written(one) for one in names.dropna().unique()})
