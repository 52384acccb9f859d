"""Call sheets: when every car is due, whom to contact about it, and what customer care noted on some this morning. The
first caller of a store can write to one owner themselves.
"""

from datetime import timedelta
from typing import Final

from app.seed.group import Group
from app.seed.platform import bring_in
from campaigns import recall_messages
from crm_core.customers.friendships import befriend
from crm_core.customers.models import Friendship
from crm_core.dealerships.actors import Actor, staff_actor, system
from crm_core.dealerships.models import Role, Staff
from crm_core.due_dates import counting
from crm_core.tasks import opening, queries, working
from crm_core.tasks.queries import CustomerSheet, Whose
from crm_core.tasks.rules import Channel, ContactOutcome
from crm_core.tasks.working import Seen
from foundation import clock

NOTED: Final = (
    (Channel.PHONE, ContactOutcome.NO_ANSWER, "", None),
    (Channel.PHONE, ContactOutcome.TALKED, "周末带孩子过来，先看看时间", 2),
    (Channel.WECOM, ContactOutcome.SENT, "", None),
    (Channel.PHONE, ContactOutcome.REFUSED, "单位统一处理", None),
    (Channel.PHONE, ContactOutcome.TALKED, "出差，月底回来再说", 9),
)
"""From the end of the first caller's list, so that those at its top still wait."""


async def make(group: Group, stores: int, *, with_platform: bool) -> None:
    """Compute every car's dates and open what is due; in the first stores somebody has begun to call."""
    while await counting.recount():
        pass
    await opening.open_due(clock.today())
    for store in group.live_stores[: min(stores, 2)]:
        caller = await staff_actor(group.staff[store.id, Role.CRC][0])
        sheets = (await queries.of_reader(caller, Whose.MINE, store.id)).items
        for sheet, (channel, outcome, note, days) in zip(reversed(sheets), NOTED, strict=False):
            await working.note_contact(
                caller,
                [Seen(task.id, task.version) for task in sheet.tasks],
                channel=channel,
                outcome=outcome,
                note=note,
                next_on=clock.today() + timedelta(days=days) if days else None,
            )
        await _befriend(caller, sheets, with_platform=with_platform)


async def _befriend(caller: Actor, sheets: list[CustomerSheet], *, with_platform: bool) -> None:
    """Of those who may be written to, the caller has the first as a friend, too."""
    for sheet in sheets:
        found = await recall_messages.of_sheet(caller, sheet.customer_id)
        if not found.writers or not any(text.text for text in found.texts):
            continue
        tie = await Friendship.filter(customer_id=sheet.customer_id, ended_at=None).first()
        staff = await Staff.get(id=caller.id)
        assert tie is not None
        userid, friend = staff.userid, tie.external_userid
        await befriend(system("seed"), userid=userid, external_userid=friend, at=clock.now())
        if with_platform:
            since = int(clock.now().timestamp())
            await bring_in(friendships=[{"userid": userid, "external_userid": friend, "created_at": since}])
        return
