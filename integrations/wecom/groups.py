"""客户群: customer groups and who is in them (WeCom docs 92120, 92122)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from integrations.wecom.paging import walk_items
from integrations.wecom.transport import Answer, Transport

LIST_PAGE = 1000
MAX_OWNERS = 100
OWNERS_NEEDED = 81017
"""The list has to name owners, because the app sees more than 1,000 members."""
GROUP_GONE = frozenset({86003, 90501, 90509})
"""Errcodes that say there is no such group (any more)."""


class PersonKind(IntEnum):
    """Who somebody in a group is."""

    MEMBER = 1
    CUSTOMER = 2


@dataclass(frozen=True, slots=True)
class GroupPerson:
    """Somebody in a group: `user_id` is a userid, or the external userid of a customer."""

    user_id: str
    is_customer: bool
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """A group as WeCom shows it now."""

    chat_id: str
    name: str
    owner: str
    made_at: datetime
    people: tuple[GroupPerson, ...]


class Groups:
    """Calls under `externalcontact/groupchat/`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def ids(self, owners: Sequence[str] = ()) -> AsyncIterator[str]:
        """Ids of the groups of these members, at most 100 of them; without any, of all whom the app sees. A corp of
        more than 1,000 members has to name them (81017).
        """
        if len(owners) > MAX_OWNERS:
            raise ValueError(f"at most {MAX_OWNERS} owners")
        body: dict[str, Any] = {"limit": LIST_PAGE}
        if owners:
            body["owner_filter"] = {"userid_list": list(owners)}

        async def page(cursor: str) -> Answer:
            return await self._transport.post("externalcontact/groupchat/list", {**body, "cursor": cursor})

        async for row in walk_items(page, "group_chat_list"):
            yield str(row["chat_id"])

    async def get(self, chat_id: str) -> Group:
        """One group. Raises `WeComError` with one of `GROUP_GONE` if there is none. It may lag two seconds behind the
        callback about it.
        """
        answer = await self._transport.post("externalcontact/groupchat/get", {"chat_id": chat_id, "need_name": 0})
        shown = answer["group_chat"]
        return Group(
            chat_id=str(shown["chat_id"]),
            name=str(shown.get("name") or ""),
            owner=str(shown.get("owner") or ""),
            made_at=_instant(shown["create_time"]),
            people=tuple(_person(row) for row in shown.get("member_list") or ()),
        )


def _person(row: Mapping[str, Any]) -> GroupPerson:
    is_customer = int(row.get("type") or 0) == PersonKind.CUSTOMER
    return GroupPerson(str(row["userid"]), is_customer, _instant(row["join_time"]))


def _instant(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
