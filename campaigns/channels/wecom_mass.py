"""企微群发: WeCom gives a salesperson a task in 群发助手, and sends to the friends named in it once they confirm it
there.

A task whose answer was lost is searched in WeCom's list by its token, which is part of the page address in the
mini-program card. If a customer has several friends among our staff, the one who chatted last sends the message; one
who left is chosen only if there is no other.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from campaigns.mass_channels import (
    USUAL,
    CustomerResult,
    MadeTask,
    MemberChannel,
    MemberTask,
    SendOutcome,
    mass_channel,
)
from campaigns.own_words import Attachment, AttachmentKind, Carries, Content, fill
from crm_core.customers.models import Purpose
from crm_core.customers.platform import wecom
from crm_core.messaging.media import MEDIA_INVALID, MINI_PROGRAM_CARD, forget_picture, picture
from crm_core.policies.current import group_policy
from crm_core.policies.declaring import Policy, Unit, rule
from crm_core.wording import limits
from crm_core.wording.catalogue import ChannelFile
from crm_core.wording.facts import Facts
from foundation import clock
from foundation.errors import PlatformError
from foundation.settings import get_settings
from integrations.wecom import attachments
from integrations.wecom.mass_messages import SendStatus, TaskStatus

OPENED_FROM: Final = "campaign"
"""The parameter of a page's address that carries the token."""
SEARCH_AROUND: Final = timedelta(minutes=15)
"""How far the platform's clock may differ from ours."""
NO_SUCH_TASK: Final = 41047
LONGEST_SEARCH: Final = timedelta(days=31)
"""WeCom lists one month at most (doc 93338)."""
_OUTCOMES: Final = {
    SendStatus.NOT_SENT: SendOutcome.WAITING,
    SendStatus.SENT: SendOutcome.SENT,
    SendStatus.NOT_A_FRIEND: SendOutcome.UNREACHED,
    SendStatus.QUOTA_REACHED: SendOutcome.QUOTA,
}


@dataclass(frozen=True)
class WecomMassPolicy(Policy, key="wecom_mass", title="企微群发", is_group_only=True):
    """What the group estimates for a mass message of WeCom, which itself charges nothing for it."""

    reach_fen: int = rule(30, "企微群发触达一位客户的成本", Unit.YUAN, 0, 10_00)
    """The salesperson's time, mainly."""


