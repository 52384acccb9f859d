"""The simulator under test: alone, without storage, on a free port, with short network deadlines."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from simulator.server import running
from simulator.settings import SimulatorSettings
from tests.simulator.stand import AES_KEY, API_V3_KEY, TOKEN, Listener, Merchant, Stand


@pytest.fixture(scope="session")
def merchant() -> Merchant:
    """Keys are slow to make and never change."""
    return Merchant.invent()


@pytest.fixture
async def product() -> AsyncIterator[Listener]:
    """The product's address."""
    listener = Listener()
    await listener.open()
    yield listener
    await listener.close()


@pytest.fixture
def sim_settings(product: Listener, merchant: Merchant) -> SimulatorSettings:
    """Settings of the simulator; a test may change them before it asks for `stand`."""
    return SimulatorSettings(
        port=0,
        callback_url=f"{product.url}/callbacks/wecom",
        callback_token=TOKEN,
        callback_aes_key=AES_KEY,
        push_url=f"{product.url}/callbacks/weixin",
        push_token=TOKEN,
        push_aes_key=AES_KEY,
        pay_merchant_serial="5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
        pay_merchant_public_key=merchant.public_pem,
        pay_platform_private_key=merchant.platform_pem,
        pay_api_v3_key=API_V3_KEY,
        deadline_seconds=0.4,
        retry_seconds=0.05,
    )


@pytest.fixture
async def stand(sim_settings: SimulatorSettings, product: Listener, merchant: Merchant) -> AsyncIterator[Stand]:
    """A running simulator with two members and one owner."""
    async with running(sim_settings) as simulation:
        made = Stand(sim_settings, simulation, product, merchant)
        staff: list[dict[str, Any]] = [
            {"userid": "WangFang", "name": "王芳", "position": "销售顾问"},
            {"userid": "LiMin", "name": "李敏", "position": "服务顾问"},
        ]
        people = [{"person_id": "zhang", "nickname": "张伟", "phone": "13800000001"}]
        await made.hand("POST", "import", {"staff": staff, "people": people})
        yield made
        await made.http.close()


@pytest.fixture
def zhang(stand: Stand) -> Any:
    """张伟, who owns a car."""
    return stand.simulation.world.people.get("zhang")
