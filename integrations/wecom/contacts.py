"""Customers (external contacts): who follows whom, their records, remarks and tags.

Answers are WeCom's own objects with its own field names (WeCom docs 92113, 92114, 92994); fields may be missing and new
ones may come at any time.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from integrations.wecom.errors import WeComError
from integrations.wecom.paging import walk_items, walk_pages
from integrations.wecom.transport import Answer, Transport

if TYPE_CHECKING:
    from integrations.wecom.endpoints import WeChatPyEndpoints

MAX_MEMBERS_PER_BATCH = 100
MAX_CONTACTS_PER_PAGE = 100
"""WeCom doc 92994, `userid_list` and `limit`."""

NOT_A_CUSTOMER = 84061
"""Also what `list` answers for a member without any customer."""
NO_SUCH_TAG = 40068
"""It was deleted meanwhile."""
NO_LONGER_KNOWN = frozenset({NOT_A_CUSTOMER, 40096})
"""The person deleted every member, closed their account, or was never a customer here: further calls are useless."""


@dataclass(frozen=True, slots=True)
class ListedFriend:
    """A friend in a member's list (doc 92994), which names tags by id only, and only those of the corp."""

    external_user_id: str
    name: str
    union_id: str
    add_way: int
    state: str
    remark: str
    phones: tuple[str, ...]
    tag_ids: tuple[str, ...]
    since_unix_seconds: int


