"""The shared token needs a real Valkey: the one the environment names, else one of our own for these tests."""

import os
from pathlib import Path

import pytest

from app.embedded.valkey import EmbeddedValkey
from foundation import cache
from foundation.settings import get_settings


@pytest.fixture(scope="package", autouse=True)
def valkey(tmp_path_factory: pytest.TempPathFactory):
    if os.environ.get("WEDEALER_REDIS_URL"):
        yield
        return
    folder: Path = tmp_path_factory.mktemp("valkey")
    with EmbeddedValkey(folder, durable=False) as server, pytest.MonkeyPatch.context() as environment:
        environment.setenv("WEDEALER_ENVIRONMENT", "test")
        environment.setenv("WEDEALER_REDIS_URL", server.url)
        get_settings.cache_clear()
        yield
    get_settings.cache_clear()


@pytest.fixture(scope="package", autouse=True)
async def redis_client(valkey: None):
    await cache.close()
    yield
    await cache.close()
