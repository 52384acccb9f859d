"""What WeCom's mass messages to friends and to customer groups have in common: what hangs below the words, who has
confirmed, what came of it, reminding and stopping.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from campaigns.mass_channels import CustomerResult, MadeTask, MemberTask, SendOutcome
from campaigns.own_words import Attachment, AttachmentKind, Content
from crm_core.customers.platform import wecom
from crm_core.messaging.media import MEDIA_INVALID, MINI_PROGRAM_CARD, forget_picture, picture
from foundation.errors import PlatformError
from foundation.settings import get_settings
from integrations.wecom import attachments
from integrations.wecom.mass_messages import SendStatus, TaskStatus

NO_SUCH_TASK: Final = 41047
_OUTCOMES: Final = {
    SendStatus.NOT_SENT: SendOutcome.WAITING,
    SendStatus.SENT: SendOutcome.SENT,
    SendStatus.NOT_A_FRIEND: SendOutcome.UNREACHED,
    SendStatus.QUOTA_REACHED: SendOutcome.QUOTA,
}


async def attached(one: Attachment, query: str = "") -> attachments.Attachment:
    """What hangs below the words, as WeCom takes it; `query` is added to the address of a mini-program page."""
    match one.kind:
        case AttachmentKind.MINI_PROGRAM:
            return attachments.miniprogram(
                one.title,
                pic_media_id=await picture(_picture_of(one)),
                app_id=get_settings().weixin.app_id,
                page=f"{one.target}{query}",
            )
        case AttachmentKind.LINK:
            return attachments.link(one.title, one.target, description=one.description)
        case AttachmentKind.PICTURE:
            return attachments.image(media_id=await picture(_picture_of(one)))


async def with_fresh_pictures(content: Content, make: Callable[[], Awaitable[MadeTask]]) -> MadeTask:
    """Make a task; if an uploaded picture has expired, try once more with new ones. That is safe, because a call that
    WeCom refused has made nothing.
    """
    try:
        return await make()
    except PlatformError as error:
        if error.errcode != MEDIA_INVALID:
            raise
        for name in {_picture_of(one) for one in content.attachments}:
            await forget_picture(name)
        return await make()


async def member_tasks(message_id: str) -> AsyncIterator[MemberTask]:
    """The members who are to confirm it, in lower case, page by page."""
    async for row in (await wecom()).mass_messages.tasks(message_id):
        yield MemberTask(str(row["userid"]).lower(), row.get("status") == TaskStatus.SENT, _instant(row))


async def results(message_id: str, userid: str) -> AsyncIterator[CustomerResult]:
    """What came of it for each friend or group of a member, page by page."""
    async for row in (await wecom()).mass_messages.send_results(message_id, userid):
        outcome = _OUTCOMES.get(row.get("status", 0), SendOutcome.WAITING)
        address = str(row.get("external_userid") or row["chat_id"])
        yield CustomerResult(address, outcome, _instant(row))


async def remind(message_id: str) -> None:
    """WeCom also counts the reminders itself and refuses a fourth."""
    await (await wecom()).mass_messages.remind(message_id)


async def take_back(message_id: str) -> bool:
    """Stop a task, and tell whether WeCom knows it. If, for example, a setting forbids the call, the task stays on the
    member's phone.
    """
    try:
        await (await wecom()).mass_messages.cancel(message_id)
    except PlatformError as error:
        if error.errcode != NO_SUCH_TASK:
            raise
        return False
    return True


def _picture_of(one: Attachment) -> str:
    return one.picture or MINI_PROGRAM_CARD


def _instant(row: Mapping[str, Any]) -> datetime | None:
    seconds = row.get("send_time")
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
