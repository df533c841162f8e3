from __future__ import annotations

import itertools

from ml_analytics.analytics.report import style


def lightness(color: str) -> float:
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_series_differ_in_black_and_white() -> None:
    assert style.STRATEGY_LINE.dash != style.BENCHMARK_LINE.dash
    assert abs(lightness(style.STRATEGY) - lightness(style.BENCHMARK)) > 0.2


def test_regimes_differ_in_black_and_white_and_keep_their_colours() -> None:
    colors = style.regime_colors(["bull", "sideways", "bear"])
    shades = [lightness(color) for color in colors.values()]
    assert shades == sorted(shades, reverse=True)
    assert min(a - b for a, b in itertools.pairwise(shades)) > 0.02
    assert style.regime_colors(["bear", "other"])["bear"] == colors["bear"]


def test_up_to_eight_other_regimes_have_colours_of_their_own() -> None:
    colors = style.regime_colors([f"regime {i}" for i in range(8)])
    assert len(set(colors.values())) == 8


def test_mixing_goes_from_white_to_the_colour() -> None:
    assert style.mixed("#123456", 1.0) == "#123456"
    assert style.mixed("#123456", 0.0) == "#ffffff"
