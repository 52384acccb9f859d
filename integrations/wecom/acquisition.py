"""获客助手: links through which strangers add members, and the paid quota that each of them uses up.

WeCom docs 97297, 97298 and 97375. A link has no mark of its own: whoever puts `customer_channel` into its address gets
that text back as the `State` of everybody who comes by it.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from foundation import wall_clock
from integrations.wecom.paging import walk_items, walk_pages
from integrations.wecom.transport import Transport

MAX_NAME_CHARS = 30
MAX_MEMBERS = 500
MAX_CHANNEL_BYTES = 64
"""Longer ones are cut off (doc 97297)."""
LINKS_AT_ONCE = 100
CUSTOMERS_AT_ONCE = 1000
_ROOT = "externalcontact/customer_acquisition"
_WROTE = 1


@dataclass(frozen=True, slots=True)
class Link:
    """A link as WeCom keeps it."""

    link_id: str
    name: str
    url: str
    made_unix_seconds: int


@dataclass(frozen=True, slots=True)
class LinkCustomer:
    """Somebody who came by a link; `state` is what stood in its address then."""

    external_user_id: str
    user_id: str
    state: str
    has_written: bool


@dataclass(frozen=True, slots=True)
class Quota:
    """How many friends may still come by links, and what of it lapses when."""

    total: int
    balance: int
    lapsing: tuple[tuple[date, int], ...]


class AcquisitionLinks:
    """Calls under `externalcontact/customer_acquisition`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def create(self, name: str, user_ids: Sequence[str]) -> Link:
        """Make a link for these members. Raises `WeComError`, and `OutcomeUnknown`: look among `ids` before repeating
        it, since each call makes another link.
        """
        body = {"link_name": name, "range": _range(name, user_ids), "skip_verify": True}
        return _link(await self._transport.post(f"{_ROOT}/create_link", body))

    async def update(self, link_id: str, name: str, user_ids: Sequence[str]) -> None:
        """Give a link this name and these members; its address stays. May be repeated."""
        body = {"link_id": link_id, "link_name": name, "range": _range(name, user_ids)}
        await self._transport.post(f"{_ROOT}/update_link", body)

    async def delete(self, link_id: str) -> None:
        """Let a link lead nowhere. WeCom sends no event about it."""
        await self._transport.post(f"{_ROOT}/delete_link", {"link_id": link_id})

    async def get(self, link_id: str) -> Link:
        """One link."""
        return _link(await self._transport.post(f"{_ROOT}/get", {"link_id": link_id}))

    async def ids(self) -> list[str]:
        """The ids of all links of the corp, whoever made them."""
        pages = walk_pages(
            lambda cursor: self._transport.post(f"{_ROOT}/list_link", {"limit": LINKS_AT_ONCE, "cursor": cursor})
        )
        return [str(link_id) async for page in pages for link_id in page.get("link_id_list") or ()]

    async def customers(self, link_id: str) -> AsyncIterator[LinkCustomer]:
        """Everybody who came by a link, page by page."""
        body = {"link_id": link_id, "limit": CUSTOMERS_AT_ONCE}
        path = f"{_ROOT}/customer"
        rows = walk_items(lambda cursor: self._transport.post(path, body | {"cursor": cursor}), "customer_list")
        async for row in rows:
            yield LinkCustomer(
                str(row["external_userid"]),
                str(row["userid"]),
                str(row.get("state") or ""),
                has_written=row.get("chat_status") == _WROTE,
            )

    async def quota(self) -> Quota:
        """What is left of the quota that was bought."""
        answer = await self._transport.get(f"{_ROOT}_quota")
        lapsing = [
            (_day(int(row["expire_date"])), int(row.get("balance") or 0)) for row in answer.get("quota_list") or ()
        ]
        return Quota(int(answer.get("total") or 0), int(answer.get("balance") or 0), tuple(sorted(lapsing)))


def with_channel(url: str, channel: str) -> str:
    """The address that brings `channel` back as the `State` of everybody who follows it."""
    if len(channel.encode()) > MAX_CHANNEL_BYTES:
        raise ValueError(f"a channel holds at most {MAX_CHANNEL_BYTES} bytes")
    return f"{url}?customer_channel={quote(channel, safe='')}"


def opened_from_outside(url: str) -> str:
    """The address by which an app or a browser opens a link in WeChat."""
    return f"weixin://biz/ww/profile/{quote(url, safe='')}"


def _day(unix_seconds: int) -> date:
    return wall_clock.local(datetime.fromtimestamp(unix_seconds, UTC)).date()


def _range(name: str, user_ids: Sequence[str]) -> dict[str, Any]:
    if len(name) > MAX_NAME_CHARS:
        raise ValueError(f"the name of a link holds at most {MAX_NAME_CHARS} characters")
    if not 1 <= len(user_ids) <= MAX_MEMBERS:
        raise ValueError(f"1 to {MAX_MEMBERS} members")
    return {"user_list": list(user_ids)}


def _link(answer: dict[str, Any]) -> Link:
    link = answer["link"]
    made = int(link.get("create_time") or 0)
    return Link(str(link["link_id"]), str(link.get("link_name", "")), str(link.get("url", "")), made)
