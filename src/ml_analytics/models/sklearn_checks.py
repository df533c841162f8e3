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
    "check_supervised_y_2d": "a column of targets is taken without a warning: nothing is lost",
}
"""Checks that no family passes, each with the reason; ``exempt_checks`` of a family begins with these."""