@mass_channel
class WecomMass(MemberChannel):
    """A mass message of WeCom."""

    name = USUAL
    label = "企微群发"
    unreached = "不是企微好友"
    platform = "企业微信"
    file = ChannelFile.GROUP_SEND
    carries = Carries(
        longest=limits.GROUP_SEND_TEXT_BYTES,
        in_bytes=True,
        opt_out=("不再接收", "退订"),
        variables=frozenset({"store_short"}),
        kinds=frozenset(AttachmentKind),
        most_attachments=limits.ATTACHMENTS,
        needs_card=True,
        names_store=True,
    )
    consent = Purpose.MARKETING_WECOM
    most_per_task = 10_000
    """WeCom doc 92135."""
    is_once_a_day = True
    """WeCom help, 群发次数: one a day by default, and as many in a month as it has days (doc 92135)."""
    most_per_member = 20_000
    """WeCom help, 群发助手: the customers of one batch."""
    reminders_per_day = 3
    """WeCom doc 97610."""
    lease_seconds = 60
    looked_for = timedelta(minutes=15)
    """An estimate; WeCom does not say how late its list may be."""
    watched_for = timedelta(days=7)
    """Longer than a broadcast lasts usually; a task that was not confirmed by then will not be."""

    def reached_sql(self, staff_id: str | None) -> str:
        """Their friends. The member who chatted last with a customer sends the message (WeCom doc 92135)."""
        only = f" AND f.staff_id = {staff_id}" if staff_id is not None else ""
        return f"""
  SELECT DISTINCT ON (f.customer_id) f.customer_id, f.staff_id, f.external_userid AS address, s.is_active
  FROM asked a JOIN friendship f ON f.customer_id = a.id JOIN staff s ON s.id = f.staff_id
  WHERE f.ended_at IS NULL{only}
  ORDER BY f.customer_id, s.is_active DESC, f.last_chatted_at DESC NULLS LAST, f.since DESC, f.id DESC
"""

    async def reach_fen(self) -> int:
        """The group's estimate."""
        return (await group_policy(WecomMassPolicy)).reach_fen

    async def make(
        self,
        content: Content,
        facts: Facts,
        *,
        token: str,
        userid: str,
        addresses: Sequence[str],
    ) -> MadeTask:
        """If an uploaded picture has expired, try once more with new ones. That is safe, because a call that WeCom
        refused has made nothing.
        """
        filled = fill(content, facts)
        try:
            return await _make(filled, token, userid, addresses)
        except PlatformError as error:
            if error.errcode != MEDIA_INVALID:
                raise
            for name in {_picture_of(one) for one in filled.attachments}:
                await forget_picture(name)
            return await _make(filled, token, userid, addresses)

    async def calls_left(self) -> int | None:
        """What the limiter of all processes still has."""
        return await (await wecom()).mass_messages.calls_left()

    async def find(self, token: str, asked_at: datetime) -> list[str]:
        """Search all messages of that time. It cannot be narrowed by creator, which WeCom leaves out for messages made
        by API.
        """
        starts_at = asked_at - SEARCH_AROUND
        ends_at = min(clock.now() + SEARCH_AROUND, starts_at + LONGEST_SEARCH)
        client = await wecom()
        listed = client.mass_messages.list_between(int(starts_at.timestamp()), int(ends_at.timestamp()))
        return [
            str(row["msgid"])
            async for row in listed
            if any(_carries(attachment, token) for attachment in row.get("attachments") or ())
        ]

    async def member_tasks(self, message_id: str) -> AsyncIterator[MemberTask]:
        """Read from WeCom page by page."""
        async for row in (await wecom()).mass_messages.tasks(message_id):
            yield MemberTask(str(row["userid"]).lower(), row.get("status") == TaskStatus.SENT, _instant(row))

    async def results(self, message_id: str, userid: str) -> AsyncIterator[CustomerResult]:
        """Read from WeCom page by page."""
        async for row in (await wecom()).mass_messages.send_results(message_id, userid):
            outcome = _OUTCOMES.get(row.get("status", 0), SendOutcome.WAITING)
            yield CustomerResult(str(row["external_userid"]), outcome, _instant(row))

    async def remind(self, message_id: str) -> None:
        """WeCom also counts the reminders itself and refuses a fourth."""
        await (await wecom()).mass_messages.remind(message_id)

    async def take_back(self, message_id: str) -> bool:
        """WeCom can only stop a task as a whole. If, for example, a setting forbids the call, the task stays on the
        salesperson's phone.
        """
        try:
            await (await wecom()).mass_messages.cancel(message_id)
        except PlatformError as error:
            if error.errcode != NO_SUCH_TASK:
                raise
            return False
        return True


async def _make(content: Content, token: str, userid: str, addresses: Sequence[str]) -> MadeTask:
    attached = [await _attached(one, token) for one in content.attachments]
    made = await (await wecom()).mass_messages.create(
        content.text, attached, external_user_ids=addresses, sender=userid
    )
    return MadeTask(made.message_id, made.failed)


async def _attached(one: Attachment, token: str) -> attachments.Attachment:
    match one.kind:
        case AttachmentKind.MINI_PROGRAM:
            return attachments.miniprogram(
                one.title,
                pic_media_id=await picture(_picture_of(one)),
                app_id=get_settings().weixin.app_id,
                page=f"{one.target}?{OPENED_FROM}={token}",
            )
        case AttachmentKind.LINK:
            return attachments.link(one.title, one.target, description=one.description)
        case AttachmentKind.PICTURE:
            return attachments.image(media_id=await picture(_picture_of(one)))


def _picture_of(one: Attachment) -> str:
    return one.picture or MINI_PROGRAM_CARD


def _carries(attachment: Mapping[str, Any], token: str) -> bool:
    page = str((attachment.get("miniprogram") or {}).get("page", ""))
    return page.rpartition("=")[2] == token


def _instant(row: Mapping[str, Any]) -> datetime | None:
    seconds = row.get("send_time")
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
