"""The jobs that tell WeCom of tags; what is owed is the state of the rows."""

from functools import partial

from crm_core.customers.tags import keeping, marking
from crm_core.customers.tags.holding import MARK, MARKS_OWED
from crm_core.customers.tags.keeping import KEEP, TAG_OWED
from foundation import jobs


@jobs.job(KEEP, is_hint=True)
async def keep_tag(*, tag_id: int) -> None:
    """Make, rename or delete a tag in WeCom, now or as soon as it answers."""
    await TAG_OWED.attempt(tag_id, partial(keeping.tell, tag_id))


@jobs.job(MARK, priority=jobs.BULK, is_hint=True)
async def mark_tags(*, friendship_id: int) -> None:
    """Put tags on a member's friend in WeCom, or take them off."""
    await MARKS_OWED.attempt(friendship_id, partial(marking.tell, friendship_id))
