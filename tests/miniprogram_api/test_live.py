"""The live page: whatever happens to the socket, no event is missed and none comes twice."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from crm_core.dealerships import sessions
from crm_core.dealerships.models import Role
from crm_core.repair_orders import queries, work
from crm_core.repair_orders.rules import PauseReason
from foundation import clock, database
from miniprogram_api.live import MOST_PAGES, TRY_AGAIN_LATER
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import PHOTO, Workshop, make_workshop

SOON = 5.0
"""Seconds; a hint travels in milliseconds, and without it the page would look again only after twenty."""


async def _watch(web: Web, shop: Workshop, order_id: int, after: int = 0, **options) -> ClientConnection:
    token = await sessions.begin(shop.owner)
    address = f"ws://127.0.0.1:{web.port}/api/owner/repair-orders/{order_id}/live?after={after}&token={token}"
    return await connect(address, **options)


async def _numbers(socket: ClientConnection, upto: int) -> list[int]:
    numbers: list[int] = []
    async with asyncio.timeout(SOON):
        while not numbers or numbers[-1] < upto:
            numbers.append(orjson.loads(await socket.recv())["number"])
    return numbers


async def test_a_killed_socket_misses_nothing_and_doubles_nothing(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    (line,) = await shop.lines(order)
    socket = await _watch(web, shop, order.id)
    seen = await _numbers(socket, order.last_event_no)
    await work.pause(shop.technician, line.id, PauseReason.OTHER)
    seen += await _numbers(socket, order.last_event_no + 1)
    # The network goes without a goodbye.
    socket.transport.abort()
    await work.clock_on(shop.technician, line.id)
    await work.finish_line(shop.technician, line.id, [PHOTO])
    await work.tick_checks(shop.controller, order.id)
    order = await shop.now(order)
    again = await _watch(web, shop, order.id, after=seen[-1])
    seen += await _numbers(again, order.last_event_no)
    assert seen == list(range(1, order.last_event_no + 1))
    await again.close()


async def test_what_happens_while_the_page_connects_is_not_lost(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    (line,) = await shop.lines(order)

    async def keep_going() -> None:
        for _ in range(10):
            await work.pause(shop.technician, line.id, PauseReason.OTHER)
            await work.clock_on(shop.technician, line.id)

    going = asyncio.create_task(keep_going())
    seen: list[int] = []
    last = order.last_event_no + 20
    while not seen or seen[-1] < last:
        socket = await _watch(web, shop, order.id, after=seen[-1] if seen else 0)
        with suppress(ConnectionClosed):
            for _ in range(4):
                if seen and seen[-1] >= last:
                    break
                seen.append(orjson.loads(await asyncio.wait_for(socket.recv(), SOON))["number"])
        socket.transport.abort()
    await going
    assert seen == list(range(1, last + 1))


async def test_only_those_who_may_see_it_follow_it(web: Web):
    shop = await make_workshop()
    order = await shop.opened()
    stranger = await sessions.begin(make.acting_owner(await make.make_customer(phone="13900000001")))
    staff = await sessions.begin(shop.advisor)
    base = f"ws://127.0.0.1:{web.port}/api/owner/repair-orders/"
    for address, code in (
        (f"{base}{order.id}/live?token={stranger}", 4404),
        (f"{base}{order.id}/live?token={staff}", 4401),
        (f"{base}{order.id}/live?token=forged", 4401),
        (f"{base}9223372036854775808/live?token={stranger}", 4404),
        (f"{base}{order.id}/live?after=x&token={stranger}", 4404),
    ):
        async with connect(address) as socket:
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(socket.recv(), SOON)
            assert socket.close_code == code


async def test_the_token_may_come_as_the_first_message(web: Web):
    shop = await make_workshop()
    order = await shop.opened()
    async with connect(f"ws://127.0.0.1:{web.port}/api/owner/repair-orders/{order.id}/live") as socket:
        await socket.send(await sessions.begin(shop.owner))
        assert await _numbers(socket, 1) == [1]


async def test_an_ended_session_ends_the_page(web: Web, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sessions, "RECHECK_SECONDS", 0.0)
    shop = await make_workshop()
    order = await shop.in_work()
    (line,) = await shop.lines(order)
    socket = await _watch(web, shop, order.id)
    await _numbers(socket, order.last_event_no)
    await sessions.end_all("owner", shop.customer.id)
    await work.pause(shop.technician, line.id, PauseReason.OTHER)
    with pytest.raises(ConnectionClosed):
        await asyncio.wait_for(socket.recv(), SOON)
    assert socket.close_code == 4401


async def test_staff_boards_are_told_that_they_are_behind(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    (line,) = await shop.lines(order)
    client = await web.signed_in(shop.controller)
    behind = await queries.store_revision(shop.store.id)
    async with client.stream("GET", f"/stores/{shop.store.id}/live?after={behind}") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.aiter_lines()
        await work.pause(shop.technician, line.id, PauseReason.OTHER)
        async with asyncio.timeout(SOON):
            async for text in lines:
                if text.startswith("data:"):
                    break
        assert orjson.loads(text[5:]) == {"number": behind + 1}
    async with client.stream("GET", f"/repair-orders/{order.id}/live?after=0") as stream:
        numbers = []
        async with asyncio.timeout(SOON):
            async for text in stream.aiter_lines():
                if text.startswith("data:"):
                    numbers.append(orjson.loads(text[5:])["number"])
                if len(numbers) == order.last_event_no + 1:
                    break
        assert numbers == list(range(1, order.last_event_no + 2))
    elsewhere = await web.signed_in(await make.acting(Role.WC, await make.make_store()))
    assert (await elsewhere.get(f"/stores/{shop.store.id}/live")).status_code == 403
    assert (await elsewhere.get("/stores/x/live")).status_code == 404
    assert (await web.stranger().get(f"/api/staff/stores/{shop.store.id}/live")).status_code == 401


async def test_moving_the_clock_does_not_break_a_page(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    (line,) = await shop.lines(order)
    socket = await _watch(web, shop, order.id)
    await _numbers(socket, order.last_event_no)
    await clock.advance(timedelta(days=2))
    await work.pause(shop.technician, line.id, PauseReason.OTHER)
    assert await _numbers(socket, order.last_event_no + 1) == [order.last_event_no + 1]
    assert await database.fetch_value("SELECT count(*) FROM repair_event") == order.last_event_no + 1
    await socket.close()


async def test_an_account_holds_only_so_many_pages_open_and_a_closed_one_makes_room(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    pages = [await _watch(web, shop, order.id) for _ in range(MOST_PAGES)]
    for page in pages:
        await _numbers(page, order.last_event_no)
    refused = await _watch(web, shop, order.id)
    async with asyncio.timeout(SOON):
        await refused.wait_closed()
    assert refused.close_code == TRY_AGAIN_LATER
    await pages.pop().close()
    async with asyncio.timeout(SOON):
        while (again := await _watch(web, shop, order.id)) and await _is_refused(again):
            pass
    for page in [*pages, again]:
        await page.close()


async def _is_refused(socket: ClientConnection) -> bool:
    """The server notices a closed page a moment after it was closed."""
    try:
        await socket.recv()
    except ConnectionClosed:
        return True
    return False
