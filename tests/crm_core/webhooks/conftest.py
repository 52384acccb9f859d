"""A receiver on this machine, which the test's settings allow for webhooks, and a store that sends to it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web as http

from app.embedded.ports import free_port
from app.wiring import wire
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role, Store
from crm_core.webhooks import keeping
from crm_core.webhooks.models import WebhookDelivery
from crm_core.webhooks.telling import on_event
from foundation import database as tables
from foundation.events import Event
from foundation.settings import Settings, get_settings
from tests import factories as make


@dataclass
class Receiver:
    """Another program: it keeps what it is sent and answers as the test says."""

    url: str
    answers: list[http.Response] = field(default_factory=list)
    """The next answers; 204 when there are no more."""
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def answer(self, request: http.Request) -> http.Response:
        """Take one request."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.received.append((headers, await request.read()))
        return self.answers.pop(0) if self.answers else http.Response(status=204)

    def will(self, *statuses: int, **headers: str) -> None:
        """Answer the next requests with these statuses."""
        self.answers += [http.Response(status=status, headers=headers) for status in statuses]


@pytest.fixture(autouse=True)
def _this_machine_is_open(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """127.0.0.1 may be called, as an operator opens the network of their DMS; 127.0.0.2 may not."""
    monkeypatch.setenv("WEDEALER_WEBHOOK_NETWORKS", '["127.0.0.1/32"]')
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Listens on this machine."""
    async for one in listening("127.0.0.1"):
        yield one


async def listening(host: str) -> AsyncIterator[Receiver]:
    """A receiver at an address."""
    port = free_port()
    one = Receiver(f"http://{host}:{port}/hooks")
    app = http.Application()
    app.router.add_post("/hooks", one.answer)
    runner = http.AppRunner(app)
    await runner.setup()
    await http.TCPSite(runner, host, port).start()
    yield one
    await runner.cleanup()


@dataclass
class House:
    """A store and its administrator."""

    store: Store
    admin: Actor

    async def telling(self, url: str, *events: str, **more: str) -> keeping.NewSecret:
        """A webhook of the store."""
        return await keeping.make(self.admin, name="DMS", url=url, store_ids=[self.store.id], events=events, **more)


@pytest.fixture
async def house(database: None) -> House:
    """A store with nobody told yet."""
    wire()
    return House(await make.make_store(), await make.acting(Role.ADM))


async def tell(event: Event) -> list[int]:
    """The event happens; returns the deliveries owed since."""
    last = await tables.fetch_value("SELECT coalesce(max(id), 0) FROM webhook_delivery")
    async with tables.transaction():
        await on_event(event)
    return [row.id for row in await WebhookDelivery.filter(id__gt=last).order_by("id")]
