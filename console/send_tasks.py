"""群发任务 as the salesperson who has to confirm it and who leads them see it. Sending happens in WeCom's 群发助手."""

from datetime import datetime

from campaigns.broadcasts import own_tasks, tasks
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from foundation.web import Schema


class OwnTaskOut(Schema):
    """A task: what it says, to how many, and where it stands."""

    id: int
    staff: str
    is_own: bool
    campaign: str
    author: str
    message_text: str
    card_title: str
    customers: int
    sent: int
    state: str
    waits: bool
    confirm_by: datetime | None
    tasked_at: datetime | None
    confirmed_at: datetime | None
    declined_at: datetime | None
    cancelled_at: datetime | None


@api.get("/send-tasks", summary="The reader's own tasks that still wait to be confirmed in WeCom")
async def own_send_tasks(actor: Actor) -> list[OwnTaskOut]:
    return [OwnTaskOut(**vars(task)) for task in await own_tasks.waiting(actor)]


@api.get("/send-tasks/{task_id}", summary="One task of the reader's, or of somebody they lead")
async def own_send_task(actor: Actor, task_id: int) -> OwnTaskOut:
    return OwnTaskOut(**vars(await own_tasks.one(actor, task_id)))


@api.post("/send-tasks/{task_id}/refusal", summary="我不方便发: who planned it and who leads them are told")
async def decline_send_task(actor: Actor, task_id: int) -> OwnTaskOut:
    await tasks.decline(actor, task_id)
    return await own_send_task(actor, task_id)
