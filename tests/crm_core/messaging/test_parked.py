"""Messages a platform refused for one cause are one row of 运维."""

from datetime import timedelta

from crm_core.dealerships.models import Role
from crm_core.messaging.models import Message, MessageState
from foundation import clock, database
from tests import factories as make
from tests.fixtures.web import Web


async def _refused_messages(
    how_many: int, *, template: str = "job_dispatched", errcode: str = "60020", unanswered: bool = False
) -> None:
    staff = await make.make_staff(Role.TEC)
    for number in range(how_many):
        await Message.create(
            template=template,
            staff_id=staff.id,
            facts={},
            about="repair_job:1",
            dedupe_key=f"{template}:{errcode}:{number}",
            state=MessageState.FAILED,
            channel="card",
            errcode=errcode,
            unanswered=unanswered,
            created_at=clock.now() - timedelta(hours=1),
            attempts=1,
        )


async def test_messages_refused_for_one_cause_are_one_row_sent_again_or_given_up_together(web: Web):
    await _refused_messages(3)
    await _refused_messages(1, errcode="unknown", unanswered=True)
    await _refused_messages(1, template="parts_pick", errcode="81013")
    admin = await web.signed_in(await make.acting(Role.ADM))
    rows = {row["error"]: row for row in (await admin.get("/parked-work")).json()["items"]}
    assert {error: row["count"] for error, row in rows.items()} == {"card 60020": 3, "card 81013": 1}
    assert rows["card 60020"]["title"] != ""
    assert (await admin.post("/parked-work/try-again", json={"id": rows["card 60020"]["id"]})).status_code == 204
    assert await Message.filter(state=MessageState.PENDING).count() == 3
    assert await database.fetch_value("SELECT count(*) FROM jobs.pgqueuer WHERE entrypoint = 'messaging.deliver'") == 3
    no_more = {"id": rows["card 81013"]["id"], "reason": "人已经离开"}
    assert (await admin.post("/parked-work/give-up", json=no_more)).status_code == 204
    assert (await admin.get("/parked-work")).json()["items"] == []