@dataclass(frozen=True, slots=True)
class FriendsPage:
    """Some friends of one member, perhaps none, and where the next ones are; an empty cursor is the end."""

    friends: tuple[ListedFriend, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class CorpTag:
    """A tag of the corp with its group (doc 92117)."""

    id: str
    name: str
    group_id: str
    group_name: str


class Contacts:
    """Calls under `externalcontact/` that read and describe customers."""

    def __init__(self, transport: Transport, wechatpy: "WeChatPyEndpoints") -> None:
        self._transport = transport
        self._wechatpy = wechatpy

    async def follow_users(self) -> list[str]:
        """Userids of the members who may have customers."""
        answer = await self._wechatpy.external_contact.get_follow_user_list()
        return list(answer.get("follow_user") or ())

    async def list_of(self, user_id: str) -> list[str]:
        """External userids of one member's customers; empty for a member without customers."""
        try:
            answer = await self._wechatpy.external_contact.list(user_id)
        except WeComError as error:
            if error.errcode == NOT_A_CUSTOMER:
                return []
            raise
        return list(answer.get("external_userid") or ())

    async def get_page(self, external_user_id: str, cursor: str = "") -> Answer:
        """One page (at most 500 followers) of `external_contact` and `follow_user[]` of a customer."""
        params = {"external_userid": external_user_id} | ({"cursor": cursor} if cursor else {})
        return await self._transport.get("externalcontact/get", params)

    async def get(self, external_user_id: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """A customer's `external_contact` and all their followers, over all pages."""
        contact: dict[str, Any] = {}
        followers: list[dict[str, Any]] = []
        async for page in walk_pages(lambda cursor: self.get_page(external_user_id, cursor)):
            contact = page.get("external_contact") or contact
            followers.extend(page.get("follow_user") or ())
        return contact, followers

    async def batch_page(self, user_ids: Sequence[str], cursor: str = "", limit: int = MAX_CONTACTS_PER_PAGE) -> Answer:
        """One page of `external_contact_list[]{external_contact, follow_info}` of at most 100 members."""
        if not 1 <= len(user_ids) <= MAX_MEMBERS_PER_BATCH:
            raise ValueError(f"1 to {MAX_MEMBERS_PER_BATCH} members at once")
        body = {"userid_list": list(user_ids), "cursor": cursor, "limit": limit}
        return await self._transport.post("externalcontact/batch/get_by_user", body)

    async def friends_page(self, user_id: str, cursor: str) -> FriendsPage:
        """One page of a member's list of friends. Raises `WeComError`: NOT_A_CUSTOMER if they have none."""
        page = await self.batch_page([user_id], cursor)
        rows = page.get("external_contact_list") or ()
        return FriendsPage(tuple(_listed(row) for row in rows), str(page.get("next_cursor") or ""))

    def batch(self, user_ids: Sequence[str]) -> AsyncIterator[dict[str, Any]]:
        """All `{external_contact, follow_info}` of at most 100 members, page by page."""
        return walk_items(lambda cursor: self.batch_page(user_ids, cursor), "external_contact_list")

    async def remark(
        self,
        user_id: str,
        external_user_id: str,
        *,
        remark: str | None = None,
        description: str | None = None,
        remark_company: str | None = None,
        remark_mobiles: Sequence[str] | None = None,
    ) -> None:
        """Change what one member wrote about one customer; None leaves a field alone.

        `remark_mobiles` replaces all numbers, an empty one clears them (WeCom doc 92115: clearing is `[""]`).
        """
        mobiles = None if remark_mobiles is None else (list(remark_mobiles) or [""])
        fields = {
            "remark": remark,
            "description": description,
            "remark_company": remark_company,
            "remark_mobiles": mobiles,
        }
        given = {name: value for name, value in fields.items() if value is not None}
        if not given:
            raise ValueError("nothing to change")
        body = {"userid": user_id, "external_userid": external_user_id, **given}
        await self._transport.post("externalcontact/remark", body)

    async def corp_tags(self, *, tag_ids: Sequence[str] = (), group_ids: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Tag groups with their tags; all of them when no id is given. With both, the groups win."""
        body = {"tag_id": list(tag_ids), "group_id": list(group_ids)}
        answer = await self._transport.post("externalcontact/get_corp_tag_list", body)
        return list(answer.get("tag_group") or ())

    async def listed_corp_tags(self) -> list[CorpTag]:
        """All tags of the corp, without deleted ones."""
        return [
            CorpTag(str(tag["id"]), str(tag["name"]), str(group["group_id"]), str(group.get("group_name") or ""))
            for group in await self.corp_tags()
            for tag in group.get("tag") or ()
            if not tag.get("deleted")
        ]

    async def add_corp_tags(
        self, tag_names: Sequence[str], *, group_id: str | None = None, group_name: str | None = None
    ) -> dict[str, Any]:
        """Add tags to a group (by id, or by name: made when new) and get the `tag_group` back."""
        if (group_id is None) == (group_name is None) or not tag_names:
            raise ValueError("either group_id or group_name, and at least one tag")
        group = {"group_id": group_id} if group_id is not None else {"group_name": group_name}
        body = {**group, "tag": [{"name": name} for name in tag_names]}
        answer = await self._transport.post("externalcontact/add_corp_tag", body)
        return dict(answer.get("tag_group") or {})

    async def rename_corp_tag(self, tag_id: str, name: str) -> None:
        """Give a tag or a group that this app made another name."""
        await self._transport.post("externalcontact/edit_corp_tag", {"id": tag_id, "name": name})

    async def delete_corp_tag(self, tag_id: str) -> None:
        """Delete a tag that this app made; every friend loses it, and a group without tags disappears."""
        await self._transport.post("externalcontact/del_corp_tag", {"tag_id": [tag_id]})

    async def mark_tags(
        self, user_id: str, external_user_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> None:
        """Give or take corp tags. They belong to the pair of member and customer, not to the customer."""
        await self._wechatpy.external_contact.mark_tag(
            user_id, external_user_id, list(add) or None, list(remove) or None
        )


def _listed(row: dict[str, Any]) -> ListedFriend:
    contact, info = row.get("external_contact") or {}, row.get("follow_info") or {}
    return ListedFriend(
        external_user_id=str(contact["external_userid"]),
        name=str(contact.get("name") or ""),
        union_id=str(contact.get("unionid") or ""),
        add_way=int(info.get("add_way") or 0),
        state=str(info.get("state") or ""),
        remark=str(info.get("remark") or ""),
        phones=tuple(str(phone) for phone in info.get("remark_mobiles") or ()),
        tag_ids=tuple(str(tag) for tag in info.get("tag_id") or ()),
        since_unix_seconds=int(info.get("createtime") or 0),
    )
