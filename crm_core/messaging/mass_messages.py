"""Mass messages on the platform: a task for one salesperson and his friends, what came of it, reminders, the end.

Making a task is the one call that can neither be repeated nor trusted to be lost: who gets OutcomeUnknown looks for the
task by its token (it stands in the page of the mini-program card) before asking again.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from crm_core.customers.platform import wecom
from crm_core.messaging.media import MEDIA_INVALID, MINI_PROGRAM_CARD, forget_picture, picture
from crm_core.wording.about import About
from crm_core.wording.rendering import render_group_send
from foundation import clock
from foundation.errors import PlatformError
from foundation.settings import get_settings
from integrations.wecom.mass_messages import SendStatus, TaskStatus

ABOUT: Final = "campaign"
SEARCH_AROUND: Final = timedelta(minutes=15)
"""How far the platform's clock may be from ours."""
LONGEST_SEARCH: Final = timedelta(days=31)
"""WeCom lists one month at most (doc 93338)."""


class SendOutcome(StrEnum):
    """What became of one customer of a task."""

    WAITING = "WAITING"
    SENT = "SENT"
    NOT_FRIEND = "NOT_FRIEND"
    QUOTA = "QUOTA"


_OUTCOMES: Final = {
    SendStatus.NOT_SENT: SendOutcome.WAITING,
    SendStatus.SENT: SendOutcome.SENT,
    SendStatus.NOT_A_FRIEND: SendOutcome.NOT_FRIEND,
    SendStatus.QUOTA_REACHED: SendOutcome.QUOTA,
}


@dataclass(frozen=True)
class MadeTask:
    """A task the platform took. `failed` are external userids it will not even try."""

    message_id: str
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class MemberTask:
    """Whether a member confirmed, and when."""

    userid: str
    is_confirmed: bool
    confirmed_at: datetime | None


@dataclass(frozen=True)
class CustomerResult:
    """What became of one customer."""

    external_userid: str
    outcome: SendOutcome
    sent_at: datetime | None


def preview_text(template: str, facts: Mapping[str, Any], *, token: str) -> dict[str, Any]:
    """`text` and `attachments` as customers would get them, without touching the platform.

    Raises:
        MessageProblem: a fact is missing or too long.
    """
    return _render(template, facts, token, media_id="preview")


async def make_task(
    template: str, facts: Mapping[str, Any], *, token: str, userid: str, external_userids: Sequence[str]
) -> MadeTask:
    """Ask the platform to give one member the task of sending to his friends; never call it inside a transaction.

    Raises:
        OutcomeUnknown: it may have been made; look with `find_tasks` before asking again.
        PlatformError: BUSY certainly not made; PERMANENT and OUR_MISTAKE never will be; NOTHING_TO_DO when there is
            nobody to send to (41048).
        MessageProblem: the message cannot be made of these facts.
    """
    try:
        return await _make(template, facts, token, userid, external_userids)
    except PlatformError as error:
        if error.errcode != MEDIA_INVALID:
            raise
        # The picture ended before its time; the call was refused, so nothing was made.
        await forget_picture(MINI_PROGRAM_CARD)
        return await _make(template, facts, token, userid, external_userids)


async def _make(
    template: str, facts: Mapping[str, Any], token: str, userid: str, external_userids: Sequence[str]
) -> MadeTask:
    content = _render(template, facts, token, media_id=await picture(MINI_PROGRAM_CARD))
    client = await wecom()
    made = await client.mass_messages.create(
        content["text"]["content"],
        content["attachments"],
        external_user_ids=external_userids,
        sender=userid,
    )
    return MadeTask(made.message_id, made.failed)


def _render(template: str, facts: Mapping[str, Any], token: str, *, media_id: str) -> dict[str, Any]:
    app_id = get_settings().weixin.app_id
    return render_group_send(template, facts, about=About(ABOUT, token), app_id=app_id, picture_media_id=media_id)


async def find_tasks(token: str, asked_at: datetime) -> list[str]:
    """The message ids of the tasks asked for since `asked_at` whose card carries `token`; one, unless a call was lost.

    The creator is no help: WeCom leaves it out for messages made by API.
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


def _carries(attachment: Mapping[str, Any], token: str) -> bool:
    page = str((attachment.get("miniprogram") or {}).get("page", ""))
    return page.rpartition("=")[2] == token


async def member_tasks(message_id: str) -> AsyncIterator[MemberTask]:
    """Each member's part of the task."""
    async for row in (await wecom()).mass_messages.tasks(message_id):
        yield MemberTask(str(row["userid"]).lower(), row.get("status") == TaskStatus.SENT, _instant(row))


async def customer_results(message_id: str, userid: str) -> AsyncIterator[CustomerResult]:
    """Each customer of one member, page by page."""
    async for row in (await wecom()).mass_messages.send_results(message_id, userid):
        outcome = _OUTCOMES.get(row.get("status", 0), SendOutcome.WAITING)
        yield CustomerResult(str(row["external_userid"]), outcome, _instant(row))


async def remind_members(message_id: str) -> None:
    """Remind who has not confirmed; three times in 24 hours for each task (WeCom doc 97610)."""
    await (await wecom()).mass_messages.remind(message_id)


async def take_back(message_id: str) -> None:
    """Stop what is not sent yet; what was sent stays sent."""
    await (await wecom()).mass_messages.cancel(message_id)


def _instant(row: Mapping[str, Any]) -> datetime | None:
    seconds = row.get("send_time")
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
