"""The address book: one member as WeCom knows them (doc 90196).

An app created since 2022-06-20 gets no phone, mail or picture, and a callback carries little more than the userid; so
whoever hears that something changed asks here.
"""

from dataclasses import dataclass
from typing import Final

from integrations.wecom.transport import Transport

MEMBER_GONE: Final = 60111
"""There is no such member (any more)."""
NOT_OURS_TO_READ: Final = frozenset({48002, 50002, 60011, 60021, 92000})
"""The member is outside this app's visible range, or the app may not read the address book."""
_AT_WORK: Final = frozenset({1, 4})
"""Status: 1 active, 4 not activated yet; 2 is disabled, 5 has left."""


@dataclass(frozen=True, slots=True)
class Member:
    """What we use of a member's record."""

    user_id: str
    name: str
    position: str
    is_at_work: bool
    """False for one who is disabled or has left."""


def is_at_work(status: str | int) -> bool:
    """Whether a member of this status works here; a status that was not told changes nothing."""
    text = str(status)
    return not text.isdecimal() or int(text) in _AT_WORK


class Directory:
    """Calls under `user/`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, user_id: str) -> Member:
        """One member. Raises `WeComError`: MEMBER_GONE, one of NOT_OURS_TO_READ."""
        answer = await self._transport.get("user/get", {"userid": user_id})
        return Member(
            user_id=str(answer.get("userid") or user_id),
            name=str(answer.get("name") or ""),
            position=str(answer.get("position") or ""),
            is_at_work=is_at_work(answer.get("status", "")),
        )
