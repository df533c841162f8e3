"""Where this package says or does something other than scikit-learn's checks for estimators expect, and why."""

from __future__ import annotations

from collections.abc import Mapping

WORDING: Mapping[str, str] = {
    "check_n_features_in_after_fitting": "refused, in a sentence that names the columns, not their number",
    "check_dtype_object": "refused, in a sentence of this package's form",
    "check_estimators_empty_data_messages": "refused, in a sentence of this package's form",
    "check_classifiers_regression_target": "refused, in a sentence of this package's form",
    "check_fit2d_predict1d": "refused, in a sentence of this package's form",
    "check_requires_y_none": "refused, in a sentence of this package's form",
    "check_all_zero_sample_weights_error": "refused, in a sentence of this package's form",
    "check_supervised_y_2d": "a column of targets is taken without a warning: nothing is lost",
}
"""Checks that no family passes, each with the reason; ``exempt_checks`` of a family begins with these."""

EQUIVALENCE = "check_sample_weight_equivalence_on_dense_data"
"""The check that a row of weight 2 is two rows; families of which that is not true name it in ``exempt_checks``."""

UNWEIGHTED: Mapping[str, str] = dict.fromkeys(
    (
        "check_sample_weights_pandas_series",
        "check_sample_weights_not_an_array",
        "check_sample_weights_list",
        "check_sample_weights_shape",
        "check_sample_weights_not_overwritten",
        EQUIVALENCE,
        "check_classifiers_one_label_sample_weights",
    ),
    "refused, in a sentence: the family does not learn from weights of rows",
)
"""Checks that do not apply to families that refuse ``sample_weight``; every ``fit`` has the parameter."""
