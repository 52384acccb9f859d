"""Cards about a post: to owners who are to confirm it, and to its author when no group could be sent to."""

from campaigns.broadcasts.notices import DEPARTMENT
from campaigns.group_posts.models import GroupPost, GroupPostTarget, GroupPostTask
from campaigns.group_posts.rules import TargetState
from crm_core.dealerships.models import Staff
from crm_core.messaging.service import say
from foundation.refs import Ref


async def ask_to_send(post: GroupPost, task: GroupPostTask) -> None:
    """Tell an owner (card C-GROUP) that it waits in 群发助手; nothing is sent before they confirm it there."""
    await say(
        "group_post_task",
        {
            "campaign": post.name,
            "group_count": await GroupPostTarget.filter(group_post_task_id=task.id, state=TargetState.WAITING).count(),
            "due_at": post.ends_at,
            "department": DEPARTMENT,
            "author": (await Staff.get(id=post.author_id)).name,
        },
        staff_id=task.staff_id,
        about=Ref("group_post_task", task.id),
        dedupe_key=f"group_post_task:{task.id}",
        send_before=post.ends_at,
    )


async def tell_failed(post: GroupPost) -> None:
    """Tell its author (card C-GROUP-NO) why nothing was sent."""
    await say(
        "group_post_failed",
        {"campaign": post.name, "why": post.reason},
        staff_id=post.author_id,
        about=Ref("group_post", post.id),
        version=post.version,
        dedupe_key=f"group_post:{post.id}:{post.version}:failed",
    )
