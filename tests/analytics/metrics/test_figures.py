from __future__ import annotations

import dataclasses
from pathlib import Path

from ml_analytics.analytics.metrics.figures import FIGURES, OF_RESULTS
from ml_analytics.analytics.performance import PerformanceMetrics


def test_every_figure_is_a_field_of_the_typed_result_once() -> None:
    names = [one.name for one in dataclasses.fields(PerformanceMetrics)]
    assert not set(FIGURES) & set(OF_RESULTS)
    assert set(names) >= set(FIGURES) | set(OF_RESULTS)
    assert len(names) == len(set(names))


def test_every_figure_is_in_the_guide() -> None:
    page = (Path(__file__).parents[3] / "docs" / "metrics.md").read_text(encoding="utf-8")
    missing = [name for name in [*FIGURES, *OF_RESULTS] if f"`{name}`" not in page]
    assert not missing
