"""The names that ``method`` takes."""

from __future__ import annotations

from typing import Any

import pytest

from ml_analytics.core.errors import ParameterError
from ml_analytics.features.selection.methods import METHODS, SCORES, check_methods, scores_among


@pytest.mark.parametrize("name", METHODS)
def test_a_name_alone_and_in_a_list(name: str) -> None:
    assert check_methods(name, "x") == check_methods([name], "x") == (name,)


@pytest.mark.parametrize("bad", ["chi2", [], ["f_test", "f_test"], ["f_test", 3], None, 3, {"f_test"}])
def test_other_names_are_refused(bad: Any) -> None:
    with pytest.raises(ParameterError, match="'method'"):
        check_methods(bad, "x")


def test_steps_alone_take_mutual_information() -> None:
    assert scores_among(("stability", "correlation")) == ("mutual_info",)
    assert scores_among(METHODS) == SCORES
