"""TF-IDF of a column against scikit-learn's, and what is there without any term."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from ml_analytics.features.text_terms import TextTerms

TEXTS = ["card lost again", "Card stolen", "no cash came out", "cash again", "please, help", None]


def test_equals_scikit_learn() -> None:
    column = pd.Series(TEXTS, dtype=object)
    terms = TextTerms.fit(column, 5)
    texts = ["" if one is None else one for one in TEXTS]
    peer = TfidfVectorizer(min_df=2, max_df=0.5, max_features=5, sublinear_tf=True).fit(texts)
    assert terms.terms == tuple(peer.get_feature_names_out()) == ("again", "card", "cash")
    new = ["card card CASH", "unknown words", ""]
    np.testing.assert_allclose(terms.transform(pd.Series(new)), peer.transform(new).toarray())
    lengths = np.linalg.norm(terms.transform(column), axis=1)
    assert set(lengths.round(12)) <= {0.0, 1.0}


def test_at_most_so_many_terms_and_through_json() -> None:
    terms = TextTerms.fit(pd.Series(TEXTS, dtype=object), 2)
    assert len(terms.terms) == 2
    assert TextTerms.from_state(json.loads(json.dumps(terms.to_state()))) == terms


def test_no_terms_at_all() -> None:
    for column in (pd.Series([None, ""], dtype=object), pd.Series(["one", "two", "three", "four"])):
        terms = TextTerms.fit(column, 5)
        assert terms.terms == ()
        assert terms.transform(column).shape == (len(column), 0)
    assert TextTerms.fit(pd.Series(["only text"]), 5).terms == ("only", "text")
