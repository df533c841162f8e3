from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.analytics.report.marks import marks

REACH, ROOM = 1.0, 0.5
VALUES = st.floats(-2.0, 0.0) | st.sampled_from([-1.0, -0.6, -0.1, 0.0])


@given(VALUES, VALUES)
def test_two_names_never_share_a_side_and_a_row(one: float, other: float) -> None:
    found = marks({"VaR": one, "CVaR": other}, REACH, ROOM)
    assert [mark.name for mark in found] == [
        name for name, value in (("VaR", one), ("CVaR", other)) if abs(value) <= REACH
    ]
    places = [(mark.left, mark.row) for mark in found]
    assert len(set(places)) == len(places)
    for mark in found:
        assert not mark.left or mark.value > (ROOM - 1.0) * REACH, "a name on the left has room there"
        assert mark.left or mark.row == 0 or mark.value == min(one.value for one in found)


def test_equal_values_stand_on_both_sides_of_their_line() -> None:
    """As value at risk and shortfall are where losses are all alike."""
    assert [(one.left, one.row) for one in marks({"VaR": -0.1, "CVaR": -0.1}, REACH, ROOM)] == [
        (True, 0),
        (False, 0),
    ]
