from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse

from ml_analytics.models import TableClassifier
from ml_analytics.models.tabular.heads import fit_head

X = np.random.default_rng(0).normal(size=(80, 4)).astype(np.float32)
Y = (X[:, 2] > 0).astype(np.int64)


@pytest.mark.parametrize("kind", ["linear", "random_forest", "xgboost"])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_matrix])
@pytest.mark.parametrize("classes", [0, 2])
def test_every_head_learns_from_dense_and_sparse(kind: str, container: Any, classes: int) -> None:
    settings = TableClassifier(n_estimators=10)
    data = container(X)
    head = fit_head(kind, settings, data, Y if classes else X[:, 2].astype(float), classes, None)
    if classes:
        shares = head.probabilities(data)
        np.testing.assert_allclose(shares.sum(axis=1), 1.0)
        assert (shares.argmax(axis=1) == Y).mean() > 0.9
    else:
        assert np.corrcoef(head.numbers(data), X[:, 2])[0, 1] > 0.9
    method, values = head.importance(data)
    assert method and int(np.argmax(values)) == 2


def test_balancing_lifts_the_rare_class() -> None:
    rare = (X[:, 0] > 1.2).astype(np.int64)
    noise = X[:, 1:]
    for kind in ("linear", "random_forest", "xgboost"):
        settings = TableClassifier(n_estimators=5, max_depth=2)
        plain = fit_head(kind, settings, noise, rare, 2, None).probabilities(noise)[:, 1].mean()
        balanced = fit_head(kind, settings, noise, rare, 2, "balanced").probabilities(noise)[:, 1].mean()
        assert balanced > plain
