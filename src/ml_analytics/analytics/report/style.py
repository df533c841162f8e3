"""One restrained palette and one type scale for every chart and page; readable in black and white.

Series differ by line style as well as by colour, regimes by lightness as well as by hue.
"""

from __future__ import annotations

from dataclasses import dataclass

INK = "#1B1F24"
MUTED = "#5B6470"
RULE = "#C9CED6"
FAINT = "#EEF0F3"
STRATEGY = "#12406B"
BENCHMARK = "#7A828C"
GAIN = "#3F78B5"
LOSS = "#D9742B"

FONT = "DejaVu Sans"
SMALL, BODY = 7.0, 8.5


@dataclass(frozen=True)
class Line:
    """How one series is drawn."""

    color: str
    width: float
    dash: str | tuple[float, tuple[float, ...]]


STRATEGY_LINE = Line(STRATEGY, 1.3, "solid")
BENCHMARK_LINE = Line(BENCHMARK, 0.9, (0.0, (5.0, 1.5)))

SIDE_LINES = (
    Line(GAIN, 1.0, (0.0, (4.0, 1.5))),
    Line(LOSS, 1.0, (0.0, (1.2, 1.2))),
    Line(MUTED, 0.8, (0.0, (6.0, 1.5, 1.2, 1.5))),
)
"""Long and short beside all: told apart by their dashes."""

# Ordered from light to dark, so that a grey print still tells them apart.
_REGIMES = {"bull": "#DCEBF7", "sideways": "#F3E3B3", "bear": "#E2A07C"}
_OTHERS = ("#DCEBF7", "#F3E3B3", "#E2A07C", "#B9D8C2", "#C3B7DC", "#E6BFD0", "#A9B4C2", "#D8CDB8")


def regime_colors(names: list[str]) -> dict[str, str]:
    """Return a background colour for each regime; bull, sideways and bear always have the same.

    >>> regime_colors(["bull", "calm"])["bull"]
    '#DCEBF7'
    """
    free = [color for color in _OTHERS if color not in {_REGIMES.get(name.lower()) for name in names}]
    colors: dict[str, str] = {}
    for name in names:
        known = _REGIMES.get(name.lower())
        colors[name] = known if known else free[(len(colors)) % len(free)]
    return colors


def mixed(color: str, share: float) -> str:
    """Return ``color`` mixed with white: ``share`` 1 is the colour, 0 is white.

    >>> mixed("#000000", 0.0)
    '#ffffff'
    """
    parts = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 + (part - 255) * share):02x}" for part in parts)
