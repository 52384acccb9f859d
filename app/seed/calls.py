"""Call sheets: when every car is due, whom to contact about it, and what customer care noted on some this morning."""

from datetime import timedelta
from typing import Final

from app.seed.group import Group
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Role
from crm_core.due_dates import counting
from crm_core.tasks import opening, queries, working
from crm_core.tasks.queries import Whose
from crm_core.tasks.rules import Channel, ContactOutcome
from crm_core.tasks.working import Seen
from foundation import clock

NOTED: Final = (
    (Channel.PHONE, ContactOutcome.NO_ANSWER, "", None),
    (Channel.PHONE, ContactOutcome.TALKED, "周末带孩子过来，先看看时间", 2),
    (Channel.WECOM, ContactOutcome.NO_ANSWER, "发了消息，还没回", None),
    (Channel.PHONE, ContactOutcome.REFUSED, "单位统一处理", None),
    (Channel.PHONE, ContactOutcome.TALKED, "出差，月底回来再说", 9),
)
"""From the end of the first caller's list, so that those at its top still wait."""


async def make(group: Group, stores: int) -> None:
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
