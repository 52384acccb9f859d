"""A client that talks over real HTTP to a scripted platform, and shares its token through a real Valkey."""

import secrets
from collections.abc import AsyncIterator

import pytest

from integrations.wecom import transport
from integrations.wecom.client import WeComApp, WeComClient
from tests.integrations.loopback import Loopback, loopback
from tests.integrations.wecom.platform import WeComPlatform
from tests.integrations.weixin.conftest import redis_client, valkey

__all__ = ["redis_client", "valkey"]


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of tries matters here, not how long we wait between them."""
    monkeypatch.setattr(transport, "FIRST_WAIT_SECONDS", 0.001)


@pytest.fixture
def platform() -> WeComPlatform:
    return WeComPlatform()


@pytest.fixture
async def stub(platform: WeComPlatform) -> AsyncIterator[Loopback]:
    async with loopback(platform) as server:
        yield server


@pytest.fixture
def app(stub: Loopback) -> WeComApp:
    return WeComApp(
        corp_id=f"ww{secrets.token_hex(8)}",
        agent_id=1000002,
        secret="the-app-secret",
        base_url=stub.url,
        oauth_url="https://open.example/",
        login_url="https://login.example/",
    )


@pytest.fixture
async def client(app: WeComApp) -> AsyncIterator[WeComClient]:
    made = WeComClient(app)
    yield made
    await made.close()
