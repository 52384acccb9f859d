"""企业朋友圈 at WeCom: ordering a Moment, following it, reading back what came of it, stopping it.

A Moment belongs to no `MassChannel`: it names no persons, and everybody whose friend publishes it may see it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from campaigns.own_words import Attachment, AttachmentKind, Content
from crm_core.customers.platform import wecom
from crm_core.messaging.media import MEDIA_INVALID, MINI_PROGRAM_CARD, forget_moment_picture, moment_picture
from foundation.errors import PlatformError
from integrations.wecom import moments
from integrations.wecom.moments import JOB_INVALID, MOMENT_INVALID, JobResult, Reactions


async def order(content: Content, *, userids: Sequence[str], tag_ids: Sequence[str]) -> str:
    """Order it; the id of WeCom's job. If an uploaded picture has expired, try once more with new ones, which is safe
    because a call that WeCom refused has made nothing.

    Raises:
        OutcomeUnknown: it may have been made.
        PlatformError: it was not.
    """
    try:
        return await _order(content, userids, tag_ids)
    except PlatformError as error:
        if error.errcode != MEDIA_INVALID:
            raise
        for one in content.attachments:
            await forget_moment_picture(one.picture or MINI_PROGRAM_CARD)
        return await _order(content, userids, tag_ids)


async def _order(content: Content, userids: Sequence[str], tag_ids: Sequence[str]) -> str:
    attached = [await _attached(one) for one in content.attachments]
    return await (await wecom()).moments.create(content.text, attached, user_ids=userids, tag_ids=tag_ids)


async def job(job_id: str) -> JobResult | None:
    """What became of the job; None if WeCom does not know it any more, a day after it was ordered."""
    try:
        return await (await wecom()).moments.job(job_id)
    except PlatformError as error:
        if error.errcode != JOB_INVALID:
            raise
        return None


async def find(text: str, since: datetime, until: datetime) -> list[str]:
    """Ids of the Moments with this text that were made in a span, the oldest first."""
    listed = [one async for one in (await wecom()).moments.list_between(since, until) if one.text == text]
    return [one.moment_id for one in sorted(listed, key=lambda one: one.made_at)]


async def published(platform_id: str) -> AsyncIterator[tuple[str, bool]]:
    """Each member with a task, in lower case, and whether they have published it."""
    async for userid, is_published in (await wecom()).moments.published(platform_id):
        yield userid.lower(), is_published


async def audience(platform_id: str, userid: str) -> tuple[int, int]:
    """For how many customers a member published it, and in how many of their Moments it stands."""
    client = await wecom()
    chosen = len([one async for one in client.moments.chosen_for(platform_id, userid)])
    return chosen, len([one async for one in client.moments.seen_by(platform_id, userid)])


async def reactions(platform_id: str, userid: str) -> Reactions:
    """Likes and comments below what a member published."""
    return await (await wecom()).moments.reactions(platform_id, userid)


async def stop(platform_id: str) -> None:
    """Let nobody publish it any more; nothing is to be done for one that WeCom does not know."""
    try:
        await (await wecom()).moments.cancel(platform_id)
    except PlatformError as error:
        if error.errcode != MOMENT_INVALID:
            raise


async def _attached(one: Attachment) -> Mapping[str, object]:
    media_id = await moment_picture(one.picture or MINI_PROGRAM_CARD)
    if one.kind is AttachmentKind.LINK:
        return moments.link(one.title, one.target, media_id)
    return moments.picture(media_id)
