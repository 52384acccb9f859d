"""Messages of the app to members (WeCom docs 90236, 94867, 94888)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from integrations.wecom.limits import Gate
from integrations.wecom.transport import Answer, Transport

if TYPE_CHECKING:
    from integrations.wecom.endpoints import WeChatPyEndpoints

MAX_RECEIVERS = 1000
MAX_TEXT_BYTES = 2048
"""Length of a text or markdown message; WeCom silently cuts off the rest."""
MAX_TEXTCARD_TITLE_CHARS = 128
MAX_TEXTCARD_DESCRIPTION_CHARS = 512
MAX_DUPLICATE_CHECK_SECONDS = 4 * 3600


@dataclass(frozen=True, slots=True)
class SentMessage:
    """What WeCom answered. Some receivers may be bad though the call succeeded; their ids come back in lower case."""

    message_id: str
    response_code: str
    """Updates a card with callback buttons once for all receivers, within 72 h; empty for other messages."""
    invalid_users: tuple[str, ...]
    unlicensed_users: tuple[str, ...]

    @property
    def undelivered(self) -> frozenset[str]:
        """Lower-case userids who did not get it."""
        return frozenset(user.lower() for user in (*self.invalid_users, *self.unlicensed_users))


class Messages:
    """`message/*` of one app."""

    def __init__(self, transport: Transport, wechatpy: "WeChatPyEndpoints", gate: Gate, agent_id: int) -> None:
        self._transport = transport
        self._wechatpy = wechatpy
        self._gate = gate
        self._agent_id = agent_id

    async def send_text(
        self, user_ids: Sequence[str], content: str, *, duplicate_check_seconds: int = 0
    ) -> SentMessage:
        """Plain text, at most 2048 bytes; `<a href>` is allowed. Raises as `send`."""
        return await self.send(user_ids, "text", {"content": content}, duplicate_check_seconds=duplicate_check_seconds)

    async def send_markdown(
        self, user_ids: Sequence[str], content: str, *, duplicate_check_seconds: int = 0
    ) -> SentMessage:
        """Markdown, at most 2048 bytes; only the WeCom client shows it. Raises as `send`."""
        return await self.send(
            user_ids, "markdown", {"content": content}, duplicate_check_seconds=duplicate_check_seconds
        )

    async def send_textcard(
        self,
        user_ids: Sequence[str],
        title: str,
        description: str,
        url: str,
        *,
        button: str = "详情",
        duplicate_check_seconds: int = 0,
    ) -> SentMessage:
        """A card with one link. Raises as `send`."""
        card = {"title": title, "description": description, "url": url, "btntxt": button}
        return await self.send(user_ids, "textcard", card, duplicate_check_seconds=duplicate_check_seconds)

    async def send_template_card(
        self, user_ids: Sequence[str], card: Mapping[str, Any], *, duplicate_check_seconds: int = 0
    ) -> SentMessage:
        """A template card as WeCom describes it: `card_type`, `main_title`, `task_id`, … Raises as `send`."""
        return await self.send(user_ids, "template_card", card, duplicate_check_seconds=duplicate_check_seconds)

    async def send(
        self,
        user_ids: Sequence[str],
        message_type: str,
        content: Mapping[str, Any],
        *,
        duplicate_check_seconds: int = 0,
    ) -> SentMessage:
        """Any message to at most 1000 members.

        With `duplicate_check_seconds` (at most 4 h) WeCom drops an equal message to the same members, which makes
        repeating after `OutcomeUnknown` harmless. Raises `WeComLimitReached` before sending when a member has had 30
        in a minute, since WeCom drops the surplus silently; `WeComError` 81013 when no receiver is valid.
        """
        if not 1 <= len(user_ids) <= MAX_RECEIVERS or not 0 <= duplicate_check_seconds <= MAX_DUPLICATE_CHECK_SECONDS:
            raise ValueError(f"1 to {MAX_RECEIVERS} receivers; duplicates are checked for at most 4 hours")
        await self._gate.before_message(user_ids)
        message: dict[str, Any] = {"msgtype": message_type, message_type: dict(content)}
        if duplicate_check_seconds:
            message |= {"enable_duplicate_check": 1, "duplicate_check_interval": duplicate_check_seconds}
        answer = await self._wechatpy.message.send(self._agent_id, list(user_ids), msg=message)
        return SentMessage(
            str(answer.get("msgid", "")),
            str(answer.get("response_code", "")),
            _split(answer, "invaliduser"),
            _split(answer, "unlicenseduser"),
        )

    async def update_template_card(
        self, user_ids: Sequence[str], response_code: str, card: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Replace a card for these members; returns those WeCom could not reach.

        A `response_code` works once within 72 h, so `OutcomeUnknown` cannot be repeated.
        """
        return await self._update_card(user_ids, response_code, {"template_card": dict(card)})

    async def disable_card_buttons(
        self, user_ids: Sequence[str], response_code: str, replace_name: str
    ) -> tuple[str, ...]:
        """Grey out a card's buttons with one text instead of them; otherwise as `update_template_card`."""
        return await self._update_card(user_ids, response_code, {"button": {"replace_name": replace_name}})

    async def _update_card(
        self, user_ids: Sequence[str], response_code: str, change: Mapping[str, Any]
    ) -> tuple[str, ...]:
        if not 1 <= len(user_ids) <= MAX_RECEIVERS:
            raise ValueError(f"1 to {MAX_RECEIVERS} receivers")
        body = {"userids": list(user_ids), "agentid": self._agent_id, "response_code": response_code, **change}
        answer = await self._transport.post("message/update_template_card", body)
        return tuple(answer.get("invaliduser") or ())

    async def recall(self, message_id: str) -> None:
        """Take a message back within 24 h; the WeChat plugin keeps showing it."""
        await self._transport.post("message/recall", {"msgid": message_id})


def _split(answer: Answer, name: str) -> tuple[str, ...]:
    return tuple(user for user in str(answer.get(name) or "").split("|") if user)
