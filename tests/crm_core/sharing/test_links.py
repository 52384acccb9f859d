"""O13: a link shows the progress to whoever holds it, and nothing else; it ends when its owner says so."""

import asyncio
import re
from datetime import timedelta

import httpx
import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from crm_core.repair_orders import work
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import PauseReason
from crm_core.sharing import queries
from crm_core.sharing.links import fingerprint
from crm_core.sharing.models import ProgressShare
from crm_core.vehicles.models import Binding, BindingRole, BindingState
from foundation import clock
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import Workshop, make_workshop

SOON = 5.0
INSTANT = re.compile(r'"\d{4}-\d\d-\d\dT[^"]*"')
"""Its fractions of a second are any six digits, so now and then they hold those of a sum."""


async def _shared(web: Web) -> tuple[Workshop, RepairOrder, httpx.AsyncClient, dict[str, object]]:
    """A car in work whose progress its owner has shared."""
    shop = await make_workshop()
    order = await shop.in_work()
    him = await web.signed_in(shop.owner)
    given = await him.post(f"/repair-orders/{order.id}/shares", json={"label": "给妈妈"})
    assert given.status_code == 201, given.text
    return shop, order, him, given.json()


async def _look(web: Web, token: object) -> httpx.Response:
    async with web.stranger() as stranger:
        return await stranger.get(f"/api/owner/shared-progress/{token}")


async def _watch(web: Web, token: object) -> ClientConnection:
    return await connect(f"ws://127.0.0.1:{web.port}/api/owner/shared-progress/{token}/live?after=0")


async def _closed_with(socket: ClientConnection) -> int | None:
    async with asyncio.timeout(SOON):
        try:
            while True:
                await socket.recv()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


async def test_the_holder_reads_the_work_and_no_name_phone_sum_or_plate(web: Web):
    shop, order, _, given = await _shared(web)
    answer = await _look(web, given["token"])
    assert answer.status_code == 200
    page = answer.json()
    assert (page["plate"], page["doing"], page["done"], page["total"]) == ("粤B·D**45", "小保养", 0, 1)
    assert page["nodes"][0]["sentence"] == "小保养开工"
    secrets = (shop.customer.name, shop.customer.phone, shop.vehicle.vin, shop.vehicle.plate, shop.store.name)
    staff = [actor.name for actor in (shop.advisor, shop.technician, shop.controller)]
    said = INSTANT.sub("", answer.text)
    assert said != answer.text
    for word in (*secrets, *staff, order.number, "元", "668", "公里", "您", '"id"'):
        assert str(word) not in said, word


async def test_the_live_page_shows_the_same_and_closes_when_the_link_is_taken_back(web: Web):
    shop, order, him, given = await _shared(web)
    (line,) = await shop.lines(order)
    socket = await _watch(web, given["token"])
    seen = []
    async with asyncio.timeout(SOON):
        while not seen or seen[-1]["number"] < order.last_event_no:
            seen.append(orjson.loads(await socket.recv()))
    assert seen[-1]["sentence"] == "小保养开工"
    assert {*seen[-1]} == {"number", "node", "at", "title", "sentence", "photos"}
    await work.pause(shop.technician, line.id, PauseReason.OTHER)
    async with asyncio.timeout(SOON):
        assert orjson.loads(await socket.recv())["number"] == order.last_event_no + 1
    assert (await him.delete(f"/shares/{given['id']}")).status_code == 204
    assert await _closed_with(socket) == 4404
    gone = await _look(web, given["token"])
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "share_ended")
    (row,) = (await him.get("/shares")).json()
    assert (row["label"], row["is_open"]) == ("给妈妈", False)


async def test_a_link_ends_with_its_time_with_the_binding_and_of_itself_alone(web: Web):
    shop, order, him, given = await _shared(web)
    other = (await him.post(f"/repair-orders/{order.id}/shares", json={"hours": 1})).json()
    assert other["token"] != given["token"]
    await clock.advance(timedelta(hours=1))
    assert (await _look(web, other["token"])).status_code == 404
    assert (await _look(web, given["token"])).status_code == 200
    assert [row["is_open"] for row in (await him.get(f"/shares?repair_order_id={order.id}")).json()] == [False, True]
    await Binding.filter(vehicle_id=shop.vehicle.id).update(state=BindingState.UNBOUND)
    assert (await _look(web, given["token"])).status_code == 404, "the car is not theirs any more"


async def test_the_secret_is_kept_nowhere(web: Web):
    _, _, him, given = await _shared(web)
    row = await ProgressShare.get(id=given["id"])
    assert row.token_hash == fingerprint(str(given["token"]))
    assert (await queries.open_link(str(given["token"]))).id == row.id
    assert str(given["token"]) not in repr(vars(row))
    assert str(given["token"]) not in (await him.get("/shares")).text
    assert len(str(given["token"])) >= 32, "192 bits"


async def test_only_the_owner_shares_and_only_what_is_going_on(web: Web):
    shop, order, _, given = await _shared(web)
    wife = await make.make_customer(phone="13900000001")
    await make.bind(shop.vehicle, wife, BindingRole.USER)
    stranger = await make.make_customer(phone="13900000002")
    for who, status in ((wife, 403), (stranger, 404)):
        client = await web.signed_in(make.acting_owner(who))
        assert (await client.post(f"/repair-orders/{order.id}/shares", json={})).status_code == status
        assert (await client.delete(f"/shares/{given['id']}")).status_code == 404
        assert (await client.get("/shares")).json() == []
    him = await web.signed_in(shop.owner)
    await RepairOrder.filter(id=order.id).update(delivered_at=clock.now())
    over = await him.post(f"/repair-orders/{order.id}/shares", json={})
    assert over.json()["error"]["code"] == "nothing_to_share"


async def test_there_is_a_family_of_links_and_not_an_audience(web: Web):
    _, order, him, _ = await _shared(web)
    codes = await asyncio.gather(*(him.post(f"/repair-orders/{order.id}/shares", json={}) for _ in range(11)))
    assert sorted(answer.status_code for answer in codes) == [201] * 9 + [409] * 2


@pytest.mark.parametrize("token", ["x", "0" * 32, "%00", "a" * 41])
async def test_an_invented_link_opens_nothing(web: Web, token: str):
    await _shared(web)
    assert (await _look(web, token)).status_code in (404, 422)


async def test_whoever_tries_links_is_stopped(web: Web):
    await _shared(web)
    async with web.stranger() as stranger:
        for at in range(80):
            answer = await stranger.get(f"/api/owner/shared-progress/{at:032d}")
            if answer.status_code == 429:
                break
        assert answer.status_code == 429
        assert at >= 15, "a mistyped link stops nobody"
