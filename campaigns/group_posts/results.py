"""Takes over what WeCom tells of a task: whether its owner confirmed it, and what became of each group."""

from collections.abc import Collection
from typing import Final

from campaigns.channels import wecom_tasks
from campaigns.group_posts.models import GroupPostTarget, GroupPostTask
from campaigns.group_posts.rules import NOT_TAKEN, TargetState
from campaigns.mass_channels import CustomerResult, SendOutcome
from crm_core.dealerships.models import Staff
from foundation import clock, database
from foundation.reading import Query, literals, read_model

_FAILED_AS: Final = {
    SendOutcome.UNREACHED: "群已解散，或群主换了人",
    SendOutcome.QUOTA: "这个群本月收到的群发够了",
}
"""What WeCom's answers about a group mean that was not sent to."""


@read_model
class _Waiting:
    id: int
    chat_id: str


_WAITING: Final = Query(
    _Waiting,
    "SELECT t.id, g.chat_id FROM group_post_target t JOIN customer_group g ON g.id = t.customer_group_id "
    f"WHERE t.group_post_task_id = $1 AND t.state = {literals(TargetState.WAITING)} ORDER BY t.id",
)


async def read(task: GroupPostTask) -> None:
    """Take over what WeCom tells now. Reading it twice changes nothing."""
    userid = str((await Staff.get(id=task.staff_id)).userid).lower()
    told = [one async for one in wecom_tasks.member_tasks(task.platform_id) if one.userid == userid]
    if not told or not told[0].is_confirmed:
        await GroupPostTask.filter(id=task.id).update(read_at=clock.now())
        return
    listed = {one.address: one async for one in wecom_tasks.results(task.platform_id, userid)}
    async with database.transaction():
        task = await GroupPostTask.select_for_update().get(id=task.id)
        now = clock.now()
        task.read_at, task.confirmed_at = now, task.confirmed_at or told[0].confirmed_at or now
        await task.save(update_fields=["read_at", "confirmed_at"])
        for target in await _WAITING.all(task.id):
            if result := listed.get(target.chat_id):
                await _take_over(target.id, result, task)


async def _take_over(target_id: int, result: CustomerResult, task: GroupPostTask) -> None:
    target = GroupPostTarget.filter(id=target_id)
    if result.outcome is SendOutcome.SENT:
        await target.update(state=TargetState.SENT, sent_at=result.sent_at or task.confirmed_at)
    elif result.outcome in _FAILED_AS:
        await target.update(state=TargetState.FAILED, reason=_FAILED_AS[result.outcome])


async def not_taken(task: GroupPostTask, chat_ids: Collection[str]) -> None:
    """WeCom will not even try these, in the running transaction."""
    refused = [target.id for target in await _WAITING.all(task.id) if target.chat_id in chat_ids]
    await GroupPostTarget.filter(id__in=refused).update(state=TargetState.FAILED, reason=NOT_TAKEN)


async def close(task: GroupPostTask, reason: str) -> None:
    """Nothing more becomes of the task's groups, in the running transaction."""
    waiting = GroupPostTarget.filter(group_post_task_id=task.id, state=TargetState.WAITING)
    await waiting.update(state=TargetState.FAILED, reason=reason)
