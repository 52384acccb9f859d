"""企微群发: WeCom gives a salesperson a task in 群发助手, and sends to the friends named in it once they confirm it
there.

A task whose answer was lost is searched in WeCom's list by its token, which is part of the page address in the
mini-program card. If a customer has several friends among our staff, the one who chatted last sends the message; one
who left is chosen only if there is no other.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from campaigns.channels import wecom_tasks
from campaigns.mass_channels import (
    USUAL,
    CustomerResult,
    MadeTask,
    MemberChannel,
    MemberTask,
    mass_channel,
)
from campaigns.own_words import AttachmentKind, Carries, Content, fill
from crm_core.customers.models import Purpose
from crm_core.customers.platform import wecom
from crm_core.policies.current import group_policy
from crm_core.policies.declaring import Policy, Unit, rule
from crm_core.wording import limits
from crm_core.wording.catalogue import ChannelFile
from crm_core.wording.facts import Facts
from foundation import clock

OPENED_FROM: Final = "campaign"
"""The parameter of a page's address that carries the token."""
SEARCH_AROUND: Final = timedelta(minutes=15)
"""How far the platform's clock may differ from ours."""
LONGEST_SEARCH: Final = timedelta(days=31)
"""WeCom lists one month at most (doc 93338)."""


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

        async def make() -> MadeTask:
            attached = [await wecom_tasks.attached(one, f"?{OPENED_FROM}={token}") for one in filled.attachments]
            made = await (await wecom()).mass_messages.create(
                filled.text, attached, external_user_ids=addresses, sender=userid
            )
            return MadeTask(made.message_id, made.failed)

        return await wecom_tasks.with_fresh_pictures(filled, make)

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
        async for task in wecom_tasks.member_tasks(message_id):
            yield task

    async def results(self, message_id: str, userid: str) -> AsyncIterator[CustomerResult]:
        """Read from WeCom page by page."""
        async for result in wecom_tasks.results(message_id, userid):
            yield result

    async def remind(self, message_id: str) -> None:
        """WeCom also counts the reminders itself and refuses a fourth."""
        await wecom_tasks.remind(message_id)

    async def take_back(self, message_id: str) -> bool:
        """WeCom can only stop a task as a whole."""
        return await wecom_tasks.take_back(message_id)


def _carries(attachment: Mapping[str, Any], token: str) -> bool:
    page = str((attachment.get("miniprogram") or {}).get("page", ""))
    return page.rpartition("=")[2] == token
