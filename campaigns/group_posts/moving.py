"""One move of a post or of a task: check permission and version, change the state, save, record the event."""

from campaigns.group_posts.errors import GroupPostNotFound
from campaigns.group_posts.events import GroupPostMoved
from campaigns.group_posts.models import GroupPost, GroupPostTask
from campaigns.group_posts.rules import AT_WORK, MOVES, OPEN, TASK_MOVES
from campaigns.scope import as_stores, stores_of, within
from crm_core.dealerships.actors import Actor
from foundation.errors import StaleVersion
from foundation.events import record
from foundation.moves import next_state
from foundation.owed import Debt
from foundation.reading import literals
from foundation.refs import Ref

ADVANCE = "group_posts.advance"
WORK = "group_posts.work"
UNFINISHED = Debt(
    "group_post",
    open_when=f"state IN ({literals(*AT_WORK)})",
    since="starts_at",
    job=ADVANCE,
    argument="group_post_id",
)
UNSENT = Debt(
    "group_post_task",
    open_when=f"state IN ({literals(*OPEN)})",
    since="created_at",
    job=WORK,
    argument="group_post_task_id",
)

_PACED_ANEW = frozenset({"edit", "approve", "cancel"})
"""People's moves, after which what is owed is another thing; the clock's own moves keep the pace of their tries."""


def about(group_post_id: int) -> Ref:
    """The reference by which approvals name a post."""
    return Ref("group_post", group_post_id)


async def locked(actor: Actor, group_post_id: int, action: str, expected_version: int) -> GroupPost:
    """The locked post, if the actor may do `action` in all its stores and it has the version they saw.

    Raises:
        GroupPostNotFound, NotAllowed, StaleVersion.
    """
    post = await GroupPost.select_for_update().get_or_none(id=group_post_id)
    if post is None or not within(as_stores(post.store_ids), stores_of(actor, action)):
        raise GroupPostNotFound
    if post.version != expected_version:
        raise StaleVersion(current_version=post.version, current_state=post.state.value)
    return post


async def move(actor: Actor, post: GroupPost, action: str, *, reason: str = "") -> None:
    """Make a move that `rules.MOVES` allows, increase the version, save, and record the event.

    Raises:
        IllegalMove: its state does not allow it.
    """
    post.state = next_state(MOVES, post.state, action)
    post.version += 1
    if action in _PACED_ANEW:
        post.next_try_at, post.tries, post.trouble = None, 0, ""
    await post.save()
    await told(actor, post, action, reason)


async def told(actor: Actor, post: GroupPost, action: str, reason: str = "") -> None:
    """Record what happened to it."""
    await record(
        GroupPostMoved(
            actor=str(actor),
            group_post_id=post.id,
            post_name=post.name,
            action=action,
            state=post.state.value,
            reason=reason,
        )
    )


async def move_task(task: GroupPostTask, action: str) -> None:
    """Make a move of a task that `rules.TASK_MOVES` allows; if it is closed by it, the post looks whether it is over.

    Raises:
        IllegalMove: its state does not allow it.
    """
    task.state = next_state(TASK_MOVES, task.state, action)
    await task.save()
    if task.state not in OPEN:
        await UNFINISHED.hint([task.group_post_id])
