"""Stores with models of two tenants, and a client that calls the application without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from shutil import copytree
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
from fastapi import FastAPI

from ml_analytics.core.settings import Settings
from ml_analytics.models import ModelFactory
from ml_analytics.registry import ModelRegistry
from ml_analytics.server import create_app
from ml_analytics.stores import Stores, open_stores

ROWS = pd.DataFrame({"age": [20.0, 30.0, 40.0, 50.0] * 10, "income": [1.0, 2.0, 3.0, 4.0] * 10})


class Client:
    """Calls an ASGI application; every call has its own event loop, so tests stay plain functions."""

    def __init__(self, app: FastAPI, key: str | None = None, address: str = "127.0.0.1") -> None:
        self.app = app
        self._headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
        self._address = address

    def with_key(self, key: str) -> Client:
        return Client(self.app, key)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        options["headers"] = {**self._headers, **options.pop("headers", {})}

        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=(self._address, 123))
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
                return await http.request(method, path, **options)

        return asyncio.run(call())

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        if isinstance(body, (bytes, str)):
            return self.request("POST", path, content=body, **options)
        return self.request("POST", path, json=body, **options)

    def raw(
        self,
        method: str,
        path: str,
        chunks: Sequence[bytes] = (b"",),
        headers: Sequence[tuple[bytes, bytes]] = ((b"host", b"localhost"),),
    ) -> tuple[int, bytes, int]:
        """Send the path as it is and the body in chunks; give status, body and how many chunks were taken."""
        taken, status, parts = 0, 0, bytearray()

        async def receive() -> dict[str, Any]:
            nonlocal taken
            if taken == len(chunks):
                return {"type": "http.disconnect"}
            taken += 1
            return {"type": "http.request", "body": chunks[taken - 1], "more_body": taken < len(chunks)}

        async def send(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)
            parts.extend(message.get("body", b""))

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
            "scheme": "http", "path": path, "raw_path": path.encode("utf-8", "surrogatepass"),
            "query_string": b"", "root_path": "", "headers": list(headers),
            "client": (self._address, 123), "server": ("localhost", 80),
        }  # fmt: skip
        asyncio.run(self.app(scope, receive, send))
        return status, bytes(parts), taken


@pytest.fixture(scope="session")
def client_class() -> type[Client]:
    return Client


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with open_stores(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def register(stores: Stores, tenant: str, low: Any, high: Any, name: str = "risk") -> None:
    """Register a small forest that says ``low`` for young and ``high`` for old."""
    labels = np.where(ROWS["age"] > 35, high, low)
    forest = ModelFactory.create("random_forest", n_estimators=5, random_state=0)
    scores = {"validation": {"accuracy": 1.0}}
    ModelRegistry(stores, tenant).register_model(name, forest.fit(ROWS, labels), metrics=scores, sample=ROWS)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with models, made once and copied: training is not what these tests are about."""
    home = tmp_path_factory.mktemp("template") / "home"
    with open_stores(home) as opened:
        register(opened, "default", "low", "high")
        register(opened, "alpha", "alpha-low", "alpha-high")
        register(opened, "beta", "beta-low", "beta-high")
    return home


@pytest.fixture
def models(template: Path, tmp_path: Path) -> Iterator[Stores]:
    """The default tenant's ``risk``, and the same name with other labels at ``alpha`` and ``beta``."""
    copytree(template, tmp_path / "home")
    with open_stores(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def client(models: Stores, settings: Settings) -> Client:
    return Client(create_app(models, settings))


@pytest.fixture
def body() -> dict[str, Any]:
    """One young and one old row, as a matrix."""
    tensor = {"name": "rows", "shape": [2, 2], "datatype": "FP64", "data": [[20.0, 1.0], [50.0, 4.0]]}
    return {"id": "call-1", "inputs": [tensor]}


@pytest.fixture
def register_as(models: Stores) -> Callable[..., None]:
    """Register one more model: ``register_as(tenant, name, low, high)``."""

    def call(tenant: str, name: str, low: Any = "low", high: Any = "high") -> None:
        register(models, tenant, low, high, name)

    return call
