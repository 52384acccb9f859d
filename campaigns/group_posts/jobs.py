"""What the clock does to posts in customer groups; the sweep of what is owed begins it."""

from functools import partial

from campaigns.group_posts import beginning, tasks
from campaigns.group_posts.moving import ADVANCE, UNFINISHED, UNSENT, WORK
from foundation.jobs import job


@job(ADVANCE, is_hint=True)
async def advance(*, group_post_id: int) -> None:
    """Begin or end one post."""
    await UNFINISHED.attempt(group_post_id, partial(beginning.advance, group_post_id))


@job(WORK, is_hint=True)
async def work(*, group_post_task_id: int) -> None:
    """Take the next steps of one owner's task."""
    await UNSENT.attempt(group_post_task_id, partial(tasks.work, group_post_task_id))
