"""An authorisation that is taken back ends at once, and also ends when the owner gives up the car."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from crm_core.authorised_persons import jobs, standing
from crm_core.authorised_persons.models import AuthorisedPerson
from crm_core.authorised_persons.rules import PersonState
from crm_core.dealerships import sessions
from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.vehicles.models import Binding, BindingState
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
    # Whoever is cut off in the moment after the decision reads no answer any more, though it stands.
    assert kept.decided_under_id in ((person_id,) if decided.status_code == 200 else (person_id, None))
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


async def test_the_day_after_the_last_one_they_see_nothing_even_before_the_job_has_run(family: Family):
    person_id = await family.accepted(2_000_00, until_on=clock.today().isoformat())
    order = await family.shop.in_work()
    door = f"/repair-orders/{order.id}"
    assert (await family.hers.get(door)).status_code == 200
    await AuthorisedPerson.all().update(until_on=clock.today() - timedelta(days=1))
    assert (await family.hers.get(door)).status_code == 404
    assert (await family.hers.get(f"{door}/inspection")).status_code == 404
    assert (await family.hers.get("/repair-orders")).json() == []
    assert (await family.hers.get("/vehicles")).json() == []
    assert (await AuthorisedPerson.get(id=person_id)).state is PersonState.ACTIVE, "the owner may still set a later day"
    later = {"limit_fen": 2_000_00, "until_on": clock.today().isoformat(), "version": 2}
    assert (await family.his.put(f"/family/persons/{person_id}", json=later)).status_code == 200
    assert (await family.hers.get(door)).status_code == 200


async def test_the_daily_job_ends_what_is_past_and_the_binding_that_came_with_it(family: Family):
    person_id = await family.accepted(2_000_00, until_on=clock.today().isoformat())
    await jobs.end_past()
    assert (await AuthorisedPerson.get(id=person_id)).state is PersonState.ACTIVE, "their last day is theirs"
    await clock.advance(timedelta(days=1))
    await jobs.end_past()
    ended = await AuthorisedPerson.get(id=person_id)
    assert (ended.state, ended.end_reason) == (PersonState.ENDED, "last_day")
    bindings = await Binding.filter(customer_id=family.wife.id)
    assert [(each.state, each.end_reason) for each in bindings] == [(BindingState.UNBOUND, "授权结束")]
    (row,) = (await family.his.get("/family")).json()["named"]
    assert (row["state"], row["is_over"]) == ("ENDED", True)


async def test_an_owner_takes_back_or_names_anew_whoever_time_has_ended(family: Family):
    waiting = await family.named(2_000_00)
    await clock.advance(timedelta(days=7))
    again = await family.named(1_000_00)
    assert again["id"] != waiting["id"]
    assert (await AuthorisedPerson.get(id=waiting["id"])).end_reason == "unanswered"
    await AuthorisedPerson.filter(id=again["id"]).update(until_on=clock.today() - timedelta(days=1))
    late = await family.hers.post(f"/family/invitations/{again['id']}/acceptance", json={"version": again["version"]})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "last_day_over")
    assert (await family.his.delete(f"/family/persons/{again['id']}")).status_code == 200
    assert (await AuthorisedPerson.get(id=again["id"])).state is PersonState.ENDED


async def test_whoever_was_named_and_lets_the_car_go_decides_nothing_any_more(family: Family):
    person_id = await family.accepted(5_000_00)
    vehicle_id = family.shop.vehicle.id
    assert (await family.hers.delete(f"/vehicles/{vehicle_id}")).status_code == 204
    assert (await AuthorisedPerson.get(id=person_id)).state is PersonState.ENDED
    assert await standing.hold_authority(vehicle_id, family.wife.id) is None
    assert [car["id"] for car in (await family.his.get("/vehicles")).json()] == [vehicle_id]
