"""The conformance suite: laws that every model family keeps, for this package's tests and for yours.

Every registered type is crossed with every law. A class opts out of a law by name, with the reason, in its
``exempt_laws``. In the tests of a package with a family of its own::

    @pytest.mark.parametrize("law", LAWS)
    def test_my_family(law):
        check(MyModel, law)
"""

from __future__ import annotations

from collections.abc import Callable

from ..base import BaseModel
from . import answering, cost, input_tables, learning, storing, weighing
from .example import ROWS, make_data, registered_families

Law = Callable[[type[BaseModel]], None]

LAWS: dict[str, Law] = {
    law.__name__: law
    for law in (
        learning.same_seed_same_bytes,
        learning.clones_and_parameters,
        learning.train_does_as_fit,
        learning.parameters_are_described,
        learning.drawn_parameters_fit,
        learning.interruption_changes_nothing,
        learning.odd_columns_do_no_harm,
        learning.unusable_targets_are_refused,
        storing.dump_and_load_change_nothing,
        storing.a_flipped_byte_is_noticed,
        storing.compiled_equals_native,
        storing.flags_and_holes_are_kept,
        storing.unfitted_says_so,
        input_tables.columns_go_by_name,
        input_tables.names_need_not_be_text,
        input_tables.input_stays_as_it_was,
        input_tables.tables_of_every_kind,
        input_tables.missing_values_as_declared,
        input_tables.unusable_values_are_refused,
        input_tables.unseen_categories_as_declared,
        answering.labels_come_back,
        answering.answers_of_the_task,
        answering.rows_stand_alone,
        answering.threads_share_a_model,
        answering.later_rows_change_nothing,
        answering.importance_names_its_method,
        weighing.weights_count_rows,
        weighing.whole_weights_repeat_rows,
        cost.cost_grows_with_rows_only,
    )
}
"""Every law by name."""


def check(family: type[BaseModel], law: str) -> None:
    """Hold ``family`` to ``law`` (a name in :data:`LAWS`); nothing happens where it is exempt.

    Raises:
        AssertionError: the law is broken; the message says how.
    """
    if law not in family.exempt_laws:
        LAWS[law](family)


__all__ = ["LAWS", "ROWS", "Law", "check", "make_data", "registered_families"]
