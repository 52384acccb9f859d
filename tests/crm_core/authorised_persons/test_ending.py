"""What is taken back holds at once, and a car that is let go takes it along."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from crm_core.authorised_persons import standing
from crm_core.authorised_persons.models import AuthorisedPerson
from crm_core.authorised_persons.rules import PersonState
from crm_core.dealerships import sessions
from crm_core.repair_orders.additional_work_rules import Urgency
from foundation import clock
from tests import factories as make
from tests.crm_core.authorised_persons.family import Family
from tests.fixtures.web import Web

SOON = 5.0


async def test_taken_back_holds_at_once_for_decisions_and_for_the_page_that_is_open(family: Family, web: Web):
    person_id = await family.accepted(5_000_00)
    sheet, (line,) = await family.asked(Urgency.YELLOW)
    token = await sessions.begin(make.acting_owner(family.wife))
    socket = await connect(
        f"ws://127.0.0.1:{web.port}/api/owner/repair-orders/{sheet.repair_order_id}/live?after=0&token={token}"
    )
    assert (await family.his.delete(f"/family/persons/{person_id}")).status_code == 200
    async with asyncio.timeout(SOON):
        with suppress(ConnectionClosed):
            while True:
                await socket.recv()
    assert socket.close_code == 4404
    assert (await family.decides(sheet, line)).status_code == 404
    assert (await family.hers.get("/vehicles")).json() == []
    assert await standing.hold_authority(family.shop.vehicle.id, family.wife.id) is None


async def test_a_decision_and_its_taking_back_at_once_are_one_after_the_other(family: Family):
    person_id = await family.accepted(5_000_00)
    sheet, (line,) = await family.asked(Urgency.YELLOW)
    decided, _ = await asyncio.gather(family.decides(sheet, line), family.his.delete(f"/family/persons/{person_id}"))
    kept = next(each for each in await family.shop.lines(await family.order()) if each.id == line)
    assert (decided.status_code == 200) == (kept.decided_under_id == person_id)
    assert (await AuthorisedPerson.get(id=person_id)).state is PersonState.ENDED


async def test_an_invitation_ends_by_time_and_with_the_car(family: Family):
    waiting = await family.named(2_000_00)
    door = f"/family/invitations/{waiting['id']}/acceptance"
    await clock.advance(timedelta(days=7))
    assert (await family.hers.get("/family")).json()["invitations"] == []
    assert (await family.hers.post(door, json={"version": 1})).json()["error"]["code"] == "invitation_over"
    (row,) = (await family.his.get("/family")).json()["named"]
    assert row["is_over"]
    await family.his.delete(f"/vehicles/{family.shop.vehicle.id}")
    assert (await AuthorisedPerson.get(id=waiting["id"])).end_reason == "unbound"


async def test_whoever_was_named_and_lets_the_car_go_decides_nothing_any_more(family: Family):
    person_id = await family.accepted(5_000_00)
    vehicle_id = family.shop.vehicle.id
    assert (await family.hers.delete(f"/vehicles/{vehicle_id}")).status_code == 204
    assert (await AuthorisedPerson.get(id=person_id)).state is PersonState.ENDED
    assert await standing.hold_authority(vehicle_id, family.wife.id) is None
    assert [car["id"] for car in (await family.his.get("/vehicles")).json()] == [vehicle_id]
