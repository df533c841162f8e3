"""The architecture as Protocols: small, explained, and met by what the rooms hand out."""

from __future__ import annotations

import inspect

import pytest

from ml_analytics.core import protocols
from ml_analytics.models import ModelFactory
from ml_analytics.stores import LocalArtifactStore, MemoryCache, SqlDocumentStore, SqlRecordStore

PROTOCOLS = [
    one
    for _, one in inspect.getmembers(protocols, inspect.isclass)
    if getattr(one, "_is_protocol", False) and one.__module__ == protocols.__name__
]


def methods(protocol: type) -> dict[str, inspect.Signature]:
    found = inspect.getmembers(protocol, inspect.isfunction)
    return {name: inspect.signature(one) for name, one in found if not name.startswith("_")}


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda one: one.__name__)
def test_a_protocol_is_small_and_every_method_explained(protocol: type) -> None:
    found = methods(protocol)
    assert 1 <= len(found) <= 9
    assert all(inspect.getdoc(getattr(protocol, name)) for name in found)


@pytest.mark.parametrize(
    ("protocol", "backend"),
    [
        (protocols.RecordStore, SqlRecordStore),
        (protocols.DocumentStore, SqlDocumentStore),
        (protocols.ArtifactStore, LocalArtifactStore),
        (protocols.Cache, MemoryCache),
    ],
)
def test_a_backend_takes_what_the_protocol_promises(protocol: type, backend: type) -> None:
    for name, promised in methods(protocol).items():
        offered = inspect.signature(getattr(backend, name))
        assert list(offered.parameters) == list(promised.parameters), name


@pytest.mark.parametrize("model_type", ModelFactory.types())
def test_every_model_is_a_model(model_type: str) -> None:
    assert isinstance(ModelFactory.create(model_type), protocols.Model)
