from __future__ import annotations

import contextlib
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics import UnsafeArtifactError
from ml_analytics.models import BaseModel
from ml_analytics.models.ubjson import read_ubjson


def plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def test_it_reads_what_xgboost_writes_as_xgboost_writes_it_in_json(boosted: BaseModel) -> None:
    booster = boosted.booster_
    mine = plain(read_ubjson(bytes(booster.save_raw("ubj"))))
    theirs = json.loads(booster.save_raw("json"))
    for tree, other in zip(
        *(one["learner"]["gradient_booster"]["model"]["trees"] for one in (mine, theirs)), strict=True
    ):
        for key in ("left_children", "right_children", "split_indices", "parents"):
            assert tree[key] == other[key]
        np.testing.assert_allclose(tree["split_conditions"], other["split_conditions"], rtol=1e-6)
        assert tree["tree_param"] == other["tree_param"]


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"Z", None),
        (b"T", True),
        (b"i\xff", -1),
        (b"I\x01\x00", 256),
        (b"d\x3f\x80\x00\x00", 1.0),
        (b"SU\x02hi", "hi"),
        (b"[i\x01i\x02]", [1, 2]),
        (b"[#U\x01T", [True]),
        (b"[$S#U\x01U\x01a", ["a"]),
        (b"{}", {}),
    ],
)
def test_the_examples_of_the_standard(data: bytes, value: Any) -> None:
    assert read_ubjson(data) == value


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[", b"X", b"TT", b"SL\x7f" + b"\xff" * 7, b"[$d#L" + b"\x7f" * 8, b"[" * 200, b"[$i]", b"{$i#U\x01",
        b"SU\x01\xff", b"{U\x01aTU\x01aT}",
    ],
)  # fmt: skip
def test_other_bytes_are_refused_without_a_crash(data: bytes) -> None:
    with pytest.raises(UnsafeArtifactError):
        read_ubjson(data)


@given(data=st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(UnsafeArtifactError):
        read_ubjson(data)
