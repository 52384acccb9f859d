"""群发任务 for the salesperson who has to confirm it and for their managers. The sending itself happens in WeCom's
群发助手.
"""

from campaigns.broadcasts import own_tasks, tasks
from campaigns.broadcasts.own_tasks import OwnTask
from console.sign_in import api
from crm_core.dealerships.actors import Actor


@api.get("/send-tasks", summary="The reader's own tasks that still wait to be confirmed in WeCom")
async def own_send_tasks(actor: Actor) -> list[OwnTask]:
    return await own_tasks.waiting(actor)


@api.get("/send-tasks/{task_id}", summary="One task of the reader's, or of somebody they lead")
async def own_send_task(actor: Actor, task_id: int) -> OwnTask:
    return await own_tasks.one(actor, task_id)


@api.post("/send-tasks/{task_id}/decline", summary="我不方便发: who planned it and who leads them are told")
async def decline_send_task(actor: Actor, task_id: int) -> OwnTask:
    await tasks.decline(actor, task_id)
    return await own_send_task(actor, task_id)
