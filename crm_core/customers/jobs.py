"""The jobs of customers: read from WeCom what a callback announced."""

from functools import partial
from typing import Any

from crm_core.customers import corp_tags
from crm_core.customers.contact_reading import READ_CONTACT, UNREAD, mark_read, unread
from crm_core.customers.corp_tags import READ_CORP_TAGS
from crm_core.customers.friendships import ContactDetails, describe
from crm_core.customers.notes import Follower
from crm_core.customers.platform import wecom
from crm_core.customers.tags import holding, taking
from crm_core.dealerships.actors import system
from foundation import jobs
from integrations.wecom.contacts import NO_LONGER_KNOWN
from integrations.wecom.errors import WeComError


@jobs.job(READ_CONTACT, is_hint=True)
async def read_contact(*, external_userid: str) -> None:
    """Read what is new about a friend, now or as soon as WeCom answers."""
    await UNREAD.attempt(external_userid, partial(_read_news, external_userid))


async def _read_news(external_userid: str) -> None:
    marks = await unread(external_userid)
    await _read(external_userid)
    await mark_read(external_userid, marks)


async def _read(external_userid: str) -> None:
    """Read name, unionid and followers of a friend from WeCom. Harmless to repeat; does nothing for a former friend."""
    begun = await holding.next_turn()
    try:
        contact, followers = await (await wecom()).contacts.get(external_userid)
    except WeComError as error:
        if error.errcode in NO_LONGER_KNOWN:
            return
        raise
    await describe(
        system("wecom-contact"),
        ContactDetails(
            external_userid=external_userid,
            name=str(contact.get("name") or ""),
            unionid=str(contact.get("unionid") or "") or None,
            followers=tuple(_follower(row) for row in followers),
            begun=begun,
        ),
    )


def _follower(row: dict[str, Any]) -> Follower:
    return Follower(
        userid=str(row["userid"]),
        add_way=int(row.get("add_way") or 0),
        state=str(row.get("state") or ""),
        remark=str(row.get("remark") or ""),
        phones=tuple(str(phone) for phone in row.get("remark_mobiles") or ()),
        # A member's private tags have no id and are not taken over.
        corp_tags={str(tag["tag_id"]): str(tag["tag_name"]) for tag in row.get("tags") or () if tag.get("tag_id")},
    )


@jobs.job("customers.ask_for_corp_tags")
async def ask_for_corp_tags() -> None:
    """Run each night: read the corp's tags, in case a callback about them was lost."""
    await corp_tags.expect_news()


@jobs.job(READ_CORP_TAGS, is_hint=True)
async def read_corp_tags(*, which: str) -> None:
    """Read the corp's tags after one was renamed or deleted, now or as soon as WeCom answers."""
    await corp_tags.UNREAD.read(which, _read_corp_tags)


async def _read_corp_tags() -> None:
    """Read the whole list of corp tags from WeCom, and bring everybody who carries one in line with it."""
    begun = await holding.next_turn()
    tags = await (await wecom()).contacts.listed_corp_tags()
    await taking.take_list(system("wecom-contact"), tags, begun)
