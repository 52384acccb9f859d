"""Owners who watch their repair orders: rows for any number of them, and sockets light enough to open thousands."""

import asyncio
import base64
import os
import struct
import time
from dataclasses import dataclass, field
from typing import Final

from crm_core.customers.models import Customer, Source
from crm_core.dealerships import sessions
from crm_core.dealerships.actors import owner
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import HeaderState
from crm_core.vehicles.models import Binding, BindingRole, BindingState, Powertrain, Vehicle, VehicleModel
from foundation import clock, database, live

TEXT: Final = 1
CLOSE: Final = 8
PING: Final = 9
PONG: Final = 10
AT_ONCE: Final = 100
"""Sockets opened at once: as many as a server's queue of new connections takes."""


@dataclass(frozen=True)
class Watched:
    """A car in the workshop and the token of its owner."""

    repair_order_id: int
    token: str


async def make_watched(store_id: int, advisor_id: int, how_many: int) -> list[Watched]:
    """So many owners, each bound to a car of their own that has one order with one event."""
    now, numbers = clock.now(), range(how_many)
    model = await VehicleModel.create(
        code="WATCHED", series="X6", trim="", powertrain=Powertrain.PETROL, guide_price_fen=1
    )
    await Customer.bulk_create(
        Customer(name="车主", phone=f"15{n:09d}", first_source=Source.WECOM_ADD, created_at=now) for n in numbers
    )
    customers = [each.id for each in await Customer.filter(phone__startswith="15").order_by("id")]
    await Vehicle.bulk_create(Vehicle(vin=f"LYFW{n:013d}", plate=f"粤B{n:05d}", model_id=model.id) for n in numbers)
    vehicles = [each.id for each in await Vehicle.filter(model_id=model.id).order_by("id")]
    pairs = list(zip(customers, vehicles, strict=True))
    await Binding.bulk_create(
        Binding(
            vehicle_id=vehicle_id, customer_id=customer_id, role=BindingRole.OWNER, state=BindingState.BOUND,
            how="phone_and_vin", requested_at=now, bound_at=now,
        )
        for customer_id, vehicle_id in pairs
    )  # fmt: skip
    await RepairOrder.bulk_create(
        RepairOrder(
            number=f"WATCHED-{vehicle_id}", sequence_no=1, store_id=store_id, customer_id=customer_id,
            vehicle_id=vehicle_id, advisor_id=advisor_id, complaint="保养", mileage_km=10,
            state=HeaderState.IN_PROGRESS, owner_title="施工中", opened_at=now,
        )
        for customer_id, vehicle_id in pairs
    )  # fmt: skip
    orders = await RepairOrder.filter(number__startswith="WATCHED").order_by("id")
    await database.execute(_STEP, [order.id for order in orders], now)
    return [
        Watched(order.id, await sessions.begin(owner(order.customer_id, openid=f"o-{order.id}"))) for order in orders
    ]


_STEP: Final = """
WITH o AS (UPDATE repair_order SET last_event_no = last_event_no + 1 WHERE id = ANY($1) RETURNING id, last_event_no)
INSERT INTO repair_event (repair_order_id, number, node, kind, text, owner_text, media, changes, at, actor, actor_name)
SELECT id, last_event_no, 'N6', 'line_started', '', '开始施工', '[]', '{}', $2, 'system:bench', '' FROM o
"""


async def happen(repair_order_id: int) -> None:
    """Something happens to an order; its watchers get the hint after the commit."""
    await database.execute(_STEP, [repair_order_id], clock.now())
    await live.publish(f"repair_order:{repair_order_id}", {})


@dataclass
class Watcher(asyncio.Protocol):
    """One phone: it answers pings, counts the events it is told, and notes when the last one came."""

    port: int
    watched: Watched
    events: int = 0
    seen_at: float = 0.0
    is_open: bool = False
    told: asyncio.Event = field(default_factory=asyncio.Event)
    _buffer: bytes = b""

    async def watch(self) -> None:
        """Open the page and wait for what has happened so far."""
        loop = asyncio.get_running_loop()
        self.told.clear()
        await loop.create_connection(lambda: self, "127.0.0.1", self.port)
        await self.told.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        path = f"/api/owner/repair-orders/{self.watched.repair_order_id}/live?after=0&token={self.watched.token}"
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {path} HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
            f"sec-websocket-key: {key}\r\nsec-websocket-version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.is_open:
            head, mark, rest = self._buffer.partition(b"\r\n\r\n")
            if not mark:
                return
            if b" 101 " not in head:
                raise ConnectionError(head.decode(errors="replace"))
            self.is_open, self._buffer = True, rest
        while (frame := self._frame()) is not None:
            self._take(*frame)

    def _frame(self) -> tuple[int, bytes] | None:
        """The next whole frame that has arrived; a server's are not masked."""
        if len(self._buffer) < 2:
            return None
        length, start = self._buffer[1] & 127, 2
        if length == 126:
            if len(self._buffer) < 4:
                return None
            length, start = struct.unpack(">H", self._buffer[2:4])[0], 4
        if len(self._buffer) < start + length:
            return None
        kind, body = self._buffer[0] & 15, self._buffer[start : start + length]
        self._buffer = self._buffer[start + length :]
        return kind, body

    def _take(self, kind: int, body: bytes) -> None:
        if kind == PING:
            mask = os.urandom(4)
            masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(body))
            self._transport.write(bytes([128 | PONG, 128 | len(body)]) + mask + masked)
        elif kind == TEXT:
            self.events += 1
            self.seen_at = time.perf_counter()
            self.told.set()
        elif kind == CLOSE:
            self.is_open = False

    def leave(self) -> None:
        """The phone is put away."""
        self._transport.abort()


async def watch_all(port: int, watched: list[Watched]) -> list[Watcher]:
    """Every owner opens their page, some at once."""
    watchers = [Watcher(port, each) for each in watched]
    for first in range(0, len(watchers), AT_ONCE):
        await asyncio.gather(*(each.watch() for each in watchers[first : first + AT_ONCE]))
    return watchers


async def tell(watcher: Watcher, seconds: float) -> float:
    """Let something happen to this one's order; returns after how many seconds their page had it.

    Raises:
        TimeoutError: not within `seconds`.
    """
    watcher.told.clear()
    began = time.perf_counter()
    await happen(watcher.watched.repair_order_id)
    async with asyncio.timeout(seconds):
        await watcher.told.wait()
    return watcher.seen_at - began
