"""Failed work is seen, tried again or given up by administrators only, and that is recorded."""

from datetime import timedelta

import pytest

from bot.inbox import UNHANDLED
from campaigns.contact_ways import service as contact_ways
from campaigns.contact_ways.models import ContactWay
from campaigns.contact_ways.rules import ContactWayState
from crm_core.customers.models import Source
from crm_core.dealerships.models import Role
from foundation import clock, database, jobs, parked
from tests import factories as make
from tests.fixtures.web import Web


async def _owed() -> ContactWay:
    """A code WeCom has refused to make for an hour."""
    return await ContactWay.create(
        name="展厅海报",
        token="t",
        staff_id=(await make.make_staff(Role.SC)).id,
        source=Source.SHOW,
        state=ContactWayState.PENDING,
        created_at=clock.now() - timedelta(hours=1),
        created_by=1,
        tries=4,
        trouble="WeComError 48002",
        next_try_at=clock.now() + timedelta(minutes=16),
    )


async def _parked_job() -> None:
    await jobs.enqueue("coupons.expire", {"secret": "13800000001"})
    await database.execute("UPDATE jobs.pgqueuer SET status = 'failed'")


async def test_the_administrator_sees_what_gave_up_and_what_is_owed_without_its_contents(web: Web):
    way = await _owed()
    await _parked_job()
    admin = await web.signed_in(await make.acting(Role.ADM))
    answer = await admin.get("/parked-work")
    seen = {row["name"]: row for row in answer.json()["items"]}
    assert set(seen) == {"coupons.expire", contact_ways.OWED.job}
    assert (seen[contact_ways.OWED.job]["error"], seen[contact_ways.OWED.job]["tries"]) == ("WeComError 48002", 4)
    assert seen[contact_ways.OWED.job]["id"] == f"owed:{contact_ways.OWED.job}:{way.id}"
    assert "13800000001" not in answer.text
    assert [await parked.in_trouble(debt) for debt in (contact_ways.OWED, UNHANDLED)] == [1, 0]


async def test_trying_again_is_at_once_and_giving_up_is_for_good_and_both_are_written_down(web: Web):
    way = await _owed()
    await _parked_job()
    admin = await web.signed_in(await make.acting(Role.ADM))
    ids = {row["name"]: row["id"] for row in (await admin.get("/parked-work")).json()["items"]}
    for work_id in ids.values():
        assert (await admin.post("/parked-work/try-again", json={"id": work_id})).status_code == 204
    queued = await database.fetch("SELECT entrypoint FROM jobs.pgqueuer WHERE status = 'queued' ORDER BY entrypoint")
    assert [row["entrypoint"] for row in queued] == [contact_ways.OWED.job, "coupons.expire"]
    no_more = {"id": ids[contact_ways.OWED.job], "reason": "海报不做了"}
    assert (await admin.post("/parked-work/give-up", json=no_more)).status_code == 204
    assert (await admin.get("/parked-work")).json()["items"] == []
    await clock.advance(timedelta(days=30))
    assert await contact_ways.OWED.sweep() == 0
    assert (await ContactWay.get(id=way.id)).state is ContactWayState.PENDING
    lines = await database.fetch("SELECT action, reason FROM audit_entry ORDER BY id")
    assert [row["action"] for row in lines] == ["parked_work.try_again"] * 2 + ["parked_work.give_up"]
    assert lines[-1]["reason"] == "海报不做了"


async def test_nobody_else_sees_it_and_a_made_up_id_is_not_found(web: Web):
    manager = await web.signed_in(await make.acting(Role.GM))
    assert (await manager.get("/parked-work")).status_code == 403
    admin = await web.signed_in(await make.acting(Role.ADM))
    for made_up in (
        "job:1",
        "job:x",
        "owed:nothing:1",
        f"owed:{contact_ways.OWED.job}:9",
        f"owed:{contact_ways.OWED.job}:x",
        "?",
    ):
        answer = await admin.post("/parked-work/try-again", json={"id": made_up})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "parked_work_not_found")


@pytest.mark.usefixtures("database")
async def test_pages_leave_nothing_out_however_many_began_at_one_moment():
    for number in range(7):
        await jobs.enqueue("coupons.expire", {"number": number})
    await database.execute("UPDATE jobs.pgqueuer SET status = 'failed', updated = now()")
    seen: list[str] = []
    place: parked.Place | None = None
    while True:
        rows, place = await parked.page(place, limit=3)
        seen += [row.id for row in rows]
        if place is None:
            break
        place = parked.Place.parse(str(place))
    assert len(seen) == len(set(seen)) == 7
    assert parked.Place.parse("nonsense") is None
