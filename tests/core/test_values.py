"""Values that travel between rooms survive the way and notice when somebody changed them."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.errors import IntegrityError
from ml_analytics.core.signature import Signature
from ml_analytics.core.values import FeatureVerdict, LeakCertificate, Lineage, Prediction, Score, TrainedModel

names = st.text("abcdefg_", min_size=1, max_size=8)
verdicts = st.builds(
    FeatureVerdict,
    feature=names,
    clean=st.booleans(),
    check=names | names.map("untested: {}".format),
    first_bar=st.none() | st.integers(0, 9999),
)
certificates = st.builds(
    LeakCertificate,
    verdicts=st.lists(verdicts, max_size=4).map(tuple),
    bars=st.integers(0, 9999),
    cuts=st.lists(st.integers(0, 9999), max_size=3).map(tuple),
    seed=st.integers(0, 2**31),
    subject=st.just("") | names,
)
lineages = st.builds(
    Lineage,
    data_hash=names,
    feature_names=st.lists(names, max_size=3).map(tuple),
    libraries=st.dictionaries(names, names, max_size=3),
    certificate=st.none() | certificates,
    trials=st.integers(1, 99),
    seed=st.none() | st.integers(0, 99),
    parents=st.lists(names, max_size=2).map(tuple),
)


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def test_a_score_shows_its_interval() -> None:
    assert str(Score("accuracy", 0.5312, 0.49, 0.5701)) == "accuracy 0.531 [0.490, 0.570]"


@given(certificates)
def test_a_certificate_survives_json_with_its_digest(certificate: LeakCertificate) -> None:
    back = LeakCertificate.from_json(through_json(certificate.to_json()))
    assert back == certificate
    assert back.digest == certificate.digest


@given(certificates)
def test_a_certificate_is_clean_when_it_proves_something_and_nothing_leaks(
    certificate: LeakCertificate,
) -> None:
    wrong = certificate.leaking + certificate.untested
    assert certificate.clean == (bool(certificate.verdicts) and not wrong)
    assert sorted(wrong) == sorted(one.feature for one in certificate.verdicts if not one.clean)


def test_what_could_not_be_tested_is_not_said_to_leak() -> None:
    verdicts = (
        FeatureVerdict("a", True),
        FeatureVerdict("b", False, "untested: no value"),
        FeatureVerdict("c", False, "cut-off series", 3),
    )
    certificate = LeakCertificate(verdicts, bars=100)
    assert (certificate.leaking, certificate.untested) == (("c",), ("b",))
    assert not LeakCertificate(verdicts[:2], bars=100).clean
    written = through_json(certificate.to_json())
    assert (written["leaking"], written["untested"], written["clean"]) == (["c"], ["b"], False)


def test_an_edited_certificate_is_found() -> None:
    certificate = LeakCertificate((FeatureVerdict("sma_5", False, "cut-off series", 7),), bars=100)
    edited = certificate.to_json()
    edited["verdicts"] = [{**edited["verdicts"][0], "clean": True}]
    with pytest.raises(IntegrityError, match="not the one that was made"):
        LeakCertificate.from_json(edited)
    assert replace(certificate, bars=101).digest != certificate.digest


def test_a_certificate_of_an_older_version_keeps_its_digest() -> None:
    old = {
        "verdicts": [{"feature": "sma_5", "clean": True, "check": "", "first_bar": None}],
        "bars": 100,
        "cuts": [1, 50],
        "seed": 0,
        "checks": ["cut-off series", "randomised future"],
        "clean": True,
        "leaking": [],
        "untested": [],
        "digest": "4baae027affc61383ac5cd47ee8686dddd770cceca713f52b668f9c7b7603155",
    }
    read = LeakCertificate.from_json(old)
    assert (read.subject, read.digest) == ("", old["digest"])
    assert read.to_json() == old
    assert LeakCertificate.from_json({name: one for name, one in old.items() if name != "digest"}) == read


def test_what_was_certified_is_sealed_too() -> None:
    made = LeakCertificate((FeatureVerdict("sma_5", True),), bars=100, subject="of these bars").to_json()
    assert LeakCertificate.from_json(made).subject == "of these bars"
    without = {name: one for name, one in made.items() if name != "digest"}
    gone = {name: one for name, one in made.items() if name != "subject"}
    for edited in ({**made, "subject": "of others"}, without, gone, {**made, "subject": ""}):
        with pytest.raises(IntegrityError, match="not the one that was made"):
            LeakCertificate.from_json(edited)


@given(lineages)
def test_a_lineage_survives_json(lineage: Lineage) -> None:
    assert Lineage.from_json(through_json(lineage.to_json())) == lineage


def test_an_empty_lineage_is_read_from_nothing() -> None:
    assert Lineage.from_json({}) == Lineage()


def test_a_trained_model_reads_as_a_mapping_too() -> None:
    trained = TrainedModel(
        model_id="m",
        model_type="dummy",
        model=object(),  # type: ignore[arg-type]
        signature=Signature(()),
        metrics={"validation": {"accuracy": 0.5}},
        hyperparameters={"a": 1},
        lineage=Lineage(),
        model_path="somewhere",
    )
    assert trained["metrics"]["validation"]["accuracy"] == 0.5
    assert trained["model_path"] == trained.model_path == "somewhere"
    assert set(trained) == set(dict(trained)) and len(trained) == len(set(trained))
    for absent in ("nothing", "signature_", "__class__"):
        with pytest.raises(KeyError):
            trained[absent]
    with pytest.raises(FrozenInstanceError):
        trained.version = "2"  # type: ignore[misc]


def test_a_prediction_survives_the_log() -> None:
    prediction = Prediction(
        id="p1",
        model_id="m",
        version="1.0.0",
        time=datetime(2024, 1, 1, tzinfo=UTC),
        inputs={"a": 1.0},
        output="yes",
        probabilities={"no": 0.25, "yes": 0.75},
        latency_ms=0.5,
        entity="SP500",
    )
    document = prediction.to_document()
    assert (document["_id"], document["time"]) == ("p1", prediction.time)
    assert "id" not in document
    assert Prediction.from_document({**document, "added_by_a_store": 1}) == prediction


def test_a_prediction_leaves_numpy_behind() -> None:
    prediction = Prediction(
        "p", "m", "1", datetime(2024, 1, 1, tzinfo=UTC), {"a": np.float32(0.5)}, np.int64(1)
    )
    document = prediction.to_document()
    assert type(document["output"]) is int
    assert type(document["inputs"]["a"]) is float
