"""Whether what a waiting card says about a post is still true."""

from campaigns.group_posts.models import GroupPost, GroupPostTask
from campaigns.group_posts.rules import OwnerTaskState, PostState
from crm_core.messaging.conditions import Said, condition


@condition
async def group_post_task_waits(said: Said) -> bool:
    """The owner can confirm it and has not."""
    task = await GroupPostTask.get_or_none(id=said.matter_id)
    return (
        task is not None
        and task.state is OwnerTaskState.MADE
        and task.confirmed_at is None
        and await GroupPost.exists(id=task.group_post_id, state=PostState.RUNNING)
    )


@condition
async def group_post_failure_stands(said: Said) -> bool:
    """Nobody has changed it since no group could be sent to."""
    return await GroupPost.exists(id=said.matter_id, version=said.version, state=PostState.FAILED)
