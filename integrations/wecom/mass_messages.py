"""Mass messages to customers (WeCom docs 92135, 97610, 97611, 93338).

Making one only gives each member a task; nothing is sent before the member confirms, and results come days later.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from integrations.wecom.attachments import Attachment, message_body
from integrations.wecom.paging import walk_items
from integrations.wecom.transport import Answer, Transport

if TYPE_CHECKING:
    from integrations.wecom.endpoints import WeChatPyEndpoints

MAX_CUSTOMERS = 10_000
_CREATE = "externalcontact/add_msg_template"
MAX_GROUPS = 2_000
LIST_PAGE, TASK_PAGE, RESULT_PAGE = 100, 1000, 1000
MAX_LIST_SPAN_SECONDS = 31 * 24 * 3600


class TaskStatus(IntEnum):
    """Status of a member's task. There is no 1, and the numbers of `SendStatus` mean something else."""

    NOT_SENT = 0
    SENT = 2


class SendStatus(IntEnum):
    """Whether one customer received the message."""

    NOT_SENT = 0
    SENT = 1
    NOT_A_FRIEND = 2
    QUOTA_REACHED = 3


@dataclass(frozen=True, slots=True)
class MassMessage:
    """A mass message that was made. `failed` are the external userids (or chat ids) WeCom will not even try."""

    message_id: str
    failed: tuple[str, ...]


class MassMessages:
    """Calls under `externalcontact/` for mass messages."""

    def __init__(self, transport: Transport, wechatpy: "WeChatPyEndpoints") -> None:
        self._transport = transport
        self._wechatpy = wechatpy

    async def create(
        self,
        text: str,
        attachments: Sequence[Attachment] = (),
        *,
        external_user_ids: Sequence[str],
        sender: str | None = None,
        allow_select: bool = False,
    ) -> MassMessage:
        """A mass message to at most 10,000 customers, through `sender` or else who last chatted with each.

        Raises `WeComError` (41048, NOTHING_TO_DO: nobody to send to). On `OutcomeUnknown` look for it with
        `list_between` before making another.
        """
        if not 1 <= len(external_user_ids) <= MAX_CUSTOMERS:
            raise ValueError(f"1 to {MAX_CUSTOMERS} customers")
        receivers = {"chat_type": "single", "external_userid": list(external_user_ids), "allow_select": allow_select}
        return await self._create(receivers, sender, text, attachments)

    async def calls_left(self) -> int | None:
        """How many messages may still be made within an hour; None if that is not limited or not known."""
        return await self._transport.calls_left(_CREATE)

    async def create_for_groups(
        self, text: str, attachments: Sequence[Attachment] = (), *, sender: str, chat_ids: Sequence[str] = ()
    ) -> MassMessage:
        """A mass message to customer groups of `sender`: at most 2,000 chosen ones, or all of them."""
        if len(chat_ids) > MAX_GROUPS:
            raise ValueError(f"at most {MAX_GROUPS} groups")
        receivers: dict[str, Any] = {"chat_type": "group"} | ({"chat_id_list": list(chat_ids)} if chat_ids else {})
        return await self._create(receivers, sender, text, attachments)

    async def _create(
        self, receivers: dict[str, Any], sender: str | None, text: str, attachments: Sequence[Attachment]
    ) -> MassMessage:
        body = receivers | ({"sender": sender} if sender else {}) | message_body(text, list(attachments))
        answer = await self._wechatpy.external_contact.add_msg_template(body)
        return MassMessage(str(answer["msgid"]), tuple(answer.get("fail_list") or ()))

    async def remind(self, message_id: str) -> None:
        """Remind the members who have not confirmed; at most 3 times in 24 h for each task."""
        await self._transport.post("externalcontact/remind_groupmsg_send", {"msgid": message_id})

    async def cancel(self, message_id: str) -> None:
        """Stop what is not sent yet; what was sent stays sent."""
        await self._transport.post("externalcontact/cancel_groupmsg_send", {"msgid": message_id})

    def list_between(
        self,
        starts_at_unix_seconds: int,
        ends_at_unix_seconds: int,
        *,
        creator: str | None = None,
        chat_type: str = "single",
    ) -> AsyncIterator[dict[str, Any]]:
        """Mass messages the corp made in a span of at most a month: how an unknown outcome is resolved."""
        if not 0 <= ends_at_unix_seconds - starts_at_unix_seconds <= MAX_LIST_SPAN_SECONDS:
            raise ValueError("a span of at most one month")
        body = {
            "chat_type": chat_type,
            "start_time": starts_at_unix_seconds,
            "end_time": ends_at_unix_seconds,
            "filter_type": 0,
            "limit": LIST_PAGE,
        } | ({"creator": creator} if creator else {})

        async def page(cursor: str) -> Answer:
            return await self._transport.post("externalcontact/get_groupmsg_list_v2", {**body, "cursor": cursor})

        return walk_items(page, "group_msg_list")

    def tasks(self, message_id: str) -> AsyncIterator[dict[str, Any]]:
        """Each member's task: `userid`, `status` (`TaskStatus`), `send_time`."""

        async def page(cursor: str) -> Answer:
            body = {"msgid": message_id, "limit": TASK_PAGE, "cursor": cursor}
            return await self._transport.post("externalcontact/get_groupmsg_task", body)

        return walk_items(page, "task_list")

    def send_results(self, message_id: str, user_id: str) -> AsyncIterator[dict[str, Any]]:
        """Each customer of one member: `external_userid`, `userid`, `status` (`SendStatus`), `send_time`."""

        async def page(cursor: str) -> Answer:
            body = {"msgid": message_id, "userid": user_id, "limit": RESULT_PAGE, "cursor": cursor}
            return await self._transport.post("externalcontact/get_groupmsg_send_result", body)

        return walk_items(page, "send_list")
