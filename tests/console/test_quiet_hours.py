"""Quiet hours over HTTP: an owner sets them on the page 隐私, a clerk notes them on the customer's page."""

from crm_core.dealerships.models import Role
from foundation import clock
from tests import factories as make
from tests.fixtures.web import Web


async def test_an_owner_sets_and_lifts_hours_on_their_page(web: Web):
    phone = await web.signed_in(make.acting_owner(await make.make_customer()))
    set_ = await phone.post("/quiet-hours", json={"starts": "22:00", "ends": "08:00"})
    [span] = set_.json()["quiet_hours"]
    assert (set_.status_code, span["words"]) == (201, "22:00–次日 08:00")
    refused = await phone.post("/quiet-hours", json={"starts": "08:00", "ends": "22:00"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "quiet_hours_leave_nothing")
    nonsense = await phone.post("/quiet-hours", json={"starts": "25:99", "ends": "08:00"})
    assert nonsense.status_code == 422
    lifted = await phone.delete(f"/quiet-hours/{span['id']}")
    assert lifted.json()["quiet_hours"] == []


async def test_a_clerk_notes_what_a_customer_said_and_their_page_says_so(desk):
    store = await make.make_store(advisors=0)
    await clock.set_to(clock.at(make.MONDAY, 13))
    person = await make.make_customer(store)
    clerk = await make.acting(Role.CRC, store, name="周敏")
    noted = await desk.ask(
        clerk,
        "POST",
        f"/customers/{person.id}/quiet-hours",
        json={"starts": "12:00", "ends": "14:00", "source": "PHONE"},
    )
    [span] = noted.json()
    assert (span["words"], span["noted_by"], span["source"]) == ("12:00–14:00", "周敏", "PHONE")
    ended = await desk.ask(clerk, "DELETE", f"/quiet-hours/{span['id']}")
    assert [each["ended_at"] is not None for each in ended.json()] == [True]
    again = await desk.ask(clerk, "DELETE", f"/quiet-hours/{span['id']}")
    assert (again.status_code, again.json()["error"]["code"]) == (404, "quiet_hours_not_found")
